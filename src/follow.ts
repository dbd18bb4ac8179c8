import { defaultStorage } from './default-storage.js'
import type { StorageOptions } from './deployments.js'
import { createEventLog } from './engine/event-log.js'
import { OptionsError } from './errors/options-error.js'
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
  let asked = ''

  const next = () => (log.events.at(-1)?.sequence ?? -1) + 1
  const post = (message: TabMessage) => channel?.post(message)

  function take(event: DeploymentEvent): void {
    if (event.sequence === next() && event.deployment === id) log.append(event)
  }

  function listen(message: unknown): void {
    const { type, events } = (message ?? {}) as { readonly type?: unknown; readonly events?: unknown }
    if (type !== 'events' || !Array.isArray(events)) return
    for (const value of events) {
      const event = parseEvent(value)
      if (event === null) continue
      // Something was missed: it comes again, with all that follows it.
      if (event.sequence > next()) {
        post({ type: 'ask', from: next() })
        return
      }
      take(event)
    }
  }

  async function replay({ journal }: DeploymentStorage, isOver: boolean): Promise<void> {
    const { events } = await readEvents(journal, id, () => undefined)
    for (const event of events) if (isOver || event.type !== 'deployment-end') take(event)
  }

  async function run(): Promise<'ended' | 'orphaned' | 'stopped'> {
    const storage = options.storage ?? (await defaultStorage())
    const record = await readRecord(storage.journal, id, () => undefined)
    if (!record) throw unknown(id)
    channel = storage.tabs.open(channelOf(id), listen)
    // The end that is written down is an earlier run's where a tab is just about to go on with it.
    await replay(storage, false)
    post({ type: 'ask', from: next() })
    if (asked !== '') post({ type: 'cancel', reason: asked })
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
      asked = reason
      post({ type: 'cancel', reason })
    },
  }
}

function unknown(id: string): OptionsError {
  return new OptionsError({
    code: 'deployment-unknown',
    message: `This browser knows no deployment ${id}.`,
    hint: 'It may have been forgotten, or run in another browser. See deployments().',
    details: { deployment: id },
  })
}
