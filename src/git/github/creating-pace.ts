import type { Context } from '../../spec/context.js'
import { creatingLimits, creatingReserve } from './api-limits.js'

/** A request that creates or changes something. */
export interface PacedRequest {
  readonly purpose: string
  /**
   * Whether it waits however long that takes, and leaves some of each hour to others: for commits of many files. What else is
   * created waits for a minute at the most; after that, GitHub says itself what it thinks of one more.
   * @default false
   */
  readonly patient?: boolean | undefined
}

/**
 * Sends a request as soon as GitHub's limits of what may be created allow one more of them from here.
 *
 * @param send Is given what to call before each repetition: that counts as well.
 */
export type CreatingPace = <Value>(
  request: PacedRequest,
  context: Context,
  send: (onRetry: () => void) => Promise<Value>,
) => Promise<Value>

const remembered = 500
/** Milliseconds: a wait that is longer is told. */
const silentWait = 2000
/** Milliseconds that those wait who are not patient. */
const shortPatience = 60_000

/** What was sent from here. */
interface Sent {
  /** When each was answered, in milliseconds since the epoch. */
  readonly times: number[]
  /** How many are not answered yet. */
  underWay: number
}

/** Counts all that is created with one token: GitHub counts by account, whatever it is that is created. */
export function createCreatingPace(): CreatingPace {
  const sent: Sent = { times: [], underWay: 0 }
  return async ({ purpose, patient = false }, context, send) => {
    const { clock, signal } = context
    for (;;) {
      const wait = waitBefore(sent, clock.now(), patient ? creatingReserve : 0)
      if (wait <= 0 || (!patient && wait > shortPatience)) break
      if (wait > silentWait) {
        // Events tell the time of day, which a clock that stands still without a network is behind of.
        const until = (clock.time?.() ?? clock.now()) + wait
        const reason = "GitHub's limits of what may be created in a minute and in an hour"
        context.report({ type: 'request-wait', provider: 'github', purpose, until, reason })
      }
      await clock.sleep(wait, signal)
    }
    // It counts from when it arrived, which is not known: when it was answered is late enough.
    const note = () => {
      sent.times.push(clock.now())
      if (sent.times.length > remembered) sent.times.shift()
    }
    sent.underWay += 1
    try {
      return await send(note)
    } finally {
      sent.underWay -= 1
      note()
    }
  }
}

function waitBefore({ times, underWay }: Sent, now: number, reserve: number): number {
  const waits = creatingLimits.map(({ most, within }) => {
    // Of a minute nothing is reserved: whoever comes next waits for it.
    const allowed = within > shortPatience ? most - reserve : most
    const last = underWay < allowed ? times.at(underWay - allowed) : now
    return last === undefined ? 0 : last + within - now
  })
  return Math.max(...waits)
}
