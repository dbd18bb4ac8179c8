import { createRandom, type Random } from '../random.js'

/** Makes up a number that nothing else of its kind has: the newer, the higher, with gaps where others' would be. */
export type NextId = () => number

/**
 * Makes a source of numbers.
 *
 * @param first about where they begin: how long GitHub's own are by now
 */
export function createIds(random: Random, first: number): NextId {
  // What is made at the same time elsewhere changes nothing here.
  const own = createRandom(random.hex(16), 'ids')
  let last = first + Math.floor((own.number() * first) / 10)
  return () => {
    last += 1 + Math.floor(own.number() * 400)
    return last
  }
}

/**
 * The id that GraphQL knows a thing by. It is opaque, but as long as GitHub's: the kind, and a list that begins with 0 in
 * MessagePack, which is how the ids in GitHub's replies can be read.
 */
export function globalId(kind: string, ...parts: readonly (number | string)[]): string {
  const bytes = [Buffer.from([0x91 + parts.length, 0]), ...parts.map(pack)]
  return `${kind}_${Buffer.concat(bytes).toString('base64url')}`
}

function pack(part: number | string): Buffer {
  if (typeof part === 'string') {
    const text = Buffer.from(part)
    const head = text.length < 32 ? [0xa0 + text.length] : [0xda, text.length >> 8, text.length & 0xff]
    return Buffer.concat([Buffer.from(head), text])
  }
  const long = part > 0xffff_ffff
  const bytes = Buffer.alloc(long ? 9 : 5)
  bytes[0] = long ? 0xcf : 0xce
  if (long) bytes.writeBigUInt64BE(BigInt(part), 1)
  else bytes.writeUInt32BE(part, 1)
  return bytes
}
