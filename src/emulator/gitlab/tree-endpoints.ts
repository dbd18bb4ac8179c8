import { isEmpty, readTree, resolve } from '../read-git.js'
import { entryReply } from './commit-replies.js'
import { type Call, type Endpoints, pageOf, paginated, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { notFound } from './problem.js'
import { defaultBranch } from './projects.js'

/** The trees of a repository. */
export const treeEndpoints: Endpoints = { listTree }

/** By keyset the token is the id of the last entry of the page before ("Repositories API", `page_token`). */
async function listTree(call: Call): Promise<Answer> {
  const project = projectOf(call)
  const { git, query } = call
  const repository = repositoryOf(project)
  if (await isEmpty(git, repository)) throw notFound('Tree')
  const sha = await resolve(git, repository, query.get('ref') ?? (await defaultBranch(project)), 'commit')
  const path = (query.get('path') ?? '').replace(/^\/+|\/+$/g, '')
  const command = ['rev-parse', '--verify', '--quiet', `${sha}:${path}`]
  const tree = sha ? (await git.run(project.folder, command, { accept: [0, 1, 128] })).toString().trim() : ''
  if (tree === '') throw notFound('Tree')
  const folder = path === '' ? '' : `${path}/`
  const entries = await readTree(git, repository, tree, query.get('recursive') === 'true')
  // Folders come before files.
  entries.sort((left, right) => Number(right.type === 'tree') - Number(left.type === 'tree'))
  if (query.get('pagination') !== 'keyset') return paginated(call, entries, (entry) => entryReply(entry, folder))
  const { size } = pageOf(call)
  const token = query.get('page_token')
  const start = token === null ? 0 : entries.findIndex((entry) => tokenOf(entry.path) === token) + 1
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
