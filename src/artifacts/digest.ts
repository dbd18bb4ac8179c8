import { toHex } from '../toolkit/to-hex.js'

const encoder = new TextEncoder()
/** WebCrypto copies what it is given before it returns, so that one buffer serves all that fits. */
const scratch = new Uint8Array(64 * 1024)

/** The digests of one file, in lower-case hex. */
export interface FileDigest {
  /** SHA-1 of the bytes. */
  readonly sha1: string
  /** Id of the git blob with these bytes: SHA-1 of `blob <size>\0` and the bytes. */
  readonly oid: string
}

/**
 * Computes both digests of a file from one copy of its bytes: git's header is written in front of the copy, and the plain
 * digest skips it. Await one file before the next: WebCrypto is slower when many digests are under way.
 */
export async function digestFile(bytes: Uint8Array): Promise<FileDigest> {
  const header = encoder.encode(`blob ${bytes.length}\0`)
  const size = header.length + bytes.length
  const blob = size <= scratch.length ? scratch.subarray(0, size) : new Uint8Array(size)
  blob.set(header)
  blob.set(bytes, header.length)
  const [sha1, oid] = await Promise.all([
    crypto.subtle.digest('SHA-1', blob.subarray(header.length)),
    crypto.subtle.digest('SHA-1', blob),
  ])
  return { sha1: toHex(sha1), oid: toHex(oid) }
}
