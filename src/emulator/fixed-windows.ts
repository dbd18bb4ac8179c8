/** What happened in one window of time. */
export interface FixedWindow {
  /** Milliseconds since the epoch at which it is over. */
  readonly reset: number
  count: number
}

/**
 * Makes windows of time, each of which begins with the first that happens in it.
 *
 * @param now milliseconds since the epoch
 * @returns what gives the window that is open for a key, of so many milliseconds
 */
export function createFixedWindows(now: () => number): (key: string, length: number) => FixedWindow {
  const windows = new Map<string, FixedWindow>()
  return (key, length) => {
    const time = now()
    const known = windows.get(key)
    if (known && known.reset > time) return known
    const window = { count: 0, reset: time + length }
    windows.set(key, window)
    return window
  }
}
