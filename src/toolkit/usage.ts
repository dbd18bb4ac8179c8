import * as z from 'zod/mini'
import type { Cache, Clock } from '../spec/context.js'
import type { TargetUsage } from '../spec/target.js'

const day = 24 * 60 * 60_000
/** What happens within so many milliseconds is counted as one. */
const grain = 10 * 60_000

const schema = z.array(z.object({ at: z.number(), deployments: z.number(), uploads: z.number() }))

/** What this browser has done with an account in the last 24 hours. @param place Names the provider and the account. */
export async function readUsage(cache: Cache, place: string, clock: Clock): Promise<TargetUsage> {
  const entries = await recent(cache, place, clock)
  const sum = (what: keyof TargetUsage) => entries.reduce((all, entry) => all + entry[what], 0)
  return { deployments: sum('deployments'), uploads: sum('uploads') }
}

/** Adds what was just done. */
export async function countUsage(cache: Cache, place: string, done: TargetUsage, clock: Clock): Promise<void> {
  if (done.deployments === 0 && done.uploads === 0) return
  const entries = await recent(cache, place, clock)
  const at = Math.floor(timeOf(clock) / grain) * grain
  const known = entries.find((entry) => entry.at === at) ?? { at, deployments: 0, uploads: 0 }
  const now = { at, deployments: known.deployments + done.deployments, uploads: known.uploads + done.uploads }
  await cache.write(keyOf(place), [...entries.filter((entry) => entry.at !== at), now])
}

async function recent(cache: Cache, place: string, clock: Clock): Promise<z.infer<typeof schema>> {
  const { data = [] } = z.safeParse(schema, await cache.read(keyOf(place)))
  return data.filter(({ at }) => at > timeOf(clock) - day)
}

const timeOf = (clock: Clock) => clock.time?.() ?? clock.now()
const keyOf = (place: string) => `usage ${place}`
