import { sha1 as digest } from '../../toolkit/sha1.js'

/** Whether the bytes are those of the digest. */
export async function checkContent(sha1: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return (await digest(bytes)) === sha1
}
