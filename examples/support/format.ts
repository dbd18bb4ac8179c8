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
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : formatSeconds(milliseconds)
}

/** A duration in milliseconds as it is counted down: `9 s`, `2 min 05 s`. */
export function formatSeconds(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1_000)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** A moment in milliseconds since the epoch for people: `2:05:11 PM` of today, else `Nov 23, 2026, 2:05 PM`. */
export function formatMoment(time: number): string {
  const date = new Date(time)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString('en-US')
    : date.toLocaleString('en-US', { dateStyle: 'medium', timeStyle: 'short' })
}

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** What a step says of itself, or a provider in its own words, as a sentence: it starts with a capital, unless that is a name, and ends with a full stop. */
export function sentence(text: string): string {
  const start = /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return start === '' || /[.!?…]["”]?$/.test(start) ? start : `${start}.`
}

/** A provider as people write it, at the beginning of a sentence. */
export function nameOf(provider: string): string {
  return names[provider] ?? provider
}

const names: Record<string, string> = { netlify: 'Netlify', github: 'GitHub', site: 'The site' }

/** The text with full object ids of git cut to the seven digits that people know them by. */
export function shortenIds(text: string): string {
  return text.replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, '$1')
}
