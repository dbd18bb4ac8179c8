import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/toolkit/to-hex.js'

describe('bytes in hex', () => {
  it('have two lower-case digits each', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(toHex(bytes.buffer)).toBe(Buffer.from(bytes).toString('hex'))
    expect(toHex(new ArrayBuffer(0))).toBe('')
  })
})
