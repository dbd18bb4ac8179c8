import * as z from 'zod/mini'
import { fromManifest, manifestSchema } from './artifacts/manifest.js'
import type { Settings } from './deploy-settings.js'
import { deploymentUnknown } from './deployment-problems.js'
import type { StepRecord } from './engine/step-record.js'
import type { Facts } from './graph.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { keys } from './journal/keys.js'
import { readEvents, readRecord, readSteps } from './journal/read-deployment.js'
import { type KeptFacts, readFacts } from './kept-facts.js'
import { ended, unreadable } from './resume-problems.js'
import type { EarlierEvents, Session } from './session.js'
import type { ContentStore } from './spec/artifact.js'
import type { EventBody } from './spec/event.js'
import type { DeploymentStorage } from './spec/storage.js'

/** What an earlier run left. */
export interface Earlier {
  readonly record: DeploymentRecord
  readonly facts: KeptFacts | undefined
  readonly steps: ReadonlyMap<string, StepRecord>
  readonly events: Awaited<ReturnType<typeof readEvents>>
  /** What could not be read of it. */
  readonly unread: EventBody[]
}

export async function readEarlier({ id }: Session, storage: DeploymentStorage): Promise<Earlier> {
  const { journal } = storage
  const unread: EventBody[] = []
  // What a listing has set aside before was told to nobody yet.
  for (const entry of [
    ...(await journal.keys(keys.aside(`${keys.record(id)}/`))),
    ...(await journal.keys(keys.aside(keys.record(id)))).filter((key) => key === keys.aside(keys.record(id))),
  ]) {
    const message = `The entry ${entry} of the journal is corrupt.`
    unread.push({ type: 'journal-set-aside', entry, reason: 'corrupt', message })
  }
  const report = (event: EventBody) => void unread.push(event)
  const record = await readRecord(journal, id, report)
  if (!record) throw unread.length > 0 ? unreadable(id, unread) : deploymentUnknown(id)
  if (record.state === 'success') throw ended(record)
  const facts = await readFacts(id, storage, report)
  const steps = await readSteps(journal, id, report)
  const events = await readEvents(journal, id, report)
  return { record, facts, steps, events, unread }
}

/** What is told of the earlier run. That it came to an end was none, after all. */
export function earlierEvents({ events: { events, next, lost } }: Earlier): Omit<EarlierEvents, 'first'> {
  const last = events.at(-1)
  const hasEnd = last?.type === 'deployment-end'
  return { events: hasEnd ? events.slice(0, -1) : events, next: hasEnd ? last.sequence : next, stale: lost }
}

/** The first event of all, where it could not be read. */
export function startOf({ record, events }: Earlier): EventBody[] {
  if (events.events.some(({ type }) => type === 'deployment-start')) return []
  const targets = record.targets.map(({ name }) => name)
  return [{ type: 'deployment-start', version: 1, targets, git: record.git?.name ?? null }]
}

/** The facts of the earlier run; `undefined` where something has to be built, or read from the project, again. */
export async function restore(
  { facts, steps }: Earlier,
  { build }: Settings,
  store: ContentStore,
): Promise<Facts | undefined> {
  if (!facts) return undefined
  const { project, hosts } = facts
  const known = hosts && { hosts }
  const output = facts.output && (await fromManifest(facts.output, store))
  // Once it is committed nobody reads the source any more, but for providers that build it.
  const isCommitted = build.where !== 'provider' && steps.get('commit')?.state === 'ended'
  const source = facts.source && (await fromManifest(facts.source, store, isCommitted))
  if (output === undefined || source === undefined) return undefined
  // What is committed is all that a build elsewhere needs.
  if (project.buildCommand === null || build.where !== 'container') return { project, source, output, ...known }
  const collected = steps.get('collect')
  const { success, data } = z.safeParse(manifestSchema, collected?.state === 'ended' ? collected.result : null)
  const isKept = success && (await fromManifest(data, store)) !== undefined
  return isKept ? { project, source, output, ...known } : undefined
}
