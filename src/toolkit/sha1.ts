import { toHex } from './to-hex.js'

/** SHA-1 of the bytes in lower-case hex, with WebCrypto. */
export async function sha1(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-1', bytes))
}
