/** Numbers and times as people read them. */
export interface Format {
  /** A size: `36.6 kB`. */
  bytes(bytes: number): string
  /** A duration in milliseconds: `40 ms`, `0.4 s`, `2 min 05 s`. */
  duration(milliseconds: number): string
  /** How long ago something was by the emulator's clock: `just now`, `3 min ago`. */
  ago(time: number): string
  /** The time of a day with milliseconds, by the clock of whoever looks. */
  clock(time: number): string
  /** `1 file`, `3 files`. */
  count(number: number, noun: string): string
  /** An element that tells how long ago something was. */
  time(time: number): HTMLTimeElement
  /** Sets the emulator's time, from which all others are told. */
  setNow(now: number): void
}

/** Makes the words. */
export function createFormat(): Format {
  let ahead = 0

  const duration: Format['duration'] = (milliseconds) => {
    if (milliseconds < 100) return `${Math.round(milliseconds)} ms`
    const seconds = milliseconds / 1_000
    if (seconds < 9.95) return `${seconds.toFixed(1)} s`
    const whole = Math.round(seconds)
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  }

  const ago: Format['ago'] = (time) => {
    const seconds = Math.max(0, Math.floor((Date.now() + ahead - time) / 1_000))
    if (seconds < 5) return 'just now'
    if (seconds < 60) return `${seconds} s ago`
    if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
    if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`
    return `${Math.floor(seconds / 86_400)} d ago`
  }

  return {
    duration,
    ago,
    bytes: (bytes) => {
      if (bytes < 1_000) return `${bytes} B`
      const isSmall = bytes < 1_000_000
      const value = bytes / (isSmall ? 1_000 : 1_000_000)
      return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${isSmall ? 'kB' : 'MB'}`
    },
    clock: (time) => {
      const date = new Date(time)
      const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
      return `${date.toLocaleTimeString('en-GB')}.${milliseconds}`
    },
    count: (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`,
    time: (time) => {
      const made = document.createElement('time')
      made.dateTime = new Date(time).toISOString()
      made.title = new Date(time).toLocaleString()
      made.dataset.at = String(time)
      made.textContent = ago(time)
      return made
    },
    setNow: (now) => {
      ahead = now - Date.now()
    },
  }
}
