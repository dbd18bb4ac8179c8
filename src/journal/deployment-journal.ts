import { toTabshipError } from '../errors/to-tabship-error.js'
import type { Clock } from '../spec/context.js'
import type { DeploymentEvent } from '../spec/event.js'
import type { Journal } from '../spec/journal.js'
import type { Warning } from '../spec/plan.js'
import { keys } from './keys.js'

/** What one deployment writes down while it runs. */
export interface DeploymentJournal {
  /** Takes an event along with the next write; makes one by itself when many wait. */
  append(event: DeploymentEvent): void
  /**
   * Writes entries together with the events that wait, all or nothing, in the order of the calls. Never rejects: where there is
   * no journal to be had, the deployment goes on without, and its user is told once; what could not be written is written with
   * the next.
   * @param isLast Whether nothing comes after it. @default false
   */
  write(entries: ReadonlyMap<string, unknown>, isLast?: boolean): Promise<void>
}

/** What it is made with. */
export interface DeploymentJournalOptions {
  readonly journal: Journal
  /** Id of the deployment. */
  readonly id: string
  readonly clock: Clock
  /** Is told once, when something could not be written. */
  warn(warning: Warning): void
}

/** Events that wait for a write at the most. */
const mostWaiting = 256
/** Characters of output that are kept of a deployment: the journal is no place for the log of an endless build. */
const mostOutput = 1_000_000
/** A journal that has failed is left alone for as many times as long as its failure took, so that it holds nothing up. */
const rest = 4

/** Makes the journal of one deployment. */
export function createDeploymentJournal(options: DeploymentJournalOptions): DeploymentJournal {
  const { journal, id, clock, warn } = options
  let waiting: DeploymentEvent[] = []
  /** What could not be written yet. */
  let unwritten: ReadonlyMap<string, unknown> = new Map()
  let output = 0
  let last: Promise<void> = Promise.resolve()
  let warned = false
  let restsUntil = Number.NEGATIVE_INFINITY

  async function writeNow(entries: ReadonlyMap<string, unknown>, isLast: boolean): Promise<void> {
    if (clock.now() < restsUntil && !isLast) {
      unwritten = new Map([...unwritten, ...entries])
      return
    }
    const events = waiting
    waiting = []
    const [first] = events
    const due = new Map([...unwritten, ...entries])
    const changes = new Map(due)
    if (first) changes.set(keys.batch(id, first.sequence), events)
    if (changes.size === 0) return
    const start = clock.now()
    try {
      await journal.write(changes)
      unwritten = new Map()
    } catch (thrown) {
      waiting = [...events, ...waiting]
      unwritten = due
      restsUntil = clock.now() + rest * (clock.now() - start)
      if (warned) return
      warned = true
      const { message, hint } = toTabshipError(thrown)
      warn({
        code: 'journal-not-written',
        message: `What this deployment does cannot be written down: ${message}`,
        hint: `${hint} The deployment goes on, but a closed tab may lose it.`,
      })
    }
  }

  function write(entries: ReadonlyMap<string, unknown>, isLast = false): Promise<void> {
    last = last.then(() => writeNow(entries, isLast))
    return last
  }

  return {
    write,
    append(event) {
      const kept = thin(event, output)
      output += lengthOf(kept)
      waiting.push(kept)
      if (waiting.length >= mostWaiting && !warned) void write(new Map())
    },
  }
}

/** An event without its output where there was enough of that already. */
function thin(event: DeploymentEvent, before: number): DeploymentEvent {
  if (before < mostOutput) return event
  if (event.type === 'process-output') return { ...event, data: '' }
  return event.type === 'log-line' ? { ...event, text: '' } : event
}

function lengthOf(event: DeploymentEvent): number {
  if (event.type === 'process-output') return event.data.length
  return event.type === 'log-line' ? event.text.length : 0
}
