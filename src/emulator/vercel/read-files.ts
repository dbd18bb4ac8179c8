import { createHash } from 'node:crypto'
import type { Account } from '../accounts.js'
import type { TreeFiles } from '../build/source-tree.js'
import { badRequest, VercelProblem } from './problem.js'
import { contentsOf, type DeploymentFile, type DeploymentFiles, type Json, type VercelState } from './state.js'

const regular = 0o100644

/** The files of a deployment, some of whose bytes came along with the request. */
export interface ReadFiles {
  readonly files: DeploymentFiles
  /** Keeps those bytes, once nothing is left to be refused. */
  keep(): void
}

/**
 * Reads the list of files of a deployment.
 *
 * @throws VercelProblem with 400, with the code `missing_files` and the digests that are to be uploaded first
 */
export function readFiles(files: readonly Json[], account: Account, state: VercelState): ReadFiles {
  const contents = contentsOf(state, account)
  const read = new Map<string, DeploymentFile>()
  const missing = new Set<string>()
  const inline: (readonly [string, Uint8Array<ArrayBuffer>])[] = []
  for (const file of files) {
    const path = pathOf(file.file)
    const mode = typeof file.mode === 'number' ? file.mode : regular
    if ('data' in file) {
      const bytes = decode(path, String(file.data), file.encoding)
      const sha1 = digestOf(bytes)
      inline.push([sha1, bytes])
      read.set(path, { sha1, size: bytes.length, mode })
      continue
    }
    const sha1 = String(file.sha ?? '').toLowerCase()
    if (!/^[0-9a-f]{40}$/.test(sha1)) throw badRequest(`Invalid request: the file "${path}" has no SHA-1 digest.`)
    const bytes = contents.get(sha1)
    if (!bytes) missing.add(sha1)
    else if (file.size !== undefined && file.size !== bytes.length) {
      throw badRequest(`Invalid request: the file "${path}" has ${bytes.length} bytes, not ${file.size}.`)
    }
    read.set(path, { sha1, size: bytes?.length ?? 0, mode })
  }
  if (missing.size > 0) {
    throw new VercelProblem(400, 'missing_files', 'Missing files', { missing: [...missing] })
  }
  return {
    files: read,
    keep: () => {
      for (const [sha1, bytes] of inline) contents.set(sha1, bytes)
    },
  }
}

/** Keeps the files of a commit as if they had been uploaded. */
export function keepFiles(files: TreeFiles, account: Account, state: VercelState): DeploymentFiles {
  const contents = contentsOf(state, account)
  return new Map(
    [...files].map(([path, { bytes, mode }]) => {
      const sha1 = digestOf(bytes)
      contents.set(sha1, bytes)
      return [path, { sha1, size: bytes.length, mode }]
    }),
  )
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex')
}

function pathOf(value: unknown): string {
  const path = String(value)
  const parts = path.split('/')
  if (path === '' || parts.some((part) => part === '' || part === '.' || part === '..') || path.includes('\0')) {
    throw badRequest(`Invalid request: "${path}" is not the path of a file.`)
  }
  return path
}

function decode(path: string, data: string, encoding: unknown): Uint8Array<ArrayBuffer> {
  if (encoding !== 'base64') return new TextEncoder().encode(data)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) {
    throw badRequest(`Invalid request: the data of "${path}" should be base64.`)
  }
  return new Uint8Array(Buffer.from(data, 'base64'))
}
