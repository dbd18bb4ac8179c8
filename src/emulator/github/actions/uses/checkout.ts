import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { jobAccess } from '../running-job.js'
import { type Action, type ActionCall, runTool, StepFailure } from './action.js'

/** actions/checkout: a real clone of the run's own repository. */
export const checkout: Action = {
  inputs: {
    repository: '',
    ref: '',
    path: '',
    'fetch-depth': '1',
    'fetch-tags': 'false',
    clean: 'true',
    submodules: 'false',
    lfs: 'false',
    'sparse-checkout': '',
    'persist-credentials': 'true',
  },
  ignored: ['token', 'show-progress', 'set-safe-directory', 'filter', 'github-server-url'],
  run: async (call) => {
    const { job, log, input } = call
    const { run } = job.record
    const fullName = `${run.repository.owner.login}/${run.repository.name}`
    const repository = input('repository') || fullName
    if (repository.toLowerCase() !== fullName.toLowerCase()) {
      throw new StepFailure(`The emulator checks out only the repository of the run, not ${repository}`)
    }
    for (const name of ['submodules', 'lfs', 'sparse-checkout']) {
      if (input(name) !== 'false' && input(name) !== '')
        throw new StepFailure(`The emulator has no ${name} in checkout`)
    }
    if (run.repository.private && jobAccess(job, 'contents') === 'none') {
      throw new StepFailure(`remote: Repository not found.\nfatal: repository '${fullName}' not found`)
    }
    const folder = resolve(job.workspace, input('path'))
    if (relative(job.workspace, folder).startsWith('..')) {
      throw new StepFailure(`Repository path '${folder}' is not under '${job.workspace}'`)
    }
    await prepare(call, folder)
    await runTool(call, ['git', 'init', '--quiet', '--initial-branch=main', folder])
    const git = ['git', '-C', folder]
    const { web } = job.world.urls()
    await runTool(call, [...git, 'remote', 'add', 'origin', `${web}/${fullName}`]).catch(async (error: unknown) => {
      if (!(error instanceof StepFailure)) throw error
      await runTool(call, [...git, 'remote', 'set-url', 'origin', `${web}/${fullName}`])
    })
    const { sha, branch } = await resolveRef(call)
    const depth = Number(input('fetch-depth'))
    const limits =
      depth > 0 ? [`--depth=${depth}`, ...(input('fetch-tags') === 'true' ? ['--tags'] : ['--no-tags'])] : []
    const wanted = depth > 0 ? [sha] : ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*', sha]
    const from = pathToFileURL(run.repository.path).href
    await runTool(call, [...git, 'fetch', '--quiet', ...limits, from, ...wanted])
    const target = branch === undefined ? ['--detach', sha] : ['-B', branch, sha]
    await runTool(call, [...git, 'checkout', '--quiet', '--force', ...target])
    if (input('persist-credentials') === 'true') {
      const basic = Buffer.from(`x-access-token:${job.token}`).toString('base64')
      job.record.log.mask(basic)
      await runTool(call, [...git, 'config', `http.${web}/.extraheader`, `AUTHORIZATION: basic ${basic}`])
    }
    log(`Checked out ${branch ?? 'a detached HEAD'} at ${sha}`)
    call.output('commit', sha)
    call.output('ref', input('ref') || run.ref)
    return undefined
  },
}

async function prepare({ input }: ActionCall, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if (input('clean') === 'false') return
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

async function resolveRef({ job, input }: ActionCall): Promise<{ sha: string; branch: string | undefined }> {
  const { run } = job.record
  const asked = input('ref')
  const branchOf = (ref: string): string | undefined => /^refs\/heads\/(.+)$/.exec(ref)?.[1]
  if (asked === '') return { sha: run.sha, branch: branchOf(run.ref) }
  const { git } = job.world
  for (const ref of [asked, `refs/heads/${asked}`, `refs/tags/${asked}`]) {
    const command = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
    const found = await git.run(run.repository.path, command, { accept: [0, 1, 128] })
    if (found.length > 0) return { sha: found.toString().trim(), branch: branchOf(ref) }
  }
  throw new StepFailure(`A branch or tag with the name '${asked}' could not be found`)
}
