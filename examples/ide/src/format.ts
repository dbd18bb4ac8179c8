/** A size for people: `36.6 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** A duration in milliseconds for people: `40 ms`, `0.4 s`, `12 s`, `2 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** The text as a sentence: it starts with a capital, unless that is a name, and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  const start = /^[a-z]+[ ,:]/.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed
  return spellNames(start === '' || /[.!?…]["”]?$/.test(start) ? start : `${start}.`)
}

/** The text with the names of providers as they write them themselves; addresses and packages stay as they are. */
export function spellNames(text: string): string {
  return text.replace(/(?<![\w./@"'-])(netlify|github)(?![\w/"'-]|\.\w)/g, (name) => names[name] ?? name)
}

const names: Record<string, string> = { netlify: 'Netlify', github: 'GitHub' }

/** The text with full object ids of git cut to the seven digits that people know them by. */
export function shortenIds(text: string): string {
  return text.replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, '$1')
}
