/** Replaces every text that was once sent as a secret, wherever it turns up. */
export interface Redactor {
  remember(secret: string): void
  /** A deep copy of a JSON-safe value without the secrets; the value itself where there is nothing to replace. */
  redact<Value>(value: Value): Value
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

  return {
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
