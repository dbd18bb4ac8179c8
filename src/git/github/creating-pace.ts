import type { Context } from '../../spec/context.js'
import type { GithubApi } from './api.js'
import { creatingLimits } from './api-limits.js'

const remembered = 500
/** Milliseconds: a wait that is longer is told. */
const silentWait = 2000
/** What was sent from here. */
interface Pace {
  /** When each was answered, in milliseconds since the epoch. */
  readonly times: number[]
  /** How many are not answered yet. */
  underWay: number
}

const paces = new WeakMap<GithubApi, Pace>()

/**
 * Sends a request that creates content, as soon as GitHub's limits allow one more of them from here.
 *
 * @param send Is given what to call before each repetition: that counts as well.
 */
export async function sendPaced<Value>(
  api: GithubApi,
  purpose: string,
  context: Context,
  send: (onRetry: () => void) => Promise<Value>,
): Promise<Value> {
  const { clock, signal } = context
  const pace = paces.get(api) ?? { times: [], underWay: 0 }
  paces.set(api, pace)
  for (;;) {
    const wait = waitBefore(pace, clock.now())
    if (wait <= 0) break
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
    pace.times.push(clock.now())
    if (pace.times.length > remembered) pace.times.shift()
  }
  pace.underWay += 1
  try {
    return await send(note)
  } finally {
    pace.underWay -= 1
    note()
  }
}

function waitBefore({ times, underWay }: Pace, now: number): number {
  const waits = creatingLimits.map(({ most, within }) => {
    const last = underWay < most ? times.at(underWay - most) : now
    return last === undefined ? 0 : last + within - now
  })
  return Math.max(...waits)
}
