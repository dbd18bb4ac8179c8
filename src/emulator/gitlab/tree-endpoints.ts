import { isEmpty, readTree, resolve } from '../read-git.js'
import { entryReply } from './commit-replies.js'
import { type Call, type Endpoints, pageOf, paginated, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GitlabProblem, notFound } from './problem.js'
import { defaultBranch } from './projects.js'

/** The trees of a repository. */
export const treeEndpoints: Endpoints = { listTree }

/** By keyset the token is the id of the last entry of the page before ("Repositories API", `page_token`). */
async function listTree(call: Call): Promise<Answer> {
  const project = projectOf(call)
  const { git, query } = call
  const way = query.get('pagination') ?? 'legacy'
  if (way === 'none' && query.get('recursive') !== 'true')
    throw new GitlabProblem(400, { error: 'pagination cannot be "none" unless "recursive" is true' })
  const repository = repositoryOf(project)
  if (await isEmpty(git, repository)) throw notFound('Tree')
  const sha = await resolve(git, repository, query.get('ref') ?? (await defaultBranch(project)), 'commit')
  const path = (query.get('path') ?? '').replace(/^\/+|\/+$/g, '')
  const command = ['rev-parse', '--verify', '--quiet', `${sha}:${path}`]
  const tree = sha ? (await git.run(project.folder, command, { accept: [0, 1, 128] })).toString().trim() : ''
  if (!sha) throw notFound('Tree')
  // The words of Gitaly's, as `not_found!(e.message)` shows them.
  if (tree === '') throw notFound('invalid revision or path')
  const folder = path === '' ? '' : `${path}/`
  const entries = await readTree(git, repository, tree, query.get('recursive') === 'true')
  // Folders come before files.
  entries.sort((left, right) => Number(right.type === 'tree') - Number(left.type === 'tree'))
  if (way === 'none') return { status: 200, body: entries.map((entry) => entryReply(entry, folder)) }
  if (way !== 'keyset') return paginated(call, entries, (entry) => entryReply(entry, folder))
  const { size } = pageOf(call)
  const token = query.get('page_token')
  const known = token === null ? -1 : entries.findIndex((entry) => tokenOf(entry.path) === token)
  // Gitaly's "could not find starting OID", which the API lets fall through.
  if (token !== null && known < 0) throw new GitlabProblem(500, '500 Internal Server Error')
  const start = known + 1
  const shown = entries.slice(start, start + size)
  const last = shown.at(-1)
  const next = new URLSearchParams(query)
  if (last) next.set('page_token', tokenOf(last.path))
  const link = `<${call.url()}${new URL(call.request.url).pathname}?${next}>; rel="next"`
  const body = shown.map((entry) => entryReply(entry, folder))
  return { status: 200, body, headers: start + size < entries.length ? { Link: link } : {} }
}

// Opaque to clients. The same content may lie at many paths, so the id alone would name many places.
const tokenOf = (path: string): string => Buffer.from(path).toString('base64url')
