/** One line of a `_redirects` file, as Netlify and others read it ("Redirects and rewrites" in Netlify's documentation). */
export interface RedirectRule {
  /** A path with `:names` and, at its end, `*`. */
  readonly from: string
  /** A path or an address of another host. */
  readonly to: string
  readonly status: number
  /** Applies although there is a file at that path. */
  readonly forced: boolean
  /** Applies to some visitors only: by query, country, language, role or cookie. */
  readonly conditional: boolean
}

/** Reads the rules for paths; those for whole hosts lead to the same files elsewhere. Lines that make no sense are left out. */
export function parseRedirects(text: string): RedirectRule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [from = '', ...words] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    const end = words.findIndex((word) => /^(?:\/|https?:)/.test(word))
    const to = words[end]
    if (!from.startsWith('/') || to === undefined) return []
    const [status = '301', ...conditions] = words.slice(end + 1)
    if (!/^\d{3}!?$/.test(status)) return []
    const conditional = end > 0 || conditions.length > 0
    return [{ from, to, status: Number.parseInt(status, 10), forced: status.endsWith('!'), conditional }]
  })
}

/** @param path with a leading slash, not percent-encoded */
export function appliesTo(rule: RedirectRule, path: string): boolean {
  const wanted = partsOf(rule.from)
  const given = partsOf(path)
  const open = wanted.at(-1) === '*'
  if (open) wanted.pop()
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false
  return wanted.every((part, index) => part.startsWith(':') || part === given[index])
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}
