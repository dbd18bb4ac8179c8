import { createHash, randomBytes } from 'node:crypto'

/** Where ids and the names that a provider makes up come from. What keeps others out (tokens) never does: it is always random. */
export interface Random {
  /** So many bytes. */
  bytes(length: number): Buffer
  /** So many bytes as hex digits, of which there are twice as many. */
  hex(length: number): string
  /** A UUID of version 4. */
  uuid(): string
  /** From 0 up to, not including, 1. */
  number(): number
}

/**
 * Makes a source of random values.
 *
 * @param seed whoever has the same one gets the same values in the same order; `undefined`: others each time
 * @param name tells sources of one seed apart, so that what one provider is asked changes nothing at another
 */
export function createRandom(seed: string | number | undefined, name: string): Random {
  let drawn = 0
  const draw = (length: number): Buffer => {
    if (seed === undefined) return randomBytes(length)
    const blocks: Buffer[] = []
    for (let made = 0; made < length; made += 32) {
      drawn += 1
      blocks.push(createHash('sha256').update(`${seed} ${name} ${drawn}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
  return {
    bytes: draw,
    hex: (length) => draw(length).toString('hex'),
    number: () => draw(6).readUIntBE(0, 6) / 2 ** 48,
    uuid: () => {
      const bytes = draw(16)
      // Version and variant (RFC 9562, section 5.4).
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  }
}
