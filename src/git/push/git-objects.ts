import { toHex } from '../../toolkit/to-hex.js'

/** The kinds of objects that a push holds. */
export type ObjectType = 'commit' | 'tree' | 'blob'

const encoder = new TextEncoder()
/** WebCrypto copies what it is given before it returns, so that one buffer serves all that fits. */
const scratch = new Uint8Array(64 * 1024)

/** The id of an object: SHA-1 of `<type> <size>\0` and its bytes, in lower-case hex (gitformat-pack, "SHA-1"). */
export async function objectId(type: ObjectType, bytes: Uint8Array): Promise<string> {
  const header = encoder.encode(`${type} ${bytes.length}\0`)
  const size = header.length + bytes.length
  const whole = size <= scratch.length ? scratch.subarray(0, size) : new Uint8Array(size)
  whole.set(header)
  whole.set(bytes, header.length)
  return toHex(await crypto.subtle.digest('SHA-1', whole))
}
