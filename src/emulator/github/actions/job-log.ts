/** Bytes that the log of one job may have; what comes after that is not kept. */
const mostBytes = 4 * 1024 * 1024

/** The log of a job, as GitHub writes it: each line with its time, and without the secrets. */
export interface JobLog {
  readonly text: string
  /** A text that must not be shown from now on. */
  mask(secret: string): void
  /** Replaces what must not be shown. */
  redact(text: string): string
  /** Writes lines. */
  write(text: string): void
}

/**
 * Makes an empty log.
 *
 * @param now milliseconds since the epoch
 */
export function createJobLog(now: () => number): JobLog {
  const masks = new Set<string>()
  const lines: string[] = []
  let size = 0
  const redact = (text: string): string => {
    // The longest first, so that no part of one is left where another is within it.
    const ordered = [...masks].sort((one, other) => other.length - one.length)
    return ordered.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
  }
  return {
    get text() {
      return lines.join('')
    },
    mask: (secret) => {
      for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') masks.add(line)
    },
    redact,
    write: (text) => {
      if (size > mostBytes) return
      for (const line of redact(text).split(/\r?\n/)) {
        // GitHub writes seven digits of a second.
        const time = new Date(now()).toISOString().replace('Z', '0000Z')
        const dated = `${time} ${line}\n`
        size += dated.length
        lines.push(size > mostBytes ? `${time} ##[warning]The log is longer than the emulator keeps.\n` : dated)
        if (size > mostBytes) return
      }
    },
  }
}
