import { setMaxListeners } from 'node:events'
import { setTimeout as realSleep } from 'node:timers/promises'
import type { Clock } from '../spec/context.js'

/** A clock whose time moves only while everybody waits for it: from one sleep's end to the next. */
export interface SimulatedClock extends Clock {
  /** The clock of those who are asked: while one of them sleeps, who waits for its answer waits for the time. */
  readonly provider: Clock
  /**
   * Keeps the time from moving until the work has ended.
   * @param left Aborted when nobody waits for it any more; it goes on.
   */
  during<Value>(work: () => Promise<Value>, left?: AbortSignal): Promise<Value>
  /** Resolves when no work is under way that keeps the time from moving. */
  calm(): Promise<void>
  /** Sets the time, and forgets everybody who sleeps: they never wake, but for those who were asked. */
  set(now: number): void
}

interface Sleeper {
  readonly at: number
  readonly isProvider: boolean
  wake(): void
}

/** Turns of the event loop without anything new, after which all that can be done without the time is taken to be done. */
const quietTurns = 8
/**
 * Milliseconds: a sleep this long is a time limit. Work in threads shows in no turn, so the time jumps this far only for who is
 * asked and sleeps, or after a real pause in which nothing happened at all.
 */
const longJump = 15_000
const realPause = { length: 200, count: 25 }

/**
 * Makes a clock with which minutes at a provider take no time: for `clock` of `createEmulator`, of `createLocalContainer` and of `deploy`, together
 * with the emulator's `fetch`, from whose requests it knows when somebody is waiting for an answer and not for the time.
 *
 * Give it to all of them: with another clock, one side waits for a time that does not come. A jump of more than 15 seconds is made after a pause
 * of 5 real ones in which nothing happened, since it might be the limit of work that is still under way.
 *
 * @param start in milliseconds since the epoch
 * @throws RangeError where that is no time
 * @example
 * const clock = createSimulatedClock()
 * const emulator = await createEmulator({ clock, profile: 'realistic' })
 * const deployment = deploy({ clock, fetch: emulator.fetch, container: await createLocalContainer({ clock }), … })
 */
export function createSimulatedClock(start: number = Date.UTC(2024, 0, 1)): SimulatedClock {
  if (!Number.isFinite(start))
    throw new RangeError(`A clock can't start at ${start}: give it milliseconds since the epoch.`)
  let time = start
  let busy = 0
  let asleepAtProvider = 0
  /** Work that nobody waits for any more. */
  let abandoned = 0
  let activity = 0
  let driving = false
  let freed: (() => void)[] = []
  const sleepers = new Set<Sleeper>()

  const isHeld = () => busy > asleepAtProvider
  const first = () => [...sleepers].reduce((one, other) => (other.at < one.at ? other : one))

  function changed(): void {
    activity += 1
    if (isHeld()) return
    const waiting = freed
    freed = []
    for (const go of waiting) go()
  }

  async function quiet(): Promise<void> {
    for (let turns = 0, seen = activity; turns < quietTurns; turns += 1) {
      if (isHeld()) await new Promise<void>((resolve) => freed.push(resolve))
      else await new Promise((resolve) => setImmediate(resolve))
      if (activity === seen) continue
      seen = activity
      turns = 0
    }
  }

  async function reallyQuiet(): Promise<boolean> {
    const seen = activity
    for (let count = 0; count < realPause.count && activity === seen; count += 1) {
      await realSleep(realPause.length, undefined, { ref: false })
    }
    return activity === seen
  }

  async function drive(): Promise<void> {
    driving = true
    while (sleepers.size > 0) {
      await quiet()
      if (sleepers.size === 0) break
      const next = first()
      if (next.at - time > longJump && asleepAtProvider <= abandoned && !(await reallyQuiet())) continue
      if (!sleepers.delete(next) || isHeld()) {
        sleepers.add(next)
        continue
      }
      time = Math.max(time, next.at)
      activity += 1
      next.wake()
    }
    driving = false
  }

  const sleepAs = (isProvider: boolean, milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper: Sleeper = {
        at: time + Math.max(0, milliseconds),
        isProvider,
        wake: () => {
          release?.()
          resolve()
        },
      }
      sleepers.add(sleeper)
      const release =
        signal &&
        onAbort(signal, () => {
          sleepers.delete(sleeper)
          activity += 1
          reject(signal.reason)
        })
      activity += 1
      if (!driving) void drive()
    })

  const now = () => time
  return {
    now,
    sleep: (milliseconds, signal) => sleepAs(false, milliseconds, signal),
    provider: {
      now,
      async sleep(milliseconds, signal) {
        asleepAtProvider += 1
        const sleeping = sleepAs(true, milliseconds, signal)
        changed()
        try {
          await sleeping
        } finally {
          asleepAtProvider -= 1
          changed()
        }
      },
    },
    async during(work, left) {
      busy += 1
      activity += 1
      let isLeft = false
      const release =
        left &&
        onAbort(left, () => {
          isLeft = true
          abandoned += 1
        })
      try {
        return await work()
      } finally {
        busy -= 1
        if (isLeft) abandoned -= 1
        release?.()
        changed()
      }
    },
    async calm() {
      while (isHeld()) await new Promise<void>((resolve) => freed.push(resolve))
    },
    set(to) {
      time = to
      const forgotten = [...sleepers]
      sleepers.clear()
      for (const { isProvider, wake } of forgotten) if (isProvider) wake()
    },
  }
}

/** Calls back when the signal is aborted; gives what takes the callback back. A deployment has many waits under one signal. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback()
    return () => undefined
  }
  setMaxListeners(0, signal)
  signal.addEventListener('abort', callback, { once: true })
  return () => signal.removeEventListener('abort', callback)
}

/** Whether a clock is one of {@link createSimulatedClock}. */
export function isSimulated(clock: unknown): clock is SimulatedClock {
  const { during, provider } = Object(clock) as Partial<SimulatedClock>
  return during !== undefined && provider !== undefined
}

/**
 * A `fetch` that reads answers to their end while the time stands still. What is left by who sent it goes on behind its back, as requests do.
 */
export function watchFetch(original: typeof fetch, clock: SimulatedClock): typeof fetch {
  return (input, init) => {
    const { signal, ...rest } = init ?? {}
    if (signal?.aborted) return Promise.reject(signal.reason)
    const answer = clock.during(async () => {
      const response = await original(input, rest)
      const { status, headers, url } = response
      const body = await response.arrayBuffer().then(
        (bytes) => (bytes.byteLength === 0 ? null : bytes),
        (error: unknown) => new ReadableStream({ pull: (controller) => controller.error(error) }),
      )
      return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url })
    }, signal ?? undefined)
    if (!signal) return answer
    return new Promise((resolve, reject) => {
      const release = onAbort(signal, () => reject(signal.reason))
      answer.then(resolve, reject).finally(release)
    })
  }
}
