import * as z from 'zod/mini'
import type { Cache } from '../spec/context.js'

/** What a site served, by what it served before: ids of releases, the latest last. */
const schema = z.array(z.object({ id: z.string(), previous: z.nullable(z.string()) }))

const most = 100

/**
 * Remembers that a site serves a release in the place of another one. A release that was taken back to is known already, and what it
 * replaced then was what somebody wanted to be rid of.
 */
export async function noteLive(cache: Cache, site: string, id: string, previous: string | null): Promise<void> {
  const known = await readHistory(cache, site)
  if (id === previous || known.some((entry) => entry.id === id)) return
  await cache.write(keyOf(site), [...known, { id, previous }].slice(-most))
}

/** @returns what a site served before it served this release for the first time; `undefined` where this browser does not know. */
export async function readPrevious(cache: Cache, site: string, id: string): Promise<string | null | undefined> {
  const known = await readHistory(cache, site)
  return known.find((entry) => entry.id === id)?.previous
}

async function readHistory(cache: Cache, site: string): Promise<z.infer<typeof schema>> {
  return z.safeParse(schema, await cache.read(keyOf(site))).data ?? []
}

const keyOf = (site: string) => `live ${site}`
