import type { Channel, Tabs } from '../spec/tabs.js'
import { lockTable } from './lock-table.js'

/** Tabs within one process: all that are given the same object are tabs of one origin. */
export function memoryTabs(): Tabs {
  const channels = new Map<string, Set<(message: unknown) => void>>()
  return {
    ...lockTable(),
    open(name, listen) {
      const ends = channels.get(name) ?? new Set()
      channels.set(name, ends)
      // A function of its own for each channel, so that two may share a listener.
      const receive = (message: unknown): void => {
        if (ends.has(receive)) listen(message)
      }
      ends.add(receive)
      return toChannel(ends, receive)
    },
  }
}

function toChannel(ends: Set<(message: unknown) => void>, own: (message: unknown) => void): Channel {
  return {
    post(message) {
      if (!ends.has(own)) return
      const sent = structuredClone(message)
      for (const receive of ends) {
        if (receive !== own) queueMicrotask(() => receive(structuredClone(sent)))
      }
    },
    close() {
      ends.delete(own)
    },
  }
}
