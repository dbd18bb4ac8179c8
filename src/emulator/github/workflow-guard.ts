import type { Call } from './endpoint.js'
import { mayWriteWorkflows } from './permissions.js'
import { notFound } from './problem.js'
import type { EmulatedRepository } from './repositories.js'

const folder = '.github/workflows/'

/**
 * Refuses a token without the scope `workflow` what adds or changes a workflow. GitHub says "Not Found" then, and nothing of the
 * scope (github/docs, pull request 4770).
 *
 * @throws GithubProblem 404
 */
export function guardFiles(
  call: Call,
  repository: EmulatedRepository,
  files: readonly { readonly path: string; readonly sha: string }[],
): Promise<void> {
  return guard(call, async () => {
    for (const { path, sha } of files) {
      if (path.startsWith(folder) && !(await isKnown(call, repository, path, sha))) return true
    }
    return false
  })
}

/** The same for a commit that a ref is to name: what no ref has yet counts, as with a push. */
export function guardCommit(call: Call, repository: EmulatedRepository, commit: string): Promise<void> {
  return guard(call, async () => {
    const command = ['log', '-m', '-z', '--format=', '--name-only', '--no-renames', '--diff-filter=AMT', commit]
    const output = await call.git.run(repository.path, [...command, '--not', '--all', '--', folder])
    for (const path of new Set(output.toString().split('\0'))) {
      if (path === '') continue
      const sha = await fileAt(call, repository, commit, path)
      if (sha !== undefined && !(await isKnown(call, repository, path, sha))) return true
    }
    return false
  })
}

async function guard(call: Call, touches: () => Promise<boolean>): Promise<void> {
  if (mayWriteWorkflows(call.credential)) return
  if (await touches()) throw notFound()
}

/** Whether a branch holds the same already: that may be written again. */
async function isKnown(call: Call, repository: EmulatedRepository, path: string, sha: string): Promise<boolean> {
  const branches = await call.git.run(repository.path, ['for-each-ref', '--format=%(objectname)', 'refs/heads'])
  for (const head of branches.toString().trim().split('\n')) {
    if ((await fileAt(call, repository, head, path)) === sha) return true
  }
  return false
}

async function fileAt(
  { git }: Call,
  { path: repository }: EmulatedRepository,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const name = ['rev-parse', '--verify', '--quiet', `${commit}:${path}`]
  const output = await git.run(repository, name, { accept: [0, 1, 128] })
  return output.toString().trim() || undefined
}
