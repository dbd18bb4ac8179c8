import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { createMatcher } from '../../../runtime/glob.js'
import { type ZipEntry, zip } from '../../../runtime/zip.js'
import { findFiles } from '../files.js'
import type { ArtifactRecord } from '../state.js'
import { unzip } from '../unzip.js'
import { type Action, type ActionCall, StepFailure } from './action.js'

/** actions/upload-artifact: keeps files of the job as a zip archive. */
export const uploadArtifact: Action = {
  inputs: {
    name: 'artifact',
    path: '',
    'if-no-files-found': 'warn',
    'retention-days': '0',
    overwrite: 'false',
    'include-hidden-files': 'false',
  },
  ignored: ['compression-level', 'archive'],
  run: async (call) => {
    const { job, input, log } = call
    const path = input('path')
    if (path === '') throw new StepFailure('Input required and not supplied: path')
    const hidden = input('include-hidden-files') === 'true'
    const { root, files } = findFiles(path, { from: job.workspace, home: job.home, hidden })
    if (files.length === 0) {
      const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`
      if (input('if-no-files-found') === 'error') throw new StepFailure(message)
      log(input('if-no-files-found') === 'ignore' ? message : `##[warning]${message}`)
      return undefined
    }
    const entries: ZipEntry[] = []
    for (const file of files) {
      const { mode } = await stat(file)
      entries.push({ name: relative(root, file), content: await readFile(file), mode })
    }
    await keepArtifact(call, input('name'), entries)
    return undefined
  },
}

/** Keeps an archive as an artifact of the run, and tells the outputs of the action. */
export async function keepArtifact(call: ActionCall, name: string, entries: readonly ZipEntry[]): Promise<void> {
  const { job, input, log, output } = call
  const { storage, urls } = job.world
  const { run } = job.record
  if (name === '' || /["<>|*?:\\/\r\n]/.test(name)) throw new StepFailure(`The artifact name is not valid: ${name}.`)
  const earlier = storage.artifacts(run).find((one) => one.name === name)
  if (earlier && input('overwrite') !== 'true') {
    const conflict = '(409) Conflict: an artifact with this name already exists on the workflow run'
    throw new StepFailure(`Failed to CreateArtifact: Received non-retryable error: Failed request: ${conflict}`)
  }
  if (earlier) storage.removeArtifact(earlier)
  const bytes = new Uint8Array(zip(entries))
  const artifact = storage.addArtifact(run, name, bytes, Number(input('retention-days')) || 90)
  const page = `${urls().web}/${run.repository.owner.login}/${run.repository.name}/actions/runs/${run.id}`
  log(
    `Artifact ${name} has been successfully uploaded! Final size is ${bytes.length} bytes. Artifact ID is ${artifact.id}`,
  )
  output('artifact-id', String(artifact.id))
  output('artifact-url', `${page}/artifacts/${artifact.id}`)
  output('artifact-digest', createHash('sha256').update(bytes).digest('hex'))
}

/** actions/download-artifact: brings back what jobs of this run have kept. */
export const downloadArtifact: Action = {
  inputs: {
    name: '',
    path: '',
    pattern: '',
    'merge-multiple': 'false',
    'artifact-ids': '',
    'run-id': '',
    repository: '',
  },
  ignored: ['github-token', 'skip-decompress', 'digest-mismatch'],
  run: async (call) => {
    const { job, input, log, output } = call
    for (const name of ['artifact-ids', 'run-id', 'repository']) {
      if (input(name) !== '')
        throw new StepFailure(`The emulator downloads artifacts of the same run only, not by ${name}`)
    }
    const folder = resolve(job.workspace, input('path') || '.')
    const all = job.world.storage.artifacts(job.record.run)
    const name = input('name')
    if (name !== '') {
      const artifact = all.find((one) => one.name === name)
      if (!artifact) throw new StepFailure(`Unable to download artifact(s): Artifact not found for name: ${name}`)
      await extract(artifact, folder)
    } else {
      const matches = createMatcher([input('pattern') || '*'])
      for (const artifact of all.filter((one) => matches(one.name))) {
        await extract(artifact, input('merge-multiple') === 'true' ? folder : join(folder, artifact.name))
      }
    }
    log(`Artifact download completed: ${folder}`)
    output('download-path', folder)
    return undefined
  },
}

async function extract({ bytes }: ArtifactRecord, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { name, content, mode } of unzip(bytes)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    // Artifacts lose who may run a file, as on GitHub.
    await chmod(path, mode & 0o666)
  }
}
