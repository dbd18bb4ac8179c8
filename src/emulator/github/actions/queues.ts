/** Lets so many through at a time, in the order in which they came. */
export interface Slots {
  /** @returns when there is room, with what makes room again; rejects with the signal's reason when it is aborted first. */
  take(signal: AbortSignal): Promise<() => void>
}

/** Makes slots. */
export function createSlots(count: number): Slots {
  let free = count
  const queue: (() => void)[] = []
  const release = (): (() => void) => {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = queue.shift()
      // Handed on directly, so that nobody slips in between.
      if (next) next()
      else free += 1
    }
  }
  return {
    take: async (signal) => {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return release()
      }
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        const leave = (): void => {
          queue.splice(queue.indexOf(enter), 1)
          reject(signal.reason)
        }
        queue.push(enter)
        signal.addEventListener('abort', leave, { once: true })
      })
      return release()
    },
  }
}

/** Someone who belongs to a concurrency group. */
export interface Member {
  /** Told that a newer one takes its place. */
  cancel(): void
}

/** Concurrency groups: one runs, one waits, and a newer one takes the place of the one that waits. */
export interface ConcurrencyGroups {
  /** @returns when it may run; `undefined` where it may at once. */
  enter(group: string, member: Member, cancelRunning: boolean): Promise<void> | undefined
  leave(group: string, member: Member): void
}

interface Group {
  running: Member
  waiting: { readonly member: Member; readonly go: () => void } | undefined
}

/** Makes groups: https://docs.github.com/en/actions/concepts/workflows-and-actions/concurrency */
export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>()
  return {
    enter: (name, member, cancelRunning) => {
      const group = groups.get(name)
      if (!group) {
        groups.set(name, { running: member, waiting: undefined })
        return undefined
      }
      const replaced = group.waiting
      const turn = new Promise<void>((go) => {
        group.waiting = { member, go }
      })
      replaced?.member.cancel()
      if (cancelRunning) group.running.cancel()
      return turn
    },
    leave: (name, member) => {
      const group = groups.get(name)
      if (group?.waiting?.member === member) group.waiting = undefined
      if (group?.running !== member) return
      const next = group.waiting
      if (!next) {
        groups.delete(name)
        return
      }
      Object.assign(group, { running: next.member, waiting: undefined })
      next.go()
    },
  }
}
