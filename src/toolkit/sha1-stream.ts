/** SHA-1 of bytes that come in pieces, which WebCrypto takes only as a whole. */
export interface Sha1Stream {
  add(bytes: Uint8Array): void
  /** The digest; nothing can be added after it. */
  digest(): Uint8Array<ArrayBuffer>
}

/** FIPS 180-4, section 6.1. */
export function sha1Stream(): Sha1Stream {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  const schedule = new Int32Array(80)
  const block = new Uint8Array(64)
  let filled = 0
  let length = 0
  const add = (bytes: Uint8Array): void => {
    length += bytes.length
    let at = 0
    if (filled > 0) {
      at = Math.min(64 - filled, bytes.length)
      block.set(bytes.subarray(0, at), filled)
      filled += at
      if (filled < 64) return
      compress(state, schedule, block, 0)
      filled = 0
    }
    for (; at + 64 <= bytes.length; at += 64) compress(state, schedule, bytes, at)
    block.set(bytes.subarray(at))
    filled = bytes.length - at
  }
  return {
    add,
    digest() {
      const bits = length * 8
      const padding = new Uint8Array(((119 - (length % 64)) % 64) + 9)
      padding[0] = 0x80
      const view = new DataView(padding.buffer)
      view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32))
      view.setUint32(padding.length - 4, bits % 2 ** 32)
      add(padding)
      const digest = new DataView(new ArrayBuffer(20))
      for (const [index, word] of state.entries()) digest.setInt32(index * 4, word)
      return new Uint8Array(digest.buffer)
    },
  }
}

function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, start: number): void {
  for (let index = 0, at = start; index < 16; index += 1, at += 4)
    w[index] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
  for (let index = 16; index < 80; index += 1) {
    const word =
      (w[index - 3] as number) ^ (w[index - 8] as number) ^ (w[index - 14] as number) ^ (w[index - 16] as number)
    w[index] = (word << 1) | (word >>> 31)
  }
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  for (let index = 0; index < 80; index += 1) {
    const mixed =
      index < 20
        ? (d ^ (b & (c ^ d))) + 0x5a827999
        : index < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : index < 60
            ? ((b & c) | (d & (b | c))) + 0x8f1bbcdc
            : (b ^ c ^ d) + 0xca62c1d6
    const next = (((a << 5) | (a >>> 27)) + mixed + e + (w[index] as number)) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  state[0] = ((state[0] as number) + a) | 0
  state[1] = ((state[1] as number) + b) | 0
  state[2] = ((state[2] as number) + c) | 0
  state[3] = ((state[3] as number) + d) | 0
  state[4] = ((state[4] as number) + e) | 0
}
