import type { Providers } from './providers.js'
import type { Handler } from './serve.js'

/** The providers that are served now; a reset puts new ones in their place. */
export interface Generations {
  readonly current: Providers
  /** A handler that asks whichever providers are current when a request comes. */
  handler(pick: (providers: Providers) => Handler): Handler
  /** Puts new providers in the place of the current ones, which end when they have answered what they are being asked. */
  renew(): Promise<void>
  close(): Promise<void>
}

/** Makes the first providers. */
export async function createGenerations(make: () => Promise<Providers>): Promise<Generations> {
  const running = new Map<Providers, Set<Promise<unknown>>>()
  let current = await make()
  let isClosed = false
  let turn: Promise<void> = Promise.resolve()

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const end = async (providers: Providers): Promise<void> => {
    await Promise.allSettled(running.get(providers) ?? [])
    running.delete(providers)
    await providers.close()
  }
  return {
    get current() {
      return current
    },
    handler: (pick) => async (request) => {
      const asked = current
      const work = running.get(asked) ?? new Set()
      running.set(asked, work)
      const answer = (async () => pick(asked)(request))()
      work.add(answer)
      try {
        return await answer
      } finally {
        work.delete(answer)
      }
    },
    renew: () =>
      inTurn(async () => {
        if (isClosed) throw new Error('The emulator is closed: make another one with createEmulator().')
        const before = current
        current = await make()
        await end(before)
      }),
    close: () =>
      inTurn(async () => {
        if (isClosed) return
        isClosed = true
        await end(current)
      }),
  }
}
