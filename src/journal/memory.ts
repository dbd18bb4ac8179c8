import type { Journal } from '../spec/journal.js'

/** A journal in memory, for tests and for pages that want nothing kept. Like a database it keeps copies and hands out copies. */
export function memoryJournal(): Journal {
  const entries = new Map<string, unknown>()
  return {
    async read(key) {
      return structuredClone(entries.get(key))
    },
    async write(changes) {
      for (const [key, value] of structuredClone(changes)) {
        if (value === undefined) entries.delete(key)
        else entries.set(key, value)
      }
    },
    async keys(prefix) {
      return [...entries.keys()].filter((key) => key.startsWith(prefix)).sort()
    },
  }
}
