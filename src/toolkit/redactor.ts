/** Replaces every text that was once sent as a secret, wherever it turns up. */
export interface Redactor {
  remember(secret: string): void
  /** A deep copy of a JSON-safe value without the secrets; the value itself where there is nothing to replace. */
  redact<Value>(value: Value): Value
  /** For one text that comes in pieces, such as the output of a process. */
  stream(): RedactedStream
}

/** Takes the pieces of a text in order, and gives them back without the secrets, those split over pieces included. */
export interface RedactedStream {
  /** What may be shown so far. A tail that may begin a secret is held back until the next piece; no longer than a secret. */
  push(text: string): string
  /** The tail that was held back. The stream starts anew. */
  end(): string
}

/** Texts shorter than this are words, not secrets: replacing them would only mangle logs. */
const shortest = 8

/** @returns a redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  /** Longest first: a secret that another one starts with must not leave the rest of that one behind. */
  let secrets: string[] = []

  function clean(text: string): string {
    let result = text
    for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, '[secret]')
    return result
  }

  function walk(value: unknown): unknown {
    if (typeof value === 'string') return clean(value)
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), walk(member)]))
    }
    return value
  }

  /** Where a secret may begin that the text breaks off; the end of the text where none does. */
  function tailOf(text: string, from: number): number {
    const longest = secrets[0]?.length ?? 0
    for (let index = Math.max(from, text.length - longest + 1); index < text.length; index += 1) {
      const rest = text.slice(index)
      if (secrets.some((one) => one.length > rest.length && one.startsWith(rest))) return index
    }
    return text.length
  }

  function stream(): RedactedStream {
    let held = ''
    return {
      push(piece) {
        const text = held + piece
        let shown = ''
        let start = 0
        for (;;) {
          const tail = tailOf(text, start)
          const secret = firstSecret(text, start)
          // What may become a longer secret is held, even where it is a whole one already.
          if (secret === undefined || secret.start >= tail) {
            held = text.slice(tail)
            return shown + text.slice(start, tail)
          }
          shown += `${text.slice(start, secret.start)}[secret]`
          start = secret.end
        }
      },
      end() {
        const shown = clean(held)
        held = ''
        return shown
      },
    }
  }

  function firstSecret(text: string, from: number): { start: number; end: number } | undefined {
    let first: { start: number; end: number } | undefined
    for (const secret of secrets) {
      const start = text.indexOf(secret, from)
      if (start >= 0 && (first === undefined || start < first.start)) first = { start, end: start + secret.length }
    }
    return first
  }

  return {
    stream,
    remember(secret) {
      if (secret.length < shortest || secrets.includes(secret)) return
      const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
      secrets = [...new Set([...secrets, ...forms])].sort((one, other) => other.length - one.length)
    },
    redact: (value) => {
      if (secrets.length === 0) return value
      const text = JSON.stringify(value)
      // Most events hold no secret: one scan of the text is cheaper than a copy of every event.
      for (const secret of secrets)
        if (text.includes(JSON.stringify(secret).slice(1, -1))) return walk(value) as typeof value
      return value
    },
  }
}
