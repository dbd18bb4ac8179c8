import type { Call } from './endpoint.js'
import { GithubProblem } from './problem.js'
import type { EmulatedRepository } from './repositories.js'
import { refuseMove } from './settings/enforce-rules.js'
import { guardCommit } from './workflow-guard.js'
import { objectTypes } from './write-git.js'

/** Where a ref is to go. */
export interface RefMove {
  /** Its full name. */
  readonly ref: string
  /** What it names now; `null`: it is not there. */
  readonly from: string | null
  /** `null` deletes it. */
  readonly to: string | null
}

/**
 * Moves a ref, the only way by which the API does so: whoever moved it in the meantime wins.
 *
 * @throws GithubProblem 422 where git refuses, 404 where it would bring a workflow that the token may not write
 */
export async function moveRef(call: Call, repository: EmulatedRepository, move: RefMove): Promise<void> {
  const { ref, from, to } = move
  await refuseMove(call, repository, move)
  if (to !== null) await guardCommit(call, repository, to)
  const none = '0'.repeat(40)
  try {
    await call.git.run(repository.path, ['update-ref', ref, to ?? none, from ?? none])
  } catch (error) {
    // Another was faster, or the name is a folder of other names: what git says is for its own log.
    if (!(error instanceof Error && /^git update-ref ended/.test(error.message))) throw error
    throw new GithubProblem(422, from === null ? 'Reference already exists' : 'Reference cannot be updated')
  }
  repository.pushedAt = call.now()
}

/** What a ref is to name. @throws GithubProblem 422 where it is not there, or no commit although it is for a branch. */
export async function checkTarget(call: Call, repository: EmulatedRepository, ref: string, sha: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw new GithubProblem(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  }
  const [type] = await objectTypes(call.git, repository, [sha])
  if (type === undefined) throw new GithubProblem(422, 'Object does not exist')
  if (ref.startsWith('refs/heads/') && type !== 'commit') throw new GithubProblem(422, 'Object is not a commit')
}

/** Whether a text is the name of a ref: `refs/` and two more parts at least, as git-check-ref-format(1) wants them. */
export async function isRefName(call: Call, repository: EmulatedRepository, ref: string): Promise<boolean> {
  if (!/^refs\/[^/]+\/./.test(ref)) return false
  const plain = await call.git.run(repository.path, ['check-ref-format', '--normalize', ref], { accept: [0, 1] })
  return plain.toString().trim() === ref
}
