import type { Tabs } from '../../spec/tabs.js'

/** Milliseconds to wait for another tab, which works for a fraction of a second. */
const patience = 10_000

/** Runs work while no other tab, and nothing else in this one, runs any. Not to be used within itself. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Keeps tabs from removing what another is about to count on. Who waits in vain goes on without: the worst that comes of it is a
 * content that is found to be lost.
 */
export function createExclusive(tabs: Pick<Tabs, 'lock'>): Exclusive {
  return async (work) => {
    const lock = await tabs.lock('contents', AbortSignal.timeout(patience)).catch(() => undefined)
    try {
      return await work()
    } finally {
      lock?.release()
    }
  }
}
