import * as z from 'zod/mini'
import { parseEvent } from '../events/event-schema.js'
import type { DeploymentEvent } from '../spec/event.js'
import type { Journal } from '../spec/journal.js'
import { openSeal } from '../toolkit/seal.js'
import { systemClock } from '../toolkit/system-clock.js'
import { createCache } from './cache.js'
import { type DeploymentRecord, recordSchema } from './deployment-record.js'
import { keys, recordedId } from './keys.js'
import { type ReportAside, readEntry } from './read-entry.js'
import { openEvent, openResult } from './sealed-claims.js'

/** The ids of all deployments that the journal knows. */
export async function listDeployments(journal: Journal): Promise<readonly string[]> {
  return (await journal.keys(keys.root)).flatMap((key) => recordedId(key) ?? [])
}

/** The ids of deployments of which something is written down, but no record: not even one that can't be read. */
export async function listRemains(journal: Journal): Promise<readonly string[]> {
  const idOf = (key: string, root: string) => key.slice(root.length).split('/')[0] ?? ''
  const found = (await journal.keys(keys.root)).map((key) => idOf(key, keys.root))
  const aside = (await journal.keys(keys.aside(keys.root))).map((key) => idOf(key, keys.aside(keys.root)))
  const known = new Set([...(await listDeployments(journal)), ...aside])
  return [...new Set(found)].filter((id) => !known.has(id))
}

/** The record of a deployment. @returns `undefined` where there is none, or none that can be read. */
export function readRecord(journal: Journal, id: string, report: ReportAside): Promise<DeploymentRecord | undefined> {
  return readEntry(journal, keys.record(id), recordSchema, report)
}

/** What the engine keeps of one step, as it was read back. */
export interface KeptStep {
  readonly state: 'begun' | 'ended'
  readonly checkpoint: unknown
  readonly result: unknown
}

const stepSchema: z.ZodMiniType<KeptStep> = z.object({
  state: z.enum(['begun', 'ended']),
  checkpoint: z.unknown(),
  result: z.unknown(),
})

/** What is known of a step whose entry can't be read: it was begun, so what it was to make may be there. */
const begun: KeptStep = { state: 'begun', checkpoint: null, result: null }

/** What an earlier run kept of each step, by the step's id. */
export async function readSteps(journal: Journal, id: string, report: ReportAside): Promise<Map<string, KeptStep>> {
  const steps = new Map<string, KeptStep>()
  for (const key of await journal.keys(keys.steps(id))) {
    const step = await readEntry(journal, key, stepSchema, report)
    steps.set(key.slice(keys.steps(id).length), step ? await opened(step, journal) : begun)
  }
  return steps
}

/** A step whose claim can't be read any more has to give it anew. */
async function opened(step: KeptStep, journal: Journal): Promise<KeptStep> {
  const result = await openResult(step.result, sealOf(journal))
  return result === undefined ? { ...step, state: 'begun', result: null } : { ...step, result }
}

const sealOf = (journal: Journal) => () => openSeal(createCache(journal, systemClock))

/** An event with its number; `null` for one that a newer version of the library added. */
interface Numbered {
  readonly sequence: number
  readonly event: DeploymentEvent | null
}

const batchSchema: z.ZodMiniType<readonly Numbered[]> = z.array(
  z.pipe(
    z.looseObject({ sequence: z.int().check(z.nonnegative()) }),
    z.transform((value): Numbered => ({ sequence: value.sequence, event: parseEvent(value) })),
  ),
)

/** The events of an earlier run. */
export interface KeptEvents {
  /** From the first, as far as they were read without a gap; those of a type that this version does not know are left out. */
  readonly events: readonly DeploymentEvent[]
  /** The number after the last. */
  readonly next: number
  /** Keys of what comes after a gap. */
  readonly lost: readonly string[]
}

export async function readEvents(journal: Journal, id: string, report: ReportAside): Promise<KeptEvents> {
  const events: DeploymentEvent[] = []
  let next = 0
  const batches = await journal.keys(keys.events(id))
  for (const [index, key] of batches.entries()) {
    const batch = await readEntry(journal, key, batchSchema, report)
    const [first] = batch ?? []
    if (!batch || (first && first.sequence > next)) return { events, next, lost: batches.slice(index) }
    for (const { sequence, event } of batch) {
      // A run that went on from an earlier one took up its numbers where that had broken off.
      while ((events.at(-1)?.sequence ?? -1) >= sequence) events.pop()
      if (event) events.push(await openEvent(event, sealOf(journal)))
      next = sequence + 1
    }
  }
  return { events, next, lost: [] }
}

/** Removes everything that is known of a deployment, entries that were set aside included. */
export async function removeDeployment(journal: Journal, id: string): Promise<void> {
  const below = `${keys.record(id)}/`
  const found = [
    ...(await journal.keys(below)),
    ...(await journal.keys(keys.aside(below))),
    keys.record(id),
    keys.aside(keys.record(id)),
  ]
  await journal.write(new Map(found.map((key) => [key, undefined])))
}
