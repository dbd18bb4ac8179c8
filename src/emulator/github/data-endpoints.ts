import { readPerson } from './commit-person.js'
import { addresses, gitCommitReply } from './commit-replies.js'
import { treeReply } from './content-endpoints.js'
import { blobTooLarge } from './data-limits.js'
import { type Call, type Endpoints, filledRepositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GithubProblem, notFound } from './problem.js'
import { readLog, readTree } from './read-git.js'
import type { EmulatedRepository } from './repositories.js'
import { readEntries } from './tree-entries.js'
import { guardFiles } from './workflow-guard.js'
import { objectTypes, writeBlobs, writeCommit, writeTree } from './write-git.js'

/** Git's own objects, one by one. What is written here is on no branch until a ref names it. */
export const dataEndpoints: Endpoints = {
  'git/create-blob': { page: 'git/blobs#create-a-blob', signedIn: true, scope: 'repo', answer: createBlob },
  'git/get-blob': { page: 'git/blobs#get-a-blob', answer: readBlob },
  'git/create-tree': { page: 'git/trees#create-a-tree', signedIn: true, scope: 'repo', answer: createTree },
  'git/create-commit': { page: 'git/commits#create-a-commit', signedIn: true, scope: 'repo', answer: createCommit },
  'git/get-commit': {
    page: 'git/commits#get-a-commit-object',
    answer: async (call) => {
      const repository = await filledRepositoryOf(call)
      const sha = call.parameters.commit_sha ?? ''
      if ((await typeOf(call, repository, sha)) !== 'commit') throw notFound()
      return commitAnswer(call, repository, sha, 200)
    },
  },
}

/** Bytes written as Base64, in one line or many; `undefined` where they are not. */
export function fromBase64(text: string): Buffer | undefined {
  const plain = text.replace(/\s/g, '')
  return /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(plain)
    ? Buffer.from(plain, 'base64')
    : undefined
}

async function createBlob(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const { content = '', encoding = 'utf-8' } = call.body as { content?: string; encoding?: string }
  if (encoding !== 'utf-8' && encoding !== 'base64') throw new GithubProblem(422, `${encoding} is not a known encoding`)
  const bytes = encoding === 'base64' ? fromBase64(content) : Buffer.from(content)
  if (!bytes) throw new GithubProblem(422, 'content is not valid Base64')
  if (bytes.length >= call.limits.blobBytes) throw new GithubProblem(422, blobTooLarge)
  const [sha = ''] = await writeBlobs(call.git, repository, [bytes])
  const url = `${addresses({ repository, urls: call.urls() }).api}/git/blobs/${sha}`
  return { status: 201, body: { sha, url }, headers: { Location: url } }
}

async function readBlob(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call)
  const sha = call.parameters.file_sha ?? ''
  if ((await typeOf(call, repository, sha)) !== 'blob') throw notFound()
  const bytes = await call.git.run(repository.path, ['cat-file', 'blob', sha])
  if (/application\/vnd\.github(\.v3)?\.raw/.test(call.request.headers.get('accept') ?? '')) {
    const headers = { 'Content-Type': 'application/vnd.github.raw; charset=utf-8' }
    return { status: 200, body: new Uint8Array(bytes), headers }
  }
  const content = bytes.toString('base64').replace(/.{60}|.+$/g, '$&\n')
  const url = `${addresses({ repository, urls: call.urls() }).api}/git/blobs/${sha}`
  const node_id = Buffer.from(`Blob:${sha}`).toString('base64')
  return { status: 200, body: { sha, node_id, size: bytes.length, url, content, encoding: 'base64' } }
}

async function createTree(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const base = typeof call.body.base_tree === 'string' ? call.body.base_tree : undefined
  const baseType = base === undefined ? 'tree' : await typeOf(call, repository, base)
  if (baseType !== 'tree' && baseType !== 'commit') throw new GithubProblem(422, 'base_tree is not a valid tree oid')
  const changes = await readEntries(call, repository)
  const files = changes.flatMap(({ path, sha }) => (sha === null ? [] : [{ path, sha }]))
  await guardFiles(call, repository, files)
  // "Returns an error if you try to delete a file that does not exist" (GitHub Docs, "Create a tree").
  const sha = await writeTree(call.git, repository, base, changes)
  if (sha === undefined) throw new GithubProblem(422, 'GitRPC::BadObjectState')
  const { api } = addresses({ repository, urls: call.urls() })
  const url = `${api}/git/trees/${sha}`
  const tree = (await readTree(call.git, repository, sha, false)).map((entry) => treeReply(entry, api))
  return { status: 201, body: { sha, url, tree, truncated: false }, headers: { Location: url } }
}

async function createCommit(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const { message = '', tree = '', parents = [], signature } = call.body as NewCommitBody
  if (!/^[0-9a-f]{40}$/.test(tree)) {
    throw new GithubProblem(422, 'The tree parameter must be exactly 40 characters and contain only [0-9a-f].')
  }
  if (signature) throw new GithubProblem(422, 'signatures are not emulated')
  const [treeType, ...parentTypes] = await objectTypes(call.git, repository, [tree, ...parents])
  if (treeType !== 'tree') throw new GithubProblem(422, 'Tree SHA does not exist')
  if (parentTypes.some((type) => type !== 'commit')) {
    throw new GithubProblem(422, 'Parent SHA does not exist or is not a commit object')
  }
  const author = readPerson(call, 'author')
  const committer = call.body.committer === undefined ? author : readPerson(call, 'committer', author)
  const sha = await writeCommit(call.git, repository, { tree, parents, author, committer, message })
  return commitAnswer(call, repository, sha, 201)
}

interface NewCommitBody {
  readonly message?: string
  readonly tree?: string
  readonly parents?: readonly string[]
  readonly signature?: string
}

async function commitAnswer(call: Call, repository: EmulatedRepository, sha: string, status: number): Promise<Answer> {
  const [commit] = await readLog(call.git, repository, { from: sha, skip: 0, count: 1 })
  if (!commit) throw notFound()
  const body = gitCommitReply(commit, { ...call, repository, urls: call.urls() })
  return { status, body, ...(status === 201 && { headers: { Location: String(body.url) } }) }
}

async function typeOf(call: Call, repository: EmulatedRepository, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined
  return (await objectTypes(call.git, repository, [sha]))[0]
}
