import type { Cache } from '../spec/context.js'
import { toHex } from './to-hex.js'

/**
 * Closes texts that only this browser can open again: by a key that it keeps and that no script can read. For secrets which a later
 * run of the same deployment needs, and which nothing that is written down may show.
 */
export interface Seal {
  close(text: string): Promise<string>
  /** @returns `undefined` where the key is another one by now, or it was never closed by one. */
  open(closed: string): Promise<string | undefined>
}

const cacheKey = 'seal'
const cipher = 'AES-GCM'

/** @param cache Where the key is; where nothing can be kept, what was closed opens as long as this seal is held. */
export async function openSeal(cache: Cache): Promise<Seal> {
  const kept = await cache.read(cacheKey)
  const known = kept instanceof CryptoKey ? kept : undefined
  const key = known ?? (await crypto.subtle.generateKey({ name: cipher, length: 256 }, false, ['encrypt', 'decrypt']))
  let isFresh = false
  /** Written anew with the first use, so that it does not go as the oldest of what is kept. */
  async function keep(): Promise<void> {
    if (isFresh) return
    isFresh = true
    await cache.write(cacheKey, key)
  }
  return {
    async close(text) {
      await keep()
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const data = await crypto.subtle.encrypt({ name: cipher, iv }, key, new TextEncoder().encode(text))
      return `${toHex(iv.buffer)}.${toHex(data)}`
    },
    async open(closed) {
      const [, iv, data] = /^([0-9a-f]{24})\.((?:[0-9a-f]{2})+)$/.exec(closed) ?? []
      if (iv === undefined || data === undefined) return undefined
      try {
        const text = await crypto.subtle.decrypt({ name: cipher, iv: fromHex(iv) }, key, fromHex(data))
        return new TextDecoder().decode(text)
      } catch (error) {
        // Of another key.
        if (error instanceof DOMException && error.name === 'OperationError') return undefined
        throw error
      }
    },
  }
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
