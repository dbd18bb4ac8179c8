import * as z from 'zod/mini'
import type { Cache, Clock } from '../spec/context.js'
import type { Journal } from '../spec/journal.js'

const root = 'cache/'
const indexKey = 'cache-index'
/** Values that are kept. One holds what is known of a branch: a megabyte for ten thousand files. */
const most = 50

const indexSchema = z.record(z.string(), z.number())

/**
 * Facts that spare work, in the journal, the oldest of which go first. What can't be kept or read costs that work again and nothing
 * else: that the journal fails is told where it matters.
 */
export function createCache(journal: Journal, clock: Clock): Cache {
  const spared = <Value>(work: Promise<Value>): Promise<Value | undefined> => work.catch(() => undefined)
  return {
    read: (key) => spared(journal.read(root + key)),
    write: async (key, value) => {
      const known = z.safeParse(indexSchema, await spared(journal.read(indexKey)))
      const index = { ...(known.success ? known.data : {}), [root + key]: clock.now() }
      const kept = Object.entries(index)
        .sort(([, one], [, other]) => other - one)
        .slice(0, most)
      const names = new Set(kept.map(([name]) => name))
      const old = ((await spared(journal.keys(root))) ?? []).filter((name) => !names.has(name))
      await spared(
        journal.write(
          new Map([
            ...old.map((name): [string, unknown] => [name, undefined]),
            [indexKey, Object.fromEntries(kept)],
            [root + key, value],
          ]),
        ),
      )
    },
  }
}
