import { describe, expect, it } from 'vitest'
import { sha1 } from '../../src/toolkit/sha1.js'
import { sha1Stream } from '../../src/toolkit/sha1-stream.js'
import { toHex } from '../../src/toolkit/to-hex.js'
import { seededRandom } from '../support/seeded-random.js'

describe('SHA-1 of bytes that come in pieces', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 300_000])(
    'is that of the %i bytes as a whole',
    async (size) => {
      const random = seededRandom(size + 1)
      const bytes = Uint8Array.from({ length: size }, () => random.below(256))
      const hash = sha1Stream()
      for (let at = 0; at < size; ) {
        const end = Math.min(size, at + random.below(200))
        hash.add(bytes.subarray(at, end))
        at = end
      }
      expect(toHex(hash.digest().buffer)).toBe(await sha1(bytes))
    },
  )
})
