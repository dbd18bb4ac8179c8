import { storageOf } from './default-storage.js'
import { deploymentUnknown } from './deployment-problems.js'
import type { StorageOptions } from './deployments.js'
import { createEventLog } from './engine/event-log.js'
import { parseEvent } from './events/event-schema.js'
import { readEvents, readRecord } from './journal/read-deployment.js'
import type { DeploymentEvent } from './spec/event.js'
import type { DeploymentStorage } from './spec/storage.js'
import type { Channel } from './spec/tabs.js'
import { channelOf, lockOf, type TabMessage } from './tab-messages.js'

/** What {@link follow} is told. */
export interface FollowOptions extends StorageOptions {
  /** Ends the following, not the deployment. */
  readonly signal?: AbortSignal
}

/** A deployment that another tab runs, as seen from this one. */
export interface FollowedDeployment {
  readonly id: string
  /** Everything that happened so far, and everything that happens, in order. Ends when the following does. */
  readonly events: AsyncIterable<DeploymentEvent>
  /**
   * How the following ended: `ended` with the deployment, `orphaned` where its tab is gone in the middle and `resume` may take it
   * over, `stopped` by the signal. Rejects with an OptionsError `deployment-unknown`, or a JournalError.
   */
  readonly done: Promise<'ended' | 'orphaned' | 'stopped'>
  /** Asks the tab that runs it to cancel it. */
  cancel(reason?: string): void
}

/**
 * Follows a deployment of another tab, from its first event on. Where nobody runs it, what is written down of it is told, and
 * that is all.
 * @example
 * const followed = follow(id)
 * for await (const event of followed.events) render(event)
 * if ((await followed.done) === 'orphaned') offer(() => resume(id, { targets, git }))
 */
export function follow(id: string, options: FollowOptions = {}): FollowedDeployment {
  const log = createEventLog<DeploymentEvent>()
  const signal = options.signal ?? new AbortController().signal
  let channel: Channel | undefined
  /** What another tab is to be told, before there is a channel. */
  let canceled = ''
  /** The number of the event that is waited for. */
  let next = 0
  /** The number from which on all events were asked for last, and how often: the tab may only just open its channel. */
  let asked = -1
  let times = 0

  const post = (message: TabMessage) => channel?.post(message)

  function ask(): void {
    times = asked === next ? times + 1 : 1
    if (times > 3) return
    asked = next
    post({ type: 'ask', from: next })
  }

  /** Takes an event, or passes over one that a newer version of the library tells. */
  function take(value: unknown): void {
    const event = readEvent(value)
    next = Number((value as { readonly sequence?: unknown }).sequence) + 1
    if (event?.deployment === id) log.append(event)
  }

  function listen(message: unknown): void {
    const { type, from, events } = (message ?? {}) as Readonly<Record<string, unknown>>
    // Until it was asked for, what comes may have begun earlier.
    if (type !== 'events' || !Array.isArray(events) || asked < 0) return
    for (const value of events) {
      const { sequence } = (value ?? {}) as { readonly sequence?: unknown }
      if (typeof sequence !== 'number' || sequence < next) continue
      // An answer holds all there is; else something was missed, and comes again with all that follows it.
      if (sequence > next && from === undefined) {
        ask()
        return
      }
      take(value)
    }
  }

  async function replay({ journal }: DeploymentStorage, isOver: boolean): Promise<void> {
    const kept = await readEvents(journal, id, () => undefined)
    for (const event of kept.events) {
      if (event.sequence >= next && (isOver || event.type !== 'deployment-end')) take(event)
    }
  }

  async function run(): Promise<'ended' | 'orphaned' | 'stopped'> {
    const storage = await storageOf(options, 'follow')
    const record = await readRecord(storage.journal, id, () => undefined)
    // One that has only just begun is not written down yet.
    if (!record && !(await storage.tabs.isLocked(lockOf(id)))) throw deploymentUnknown(id)
    channel = storage.tabs.open(channelOf(id), listen)
    // The end that is written down is an earlier run's where a tab is just about to go on with it.
    await replay(storage, false)
    ask()
    if (canceled !== '') post({ type: 'cancel', reason: canceled })
    const lock = await storage.tabs.lock(lockOf(id), signal).catch(() => undefined)
    if (!lock) return 'stopped'
    lock.release()
    // What was written last may have come after the last message.
    await replay(storage, true)
    return log.events.at(-1)?.type === 'deployment-end' ? 'ended' : 'orphaned'
  }

  const done = run().finally(() => {
    channel?.close()
    log.close()
  })
  done.catch(() => undefined) // told to those who wait for it
  return {
    id,
    events: log,
    done,
    cancel(reason = 'It was canceled from another tab.') {
      canceled = reason
      post({ type: 'cancel', reason })
    },
  }
}

/** The event; `null` for what this version of the library does not understand. */
function readEvent(value: unknown): DeploymentEvent | null {
  try {
    return parseEvent(value)
  } catch {
    // A tab with another version of the library may tell it in another form.
    return null
  }
}
