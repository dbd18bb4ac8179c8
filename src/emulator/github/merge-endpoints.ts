import { type Call, callerOf, type Endpoints, pushableRepositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GithubProblem } from './problem.js'
import { pullOf } from './pull-endpoints.js'
import type { EmulatedPull } from './pulls.js'
import { moveRef } from './refs.js'
import type { EmulatedRepository } from './repositories.js'
import { writeCommit } from './write-git.js'

/** Pull requests, merged. */
export const mergeEndpoints: Endpoints = {
  'pulls/merge': {
    page: 'pulls/pulls#merge-a-pull-request',
    accepts: 'repo',
    signedIn: true,
    scope: 'repo',
    answer: merge,
  },
}

async function merge(call: Call): Promise<Answer> {
  const repository = pushableRepositoryOf(call)
  const pull = await pullOf(call, repository)
  const { merge_method: method = 'merge', sha, commit_title: given, commit_message: text } = call.body
  if (pull.state !== 'open' || pull.draft) throw new GithubProblem(405, 'Pull Request is not mergeable')
  if (method === 'rebase') throw new GithubProblem(405, 'Rebase merges are not emulated')
  const allowed = method === 'squash' ? 'allow_squash_merge' : 'allow_merge_commit'
  if (repository.settings[allowed] === false) {
    const name = method === 'squash' ? 'Squash merges' : 'Merge commits'
    throw new GithubProblem(405, `${name} are not allowed on this repository.`)
  }
  if (sha !== undefined && sha !== pull.headSha) {
    throw new GithubProblem(409, 'Head branch was modified. Review and try the merge again.')
  }
  const tree = await mergedTree(call, repository, pull)
  const { user } = callerOf(call)
  const person = { name: user.name, email: user.email, seconds: Math.floor(call.now() / 1000) }
  const whole = `Merge pull request #${pull.number} from ${repository.owner.login}/${pull.head}`
  const [title, words] =
    method === 'squash' ? [`${pull.title} (#${pull.number})`, pull.body ?? ''] : [whole, pull.title]
  const message = [given ?? title, text ?? words].filter((part) => part !== '').join('\n\n')
  const parents = method === 'squash' ? [pull.baseSha] : [pull.baseSha, pull.headSha]
  const committer = { name: 'GitHub', email: 'noreply@github.com', seconds: person.seconds }
  const made = await writeCommit(call.git, repository, { tree, parents, author: person, committer, message })
  await moveRef(call, repository, { ref: `refs/heads/${pull.base}`, from: pull.baseSha, to: made })
  const time = call.now()
  Object.assign(pull, { state: 'closed', closedAt: time, mergedAt: time, updatedAt: time, mergeSha: made })
  return { status: 200, body: { sha: made, merged: true, message: 'Pull Request successfully merged' } }
}

/** Git's own merge (git-merge-tree(1), since 2.38). @throws GithubProblem 405 where both sides have changed the same */
async function mergedTree(call: Call, repository: EmulatedRepository, pull: EmulatedPull): Promise<string> {
  const command = ['merge-tree', '--write-tree', pull.baseSha, pull.headSha]
  const output = (await call.git.run(repository.path, command, { accept: [0, 1] })).toString()
  const [tree = '', ...conflicts] = output.trim().split('\n')
  if (conflicts.length > 0) throw new GithubProblem(405, 'Pull Request is not mergeable')
  return tree
}
