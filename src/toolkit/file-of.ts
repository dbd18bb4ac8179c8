import type { Artifact } from '../spec/artifact.js'
import { sha1 } from './sha1.js'

/** A file that was written here. */
export async function fileOf(path: string, text: string): Promise<Artifact> {
  const bytes = new TextEncoder().encode(text)
  const header = new TextEncoder().encode(`blob ${bytes.length}\0`)
  const object = new Uint8Array(header.length + bytes.length)
  object.set(header)
  object.set(bytes, header.length)
  const digests = { sha1: await sha1(bytes), oid: await sha1(object) }
  return { path, size: bytes.length, mode: '100644', ...digests, read: async () => bytes.slice() }
}
