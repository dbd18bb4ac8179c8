import type { Clock } from '../spec/context.js'

/** How a state is awaited. */
export interface PollOptions<State> {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Asks once. */
  readonly ask: () => Promise<State>
  /** Whether the waiting is over. */
  readonly done: (state: State) => boolean
  /** What makes a state another one; the interval shrinks again whenever it changes. */
  readonly key: (state: State) => string
  /** Milliseconds before the second question. @default 250 */
  readonly first?: number
  /** Milliseconds between questions at the most. @default 5000 */
  readonly most?: number
  /** Milliseconds in all. */
  readonly timeLimit: number
  /** What to throw when they are over. */
  readonly expired: (last: State) => Error
}

/** Asks until it is done: soon while things move, rarely while they don't. */
export async function poll<State>(options: PollOptions<State>): Promise<State> {
  const { clock, signal, first = 250, most = 5000 } = options
  const end = clock.now() + options.timeLimit
  let interval = first
  let key: string | undefined
  for (;;) {
    const state = await options.ask()
    if (options.done(state)) return state
    if (clock.now() >= end) throw options.expired(state)
    interval = key === undefined || options.key(state) !== key ? first : Math.min(most, interval * 1.5)
    key = options.key(state)
    // The last question is asked when the time is up, not after it.
    await clock.sleep(Math.min(interval, end - clock.now()), signal)
  }
}
