import { addresses } from './commit-replies.js'
import { type Call, type Endpoints, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { emptyRepository, GithubProblem, notFound } from './problem.js'
import { isEmpty, readTree, resolve, type TreeEntry } from './read-git.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'

// Where GitHub cuts a recursive tree off.
const treeLimit = 100_000

/** Trees and the files in them. */
export const contentEndpoints: Endpoints = {
  'git/get-tree': {
    page: 'git/trees#get-a-tree',
    answer: async (call) => {
      const repository = repositoryOf(call)
      if (await isEmpty(call.git, repository)) throw emptyRepository()
      const sha = await resolve(call.git, repository, call.parameters.tree_sha ?? '', 'tree')
      if (!sha) throw notFound()
      const { api } = addresses({ repository, urls: call.urls() })
      // Any value asks for it, `0` and `false` too.
      const entries = await readTree(call.git, repository, sha, call.query.has('recursive'))
      const tree = entries.slice(0, treeLimit).map((entry) => treeReply(entry, api))
      return { status: 200, body: { sha, url: `${api}/git/trees/${sha}`, tree, truncated: entries.length > treeLimit } }
    },
  },
  'repos/get-content': {
    page: 'repos/contents#get-repository-content',
    answer: readContent,
  },
}

/** One entry of a tree. */
export function treeReply({ path, mode, type, sha, size }: TreeEntry, api: string): Record<string, unknown> {
  const common = { path, mode, type, sha }
  if (type === 'commit') return common
  return { ...common, ...(size !== null && { size }), url: `${api}/git/${type}s/${sha}` }
}

async function readContent(call: Call): Promise<Answer> {
  const repository = repositoryOf(call)
  if (await isEmpty(call.git, repository)) throw new GithubProblem(404, 'This repository is empty.')
  const ref = call.query.get('ref') ?? (await defaultBranch(repository))
  const commit = await resolve(call.git, repository, ref, 'commit')
  if (!commit) throw new GithubProblem(404, `No commit found for the ref ${ref}`)
  const path = (call.parameters.path ?? '').replace(/^\/+|\/+$/g, '')
  const entries = await readTree(call.git, repository, commit, true)
  const entry = entries.find((one) => one.path === path)
  if (path === '' || entry?.type === 'tree') {
    const below = entries.filter((one) => dirname(one.path) === path)
    return { status: 200, body: below.map((one) => contentReply(call, repository, one, ref)) }
  }
  if (entry?.type !== 'blob') throw notFound()
  const bytes = await call.git.run(repository.path, ['cat-file', 'blob', entry.sha])
  if (/application\/vnd\.github(\.v3)?\.raw/.test(call.request.headers.get('accept') ?? '')) {
    const headers = { 'Content-Type': 'application/vnd.github.raw; charset=utf-8' }
    return { status: 200, body: new Uint8Array(bytes), headers }
  }
  const common = contentReply(call, repository, entry, ref)
  if (common.type === 'symlink') return { status: 200, body: { ...common, target: bytes.toString() } }
  // Above one megabyte GitHub leaves the content out of the JSON.
  const inline = bytes.length <= 1024 * 1024
  const content = inline ? bytes.toString('base64').replace(/.{60}|.+$/g, '$&\n') : ''
  return { status: 200, body: { ...common, content, encoding: inline ? 'base64' : 'none' } }
}

function dirname(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A file or folder of a commit, without its content. */
export function contentReply(
  call: Call,
  repository: EmulatedRepository,
  entry: TreeEntry,
  ref: string,
): Record<string, unknown> {
  const { api, html } = addresses({ repository, urls: call.urls() })
  const kinds = { blob: 'file', tree: 'dir', commit: 'submodule' } as const
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const git = `${api}/git/${entry.type}s/${entry.sha}`
  const page = `${html}/${entry.type}/${ref}/${path}`
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: page,
    git_url: git,
    download_url: null,
    type: entry.mode === '120000' ? 'symlink' : kinds[entry.type],
    _links: { self, git, html: page },
  }
}
