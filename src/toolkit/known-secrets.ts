import * as z from 'zod/mini'
import type { Cache } from '../spec/context.js'
import { toHex } from './to-hex.js'

/**
 * Which secrets a provider was given that it never shows again, by salted digests. They hold for the version of the variable that
 * they were noted with, as the provider tells it: after a change from elsewhere nothing is known.
 */
export interface KnownSecrets {
  /** @param place Which value of the variable. */
  has(id: string, version: string, place: string, text: string): Promise<boolean>
  /**
   * @param version What the variable's version is with these texts.
   * @param before What it was: digests of other places that were noted with it go on holding.
   */
  note(
    id: string,
    versions: { readonly version: string; readonly before: string | null },
    texts: ReadonlyMap<string, string>,
  ): Promise<void>
  forget(id: string): Promise<void>
}

const schema = z.object({
  salt: z.string(),
  variables: z.record(z.string(), z.object({ version: z.string(), digests: z.record(z.string(), z.string()) })),
})
type Kept = z.infer<typeof schema>

/** Rounds of the derivation: a guess of a weak secret from what a browser keeps is to cost something, a deployment not. */
const rounds = 20_000

/** @param key Name in the cache, of the site. */
export async function openKnownSecrets(cache: Cache, key: string): Promise<KnownSecrets> {
  const read = z.safeParse(schema, await cache.read(key))
  const kept: Kept = read.success ? read.data : { salt: newSalt(), variables: {} }
  const digest = (place: string, text: string) => digestOf(kept.salt, `${place}\n${text}`)
  return {
    async has(id, version, place, text) {
      const variable = kept.variables[id]
      if (variable === undefined || variable.version !== version) return false
      return variable.digests[place] === (await digest(place, text))
    },
    async note(id, { version, before }, texts) {
      const known = kept.variables[id]
      const digests: Record<string, string> =
        known !== undefined && known.version === before ? { ...known.digests } : {}
      for (const [place, text] of texts) digests[place] = await digest(place, text)
      kept.variables[id] = { version, digests }
      await cache.write(key, kept)
    },
    async forget(id) {
      if (kept.variables[id] === undefined) return
      delete kept.variables[id]
      await cache.write(key, kept)
    },
  }
}

function newSalt(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)).buffer)
}

async function digestOf(salt: string, text: string): Promise<string> {
  const bytes = (value: string) => new TextEncoder().encode(value)
  const key = await crypto.subtle.importKey('raw', bytes(text), 'PBKDF2', false, ['deriveBits'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: rounds }
  return toHex(await crypto.subtle.deriveBits(derivation, key, 256))
}
