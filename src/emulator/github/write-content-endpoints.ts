import { readPerson } from './commit-person.js'
import { gitCommitReply } from './commit-replies.js'
import { contentReply } from './content-endpoints.js'
import { fromBase64 } from './data-endpoints.js'
import { blobTooLarge } from './data-limits.js'
import { type Call, type Endpoints, pushableRepositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GithubProblem, notFound } from './problem.js'
import { isEmpty, readLog, readRef, readTree, type TreeEntry } from './read-git.js'
import { isRefName, moveRef } from './refs.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'
import { pathProblem } from './tree-entries.js'
import { guardFiles } from './workflow-guard.js'
import { writeBlobs, writeCommit, writeTree } from './write-git.js'

/** Files written one by one, each with a commit of its own: the only way to the first commit of an empty repository. */
export const writeContentEndpoints: Endpoints = {
  'repos/create-or-update-file-contents': {
    page: 'repos/contents#create-or-update-file-contents',
    signedIn: true,
    scope: 'repo',
    answer: putContent,
  },
  'repos/delete-file': {
    page: 'repos/contents#delete-a-file',
    signedIn: true,
    scope: 'repo',
    answer: deleteContent,
  },
}

async function putContent(call: Call): Promise<Answer> {
  const repository = pushableRepositoryOf(call)
  const { message = '', content = '', sha: known } = call.body as { message?: string; content?: string; sha?: string }
  const path = call.parameters.path ?? ''
  const problem = pathProblem(path)
  if (problem) throw new GithubProblem(422, `path ${problem}`)
  const bytes = fromBase64(content)
  if (!bytes) throw new GithubProblem(422, 'content is not valid Base64')
  if (bytes.length >= call.limits.blobBytes) throw new GithubProblem(422, blobTooLarge)
  const ref = await branchOf(call, repository)
  const head = (await readRef(call.git, repository, ref))?.sha
  const old = head === undefined ? undefined : await entryAt(call, repository, head, path)
  checkOld(old, path, known)
  const [sha = ''] = await writeBlobs(call.git, repository, [bytes])
  await guardFiles(call, repository, [{ path, sha }])
  const mode = old?.type === 'blob' ? old.mode : '100644'
  const tree = (await writeTree(call.git, repository, head, [{ path, mode, sha }])) ?? ''
  const committer = readPerson(call, 'committer')
  const author = readPerson(call, 'author', committer)
  const parents = head === undefined ? [] : [head]
  const made = await writeCommit(call.git, repository, { tree, parents, author, committer, message })
  await moveRef(call, repository, { ref, from: head ?? null, to: made })
  // The first branch of a repository becomes its default branch, as with a push.
  if (head === undefined) await call.git.run(repository.path, ['symbolic-ref', 'HEAD', ref])
  return reply(call, repository, { made, path, ref, status: old ? 200 : 201 })
}

async function deleteContent(call: Call): Promise<Answer> {
  const repository = pushableRepositoryOf(call)
  const { message = '', sha: known } = call.body as { message?: string; sha?: string }
  const path = call.parameters.path ?? ''
  const ref = await branchOf(call, repository)
  const head = (await readRef(call.git, repository, ref))?.sha
  const old = head === undefined ? undefined : await entryAt(call, repository, head, path)
  if (head === undefined || old?.type !== 'blob') throw notFound()
  checkOld(old, path, known)
  const tree = (await writeTree(call.git, repository, head, [{ path, mode: old.mode, sha: null }])) ?? ''
  const committer = readPerson(call, 'committer')
  const author = readPerson(call, 'author', committer)
  const made = await writeCommit(call.git, repository, { tree, parents: [head], author, committer, message })
  await moveRef(call, repository, { ref, from: head, to: made })
  const [commit] = await readLog(call.git, repository, { from: made, skip: 0, count: 1 })
  if (!commit) throw notFound()
  const context = { ...call, repository, urls: call.urls() }
  return { status: 200, body: { content: null, commit: gitCommitReply(commit, context) } }
}

/** The branch that is written to: one that is there, or any in a repository without a commit. */
async function branchOf(call: Call, repository: EmulatedRepository): Promise<string> {
  const branch = typeof call.body.branch === 'string' ? call.body.branch : await defaultBranch(repository)
  const ref = `refs/heads/${branch}`
  const known = await readRef(call.git, repository, ref)
  const fresh = !known && (await isEmpty(call.git, repository)) && (await isRefName(call, repository, ref))
  if (!known && !fresh) throw new GithubProblem(404, `Branch ${branch} not found`)
  return ref
}

/** What is to be replaced must be named: GitHub says 422 where it is not, 409 where it is another, nothing for a new file. */
function checkOld(old: TreeEntry | undefined, path: string, known: string | undefined): void {
  if (!old) return
  if (known === undefined) throw new GithubProblem(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
  if (old.sha !== known) throw new GithubProblem(409, `${path} does not match ${known}`)
}

async function entryAt(
  call: Call,
  repository: EmulatedRepository,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  return (await readTree(call.git, repository, commit, true)).find((entry) => entry.path === path)
}

async function reply(
  call: Call,
  repository: EmulatedRepository,
  { made, path, ref, status }: { made: string; path: string; ref: string; status: number },
): Promise<Answer> {
  const [commit] = await readLog(call.git, repository, { from: made, skip: 0, count: 1 })
  const entry = await entryAt(call, repository, made, path)
  if (!commit || !entry) throw notFound()
  const context = { ...call, repository, urls: call.urls() }
  const content = contentReply(call, repository, entry, ref.replace('refs/heads/', ''))
  // The contract has no `null` here, which the same object has where it is read.
  const { download_url: _private, ...rest } = content
  return { status, body: { content: rest, commit: gitCommitReply(commit, context) } }
}
