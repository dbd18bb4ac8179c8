import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { jobAccess } from '../running-job.js'
import { unzip } from '../unzip.js'
import { type Action, type ActionCall, runTool, StepFailure } from './action.js'
import { keepArtifact } from './artifacts.js'

/** actions/configure-pages: tells where the site will be. */
export const configurePages: Action = {
  inputs: { static_site_generator: '', generator_config_file: '', enablement: 'false' },
  ignored: ['token'],
  run: async ({ job, input, output }) => {
    if (input('static_site_generator') !== '') {
      throw new StepFailure('The emulator does not change the configuration of a static site generator')
    }
    if (input('enablement') !== 'false') throw new StepFailure('Resource not accessible by integration')
    const address = job.world.pages.address(job.record.run.repository)
    if (address === undefined || jobAccess(job, 'pages') === 'none') {
      const advice = 'Please verify that the repository has Pages enabled and configured to build using GitHub Actions'
      throw new StepFailure(`Get Pages site failed. ${advice}. Error: Not Found`)
    }
    const url = new URL(address)
    const path = url.pathname.replace(/\/$/, '')
    output('base_url', `${url.origin}${path}`)
    output('origin', url.origin)
    output('host', url.host)
    output('base_path', path)
    return undefined
  },
}

/** actions/upload-pages-artifact: a tar archive within the zip archive of an artifact. */
export const uploadPagesArtifact: Action = {
  inputs: { name: 'github-pages', path: '_site/', 'retention-days': '1', 'include-hidden-files': 'false' },
  run: async (call) => {
    const { job, input, version } = call
    const folder = resolve(job.workspace, input('path'))
    if (!existsSync(folder)) throw new StepFailure(`tar: ${input('path')}: Cannot open: No such file or directory`)
    const tar = join(job.temporary, 'artifact.tar')
    // Since its fourth version, names that begin with a dot are left out: `.nojekyll` is none of a workflow's business.
    const hidden = input('include-hidden-files') === 'true' || /^v[1-3]\b/.test(version)
    const without = ['--exclude=.git', '--exclude=.github', ...(hidden ? [] : ['--exclude=.[^/]*'])]
    await runTool(call, ['tar', '--dereference', '--directory', folder, ...without, '-cf', tar, '.'])
    await keepArtifact(call, input('name'), [{ name: 'artifact.tar', content: await readFile(tar), mode: 0o100644 }])
    await rm(tar)
    return undefined
  },
}

/** actions/deploy-pages: publishes that artifact. */
export const deployPages: Action = {
  inputs: { artifact_name: 'github-pages', preview: 'false' },
  ignored: ['token', 'timeout', 'error_count', 'reporting_interval'],
  run: async (call) => {
    const { job, input, log, output } = call
    const { pages, storage } = job.world
    const { run, environment } = job.record
    checkAccess(call)
    const name = input('artifact_name')
    const artifact = storage.artifacts(run).find((one) => one.name === name)
    if (!artifact) {
      const advice = 'Please ensure your upload artifact step has succeeded'
      throw new StepFailure(`No artifacts named "${name}" were found for this workflow run. ${advice}.`)
    }
    const failed = (status: number, why: string) =>
      new StepFailure(`Failed to create deployment (status: ${status}) with build version ${run.sha}. ${why}`)
    const settings = `${job.world.urls().web}/${run.repository.owner.login}/${run.repository.name}/settings/pages`
    if (pages.address(run.repository) === undefined) {
      throw failed(404, `Ensure GitHub Pages has been enabled: ${settings}`)
    }
    if (!pages.byWorkflow(run.repository)) {
      throw failed(400, `The site is published from a branch: choose GitHub Actions as its source in ${settings}`)
    }
    if (!environment)
      throw failed(400, "Missing environment. Ensure your workflow's deployment job has an environment.")
    const folder = await unpack(call, artifact.bytes)
    log(`Created deployment for ${run.sha}`)
    await pages.deploy(run.repository, { folder, sha: run.sha })
    log('Reported success!')
    output('page_url', pages.address(run.repository) ?? '')
    return undefined
  },
}

function checkAccess({ job }: ActionCall): void {
  if (jobAccess(job, 'id-token') !== 'write') {
    throw new StepFailure('Ensure GITHUB_TOKEN has permission "id-token: write".')
  }
  if (jobAccess(job, 'pages') === 'write') return
  const { sha } = job.record.run
  const advice = 'Ensure GITHUB_TOKEN has permission "pages: write".'
  throw new StepFailure(`Failed to create deployment (status: 403) with build version ${sha}. ${advice}`)
}

async function unpack(call: ActionCall, bytes: Uint8Array): Promise<string> {
  const { job } = call
  const tar = unzip(bytes).find((entry) => entry.name === 'artifact.tar')
  if (!tar) throw new StepFailure('The artifact holds no artifact.tar: make it with actions/upload-pages-artifact')
  const file = join(job.temporary, 'deployed.tar')
  const folder = join(job.temporary, 'deployed')
  await writeFile(file, tar.content)
  await mkdir(folder, { recursive: true })
  await runTool(call, ['tar', '--directory', folder, '-xf', file])
  return folder
}
