import * as z from 'zod/mini'
import type { Artifact } from '../spec/artifact.js'
import type { Cache } from '../spec/context.js'

const schema = z.array(z.string().check(z.regex(/^[0-9a-f]{40}$/)))
/** More would be a burden on the storage, and on whom it would help. */
const most = 60_000

/**
 * What a host was last sent, by digest.
 * @param place Names the host and the site or account whose files they are.
 * @returns `undefined` where this browser has sent it nothing, or does not know any more.
 */
export async function readKnownDigests(cache: Cache, place: string): Promise<ReadonlySet<string> | undefined> {
  const { data } = z.safeParse(schema, await cache.read(keyOf(place)))
  return data && new Set(data)
}

/** Remembers that a host has these files. */
export async function writeKnownDigests(cache: Cache, place: string, artifacts: readonly Artifact[]): Promise<void> {
  const digests = new Set(artifacts.map(({ sha1 }) => sha1))
  await cache.write(keyOf(place), [...digests].slice(0, most))
}

/** One file of each digest that is not known to be there. */
export function lackingOf(artifacts: readonly Artifact[], known: ReadonlySet<string> | undefined): Artifact[] {
  const lacking = new Map<string, Artifact>()
  for (const artifact of artifacts) if (!known?.has(artifact.sha1)) lacking.set(artifact.sha1, artifact)
  return [...lacking.values()]
}

const keyOf = (place: string) => `digests ${place}`
