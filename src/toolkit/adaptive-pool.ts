import type { Clock } from '../spec/context.js'

/** Bounds of a pool. */
export interface PoolOptions<Item> {
  readonly clock: Clock
  /** Items under way at the start. @default 6 */
  readonly start?: number
  /** Items under way at the most. @default 48 */
  readonly most?: number
  /** What an item weighs in memory, in bytes. */
  readonly weigh: (item: Item) => number
  /** Bytes under way at the most; a single heavier item goes alone. @default 32 MiB */
  readonly mostBytes?: number
}

/**
 * Works on all items, as many at once as pays: after each round of completions the width grows while the throughput still
 * rises, and it is halved when a worker calls `slowDown`, once for all that are under way by then. The first error stops the pool; what is under way is awaited.
 */
export async function adaptivePool<Item>(
  items: readonly Item[],
  options: PoolOptions<Item>,
  work: (item: Item, slowDown: () => void) => Promise<void>,
): Promise<void> {
  const { clock, most = 48, mostBytes = 32 * 1024 * 1024 } = options
  const width = createWidth(clock, Math.min(options.start ?? 6, most), most)
  const running = new Set<Promise<void>>()
  let bytes = 0
  let failed: { error: unknown } | undefined
  const slowDown = () => width.shrink(running.size)

  for (const item of items) {
    const weight = options.weigh(item)
    while (running.size > 0 && (running.size >= width.current() || bytes + weight > mostBytes))
      await Promise.race(running)
    if (failed) break
    bytes += weight
    const task = (async () => work(item, slowDown))().then(
      () => width.completed(),
      (error: unknown) => {
        failed ??= { error }
      },
    )
    const tracked = task.finally(() => {
      running.delete(tracked)
      bytes -= weight
    })
    running.add(tracked)
  }
  await Promise.all(running)
  if (failed) throw failed.error
}

function createWidth(clock: Clock, start: number, most: number) {
  let width = start
  let best = 0
  /** Completions to come of items that were started before the width was halved: they say nothing of the new one. */
  let old = 0
  let round = { since: clock.now(), completions: 0 }
  const nextRound = () => {
    round = { since: clock.now(), completions: 0 }
  }
  return {
    current: () => width,
    completed() {
      if (old > 0) {
        old -= 1
        if (old === 0) nextRound()
        return
      }
      round.completions += 1
      if (round.completions < width * 2) return
      const rate = round.completions / Math.max(1, clock.now() - round.since)
      if (rate > best * 1.1) {
        best = rate
        width = Math.min(most, Math.ceil(width * 1.5))
      }
      nextRound()
    },
    shrink(underWay: number) {
      if (old > 0) return
      old = underWay
      width = Math.max(1, Math.floor(width / 2))
      best = 0
      nextRound()
    },
  }
}
