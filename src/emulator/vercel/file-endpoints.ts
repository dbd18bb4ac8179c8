import { createHash } from 'node:crypto'
import { defined } from '../json-values.js'
import { type Call, deploymentOf, type Endpoints } from './call.js'
import { VercelProblem } from './problem.js'
import { contentsOf, type DeploymentFiles, type Json } from './state.js'

/** Uploads and files of deployments, by the contract's operation ids. */
export const fileEndpoints: Endpoints = {
  uploadFile: (call, world) => {
    const { bytes, request, account } = call
    const digest = request.headers.get('x-now-digest') ?? request.headers.get('x-vercel-digest')
    if (digest === null || !/^[0-9a-f]{40}$/i.test(digest)) {
      throw new VercelProblem(
        400,
        'missing_digest',
        'The header `x-now-digest` should be the SHA-1 digest of the file.',
      )
    }
    refuseSize(call)
    const sha1 = createHash('sha1').update(bytes).digest('hex')
    if (sha1 !== digest.toLowerCase()) {
      const message = `The content has SHA-1 ${sha1}, not ${digest}.`
      throw new VercelProblem(400, 'invalid_digest', message)
    }
    world.limiter.upload(account.login, bytes.length)
    contentsOf(world.state, account).set(sha1, bytes)
    return { status: 200, json: { urls: [] } }
  },
  listDeploymentFiles: (call, world) => ({ status: 200, json: treeOf(deploymentOf(call, world).files) }),
}

function refuseSize({ request, bytes }: Call): void {
  const size = request.headers.get('x-now-size')
  if (size !== null && Number(size) !== bytes.length) {
    throw new VercelProblem(400, 'invalid_size', `The content has ${bytes.length} bytes, not ${size}.`)
  }
}

interface Folder {
  readonly folders: Map<string, Folder>
  readonly entries: Json[]
}

function treeOf(files: DeploymentFiles): Json[] {
  const root: Folder = { folders: new Map(), entries: [] }
  for (const [path, { sha1, mode }] of files) {
    const names = path.split('/')
    const name = names.pop() ?? ''
    let folder = root
    for (const part of names) {
      const inner: Folder = folder.folders.get(part) ?? { folders: new Map(), entries: [] }
      folder.folders.set(part, inner)
      folder = inner
    }
    folder.entries.push(defined({ name, type: isLink(mode) ? 'symlink' : 'file', uid: sha1, mode }))
  }
  return entriesOf(root)
}

function entriesOf({ folders, entries }: Folder): Json[] {
  const inner = [...folders].map(([name, folder]) => {
    return { name, type: 'directory', mode: 0o040755, children: entriesOf(folder) }
  })
  return [...inner, ...entries]
}

/** Whether the mode is that of a symbolic link. */
export function isLink(mode: number): boolean {
  return (mode & 0o170000) === 0o120000
}
