/** A stream that never forgets: every reader, however late, gets all of it in order. */
export interface EventLog<Event> extends AsyncIterable<Event> {
  /** All so far. */
  readonly events: readonly Event[]
  append(event: Event): void
  /** Nothing comes after this; readers end. */
  close(): void
}

/** @returns an empty, open log. */
export function createEventLog<Event>(): EventLog<Event> {
  const events: Event[] = []
  let closed = false
  let wake: () => void
  let changed = new Promise<void>((resolve) => {
    wake = resolve
  })

  function signal(): void {
    const waiting = wake
    changed = new Promise((resolve) => {
      wake = resolve
    })
    waiting()
  }

  return {
    events,
    append(event) {
      if (closed) return
      events.push(event)
      signal()
    },
    close() {
      closed = true
      signal()
    },
    async *[Symbol.asyncIterator]() {
      for (let index = 0; ; ) {
        while (index < events.length) yield events[index++] as Event
        if (closed) return
        await changed
      }
    },
  }
}
