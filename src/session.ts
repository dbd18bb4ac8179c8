import { createEventLog } from './engine/event-log.js'
import { AbortedError } from './errors/aborted-error.js'
import type { TabshipError } from './errors/tabship-error.js'
import { toTabshipError } from './errors/to-tabship-error.js'
import { createCache } from './journal/cache.js'
import { createDeploymentJournal, type DeploymentJournal } from './journal/deployment-journal.js'
import type { DeploymentRecord } from './journal/deployment-record.js'
import { keys } from './journal/keys.js'
import { type GetSeal, sealEvent, withClaims } from './journal/sealed-claims.js'
import { redactOutput } from './redact-output.js'
import type { Clock } from './spec/context.js'
import type { DeploymentEvent, DeploymentResult, EventBody } from './spec/event.js'
import type { DeploymentStorage } from './spec/storage.js'
import type { Channel, Lock, Tabs } from './spec/tabs.js'
import { createStanding, type Standing } from './standing.js'
import { channelOf, type TabMessage } from './tab-messages.js'
import { createRedactor, type Redactor } from './toolkit/redactor.js'
import { openSeal } from './toolkit/seal.js'
import { announce } from './watch-deployments.js'

/** A deployment that is under way, or over. */
export interface Deployment {
  readonly id: string
  /** Everything that happens, in order; may be read more than once, and late readers get all. Ends after `deployment-end`. */
  readonly events: AsyncIterable<DeploymentEvent>
  /** Resolves with the result; rejects with a `TabshipError`. Unhandled, it stays silent: the events tell the same. */
  readonly done: Promise<DeploymentResult>
  /** Stops the build, the requests and the remote deployment; `done` then rejects with an `AbortedError`. */
  cancel(reason?: string): void
}

/** One run of a deployment: its events, its locks, and what it writes down. */
export interface Session {
  readonly id: string
  readonly signal: AbortSignal
  readonly redactor: Redactor
  emit(step: string | null, body: EventBody): void
  cancel(message: string): void
  /**
   * Takes a lock until the end; `false` where another deployment has it, of this tab or of another one.
   * @param patience Milliseconds to wait for it. @default 0
   */
  hold(storage: DeploymentStorage, name: string, patience?: number): Promise<boolean>
  /** Lets other tabs follow, and begins to write down. */
  open(storage: DeploymentStorage, record: DeploymentRecord, earlier?: EarlierEvents): Promise<void>
  /** Writes entries together with the events so far; does nothing before {@link Session.open}. */
  write(entries: ReadonlyMap<string, unknown>): Promise<void>
}

/** What a run that goes on takes over from an earlier one. */
export interface EarlierEvents {
  /** Told first. */
  readonly events: readonly DeploymentEvent[]
  /** The number of the first event of this run. */
  readonly next: number
  /** Keys of the journal that are removed. */
  readonly stale: readonly string[]
  /** Told by this run before anything else, and written down together with the record. */
  readonly first: readonly EventBody[]
}

/**
 * Starts a run. Whatever the work comes to, one terminal event tells it, after it was written down and every lock is free.
 */
export function startSession(
  id: string,
  clock: Clock,
  work: (session: Session) => Promise<DeploymentResult>,
): Deployment {
  const log = createEventLog<DeploymentEvent>()
  const redactor = createRedactor()
  const withoutSecrets = redactOutput(redactor)
  const standing = createStanding()
  const controller = new AbortController()
  const locks = new Map<string, Lock>()
  const start = clock.now()
  let sequence = 0
  let over = false
  let journal: DeploymentJournal | undefined
  let channel: Channel | undefined
  let record: DeploymentRecord | undefined
  /** The record as it was written last. */
  let opened: DeploymentRecord | undefined
  let tellTabs: () => void = () => undefined
  let seal: GetSeal | undefined

  function stamp(step: string | null, body: EventBody): DeploymentEvent {
    const event = redactor.redact<DeploymentEvent>({ sequence, time: clock.now(), deployment: id, step, ...body })
    sequence += 1
    return event
  }

  function tell(event: DeploymentEvent): void {
    log.append(event)
    channel?.post({ type: 'events', events: [event] } satisfies TabMessage)
  }

  function emit(step: string | null, body: EventBody): void {
    // What a step that was given up reports late belongs to no deployment any more.
    if (over) return
    standing.note(step, body)
    if (record) record = withDone(record, body)
    for (const part of withoutSecrets(body)) {
      const event = stamp(step, part)
      journal?.append(event)
      tell(event)
    }
  }

  async function end(body: Extract<EventBody, { type: 'deployment-end' }>): Promise<void> {
    over = true
    const event = withClaims(stamp(null, body), body.outcome === 'success' ? body.result.releases : [])
    if (record && seal) {
      const url = event.type === 'deployment-end' && event.outcome === 'success' ? event.result.url : record.url
      const error = body.outcome === 'success' ? null : body.error
      const ended = { ...record, state: body.outcome, changedAt: clock.now(), url, error: redactor.redact(error) }
      journal?.append(await sealEvent(event, seal))
      await journal?.write(new Map([[keys.record(id), ended]]))
      // A second try for what could not be written: nothing comes after it.
      await journal?.write(new Map(), true)
    }
    try {
      // Free before anybody is told: who reads of the end may deploy again at once.
      for (const lock of locks.values()) lock.release()
    } finally {
      tell(event)
      log.close()
      channel?.close()
      tellTabs()
    }
  }

  const session: Session = {
    id,
    signal: controller.signal,
    redactor,
    emit,
    cancel: (message) => controller.abort(aborted('aborted', message)),
    async hold({ tabs }, name, patience = 0) {
      if (locks.has(name)) return true
      const lock =
        (await tabs.tryLock(name)) ?? (patience > 0 ? await waitForLock(tabs, name, patience, clock) : undefined)
      // A step that was left to itself may come this far.
      if (over) lock?.release()
      else if (lock) locks.set(name, lock)
      return lock !== undefined && !over
    },
    async open(storage, begunRecord, earlier) {
      record = begunRecord
      opened = begunRecord
      seal = () => openSeal(createCache(storage.journal, clock))
      for (const event of earlier?.events ?? []) {
        standing.note(event.step, event)
        tell(event)
      }
      const begun = earlier ? [] : [...log.events]
      if (earlier) sequence = earlier.next
      const warn = (warning: { code: string; message: string; hint: string }) =>
        emit(null, { type: 'warning', ...warning })
      journal = createDeploymentJournal({ journal: storage.journal, id, clock, warn })
      for (const event of begun) journal.append(event)
      channel = storage.tabs.open(channelOf(id), (message) => {
        const { type, from, reason } = (message ?? {}) as Partial<Record<string, unknown>>
        if (type === 'ask' && typeof from === 'number') {
          const events = log.events.filter((event) => event.sequence >= from)
          channel?.post({ type: 'events', from, events } satisfies TabMessage)
        }
        if (type === 'cancel') session.cancel(typeof reason === 'string' ? reason : 'It was canceled from another tab.')
      })
      for (const body of earlier?.first ?? []) emit(null, body)
      const removed = (earlier?.stale ?? []).map((key): [string, unknown] => [key, undefined])
      await journal.write(new Map([...removed, [keys.record(id), begunRecord]]))
      tellTabs = () => announce(storage)
      tellTabs()
    },
    write: async (entries) => {
      // What was made counts from the moment on at which it is written down.
      const own: [string, unknown][] = record === opened ? [] : [[keys.record(id), record]]
      opened = record
      await journal?.write(new Map([...own, ...entries]))
    },
  }

  async function run(): Promise<DeploymentResult> {
    try {
      const result = await work(session)
      await end({ type: 'deployment-end', outcome: 'success', result, duration: clock.now() - start })
      return result
    } catch (thrown) {
      const error = withStanding(toTabshipError(thrown), standing, redactor)
      const outcome = error instanceof AbortedError ? 'canceled' : 'failure'
      await end({ type: 'deployment-end', outcome, error: error.toJSON(), duration: clock.now() - start })
      throw error
    }
  }

  const done = run()
  done.catch(() => undefined) // the terminal event tells it to those who only read the events
  return { id, events: log, done, cancel: (reason = 'The deployment was canceled.') => session.cancel(reason) }
}

/** The record with what an event says was made. */
function withDone(record: DeploymentRecord, body: EventBody): DeploymentRecord {
  if (body.type === 'release-create')
    return { ...record, published: [...new Set([...record.published, body.release.target])] }
  if (body.type === 'commit-ready' && body.commit.created)
    return { ...record, committed: [...new Set([...record.committed, body.commit.branch])] }
  return record
}

async function waitForLock(tabs: Tabs, name: string, patience: number, clock: Clock): Promise<Lock | undefined> {
  const [late, done] = [new AbortController(), new AbortController()]
  const stop = () => late.abort(new DOMException('The lock was not free in time.', 'TimeoutError'))
  clock.sleep(patience, done.signal).then(stop, () => undefined)
  const lock = await tabs.lock(name, late.signal).catch(() => undefined)
  done.abort()
  return lock
}

/** The error that ends a deployment because somebody wanted its end. */
export function aborted(code: string, message: string): AbortedError {
  const hint = 'Nothing is running here any more. Resume it, or deploy again, when you like.'
  return new AbortedError({ code, message, hint, retryable: true })
}

/** Adds what stands to an error that ends a deployment, and takes every secret out of what it says. */
function withStanding(error: TabshipError, standing: Standing, redactor: Redactor): TabshipError {
  const { done, left } = standing
  const isCanceled = error instanceof AbortedError
  const stopping = isCanceled ? standing.stopping : []
  const said = [error.hint]
  if (stopping.length > 0) said.push(`Told to stop, which takes its host a moment: ${stopping.join('; ')}.`)
  if (isCanceled && done.length > 0) said.push(`This was done before and stands: ${done.join('; ')}.`)
  // Of several targets, one may have failed alone.
  const live = isCanceled ? [] : done.filter((line) => line.startsWith('published '))
  if (live.length > 0) said.push(`This stands: ${live.join('; ')}.`)
  if (left.length > 0) said.push(`This was left as it was: ${left.join('; ')}.`)
  const details = {
    ...error.details,
    ...(done.length > 0 && { done: [...done] }),
    ...(left.length > 0 && { left: [...left] }),
    ...(stopping.length > 0 && { stopping: [...stopping] }),
  }
  return Object.assign(error, redactor.redact({ message: error.message, hint: said.join(' '), details }))
}
