/** One line of `_redirects`. */
export interface RedirectRule {
  readonly from: string
  /** Query parameters that the request must have: a value, or `:name` to take it. */
  readonly query: Readonly<Record<string, string>>
  readonly to: string
  readonly status: number
  /** Applies although a file with that path exists. */
  readonly force: boolean
}

/**
 * Reads `_redirects`: `from [parameter=value…] to [status[!]] [conditions…]`. Lines that make no sense are skipped, as Netlify
 * does; so are lines with conditions on country, language, role or cookie, which no request on loopback meets.
 */
export function parseRedirects(text: string): RedirectRule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [from, ...rest] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    if (!from || !/^(\/|https?:)/.test(from)) return []
    const end = rest.findIndex((word) => /^(\/|https?:)/.test(word))
    const to = rest[end]
    const [code = '301', ...conditions] = rest.slice(end + 1)
    if (end < 0 || to === undefined || conditions.length > 0 || !/^\d{3}!?$/.test(code)) return []
    const query = Object.fromEntries(rest.slice(0, end).map((word) => word.split('=', 2) as [string, string]))
    return [{ from, query, to, status: Number.parseInt(code, 10), force: code.endsWith('!') }]
  })
}

/** Where a rule leads. */
export interface Destination {
  readonly rule: RedirectRule
  /** A path, or an address of another host, with its placeholders filled in. */
  readonly to: string
}

/** Finds the first rule that fits an address; its path is compared percent-decoded and without a slash at its end. */
export function matchRedirect(rules: readonly RedirectRule[], url: URL, path: string): Destination | undefined {
  for (const rule of rules) {
    const values = matchPath(rule.from, url, path)
    const parameters = values && matchQuery(rule.query, url.searchParams)
    if (!parameters) continue
    const known = { ...values, ...parameters }
    const to = rule.to.replace(/:([a-z_]\w*)/gi, (whole, name: string) => known[name] ?? whole)
    return { rule, to: Object.keys(rule.query).length > 0 || to.includes('?') ? to : to + url.search }
  }
  return undefined
}

/** Compares a path with a pattern that may hold `:placeholders` and `*`; `undefined` where they differ. */
export function matchPattern(pattern: string, path: string): Record<string, string> | undefined {
  const source = trim(pattern).replace(/\/\*$|\*|\/:[a-z_]\w*|[.+?^${}()|[\]\\]/gi, (token) => {
    if (token === '/*') return '(?:/(?<splat>.*))?'
    if (token === '*') return '.*'
    return token.startsWith('/:') ? `/(?<${token.slice(2)}>[^/]+)` : `\\${token}`
  })
  const found = new RegExp(`^${source}$`).exec(trim(path))
  return found
    ? Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, value ?? '']))
    : undefined
}

function matchPath(from: string, url: URL, path: string): Record<string, string> | undefined {
  if (from.startsWith('/')) return matchPattern(from, path)
  const [, host, pattern = '/'] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(from) ?? []
  return host === url.host ? matchPattern(pattern, path) : undefined
}

function matchQuery(wanted: RedirectRule['query'], given: URLSearchParams): Record<string, string> | undefined {
  const taken: Record<string, string> = {}
  for (const [name, value] of Object.entries(wanted)) {
    const actual = given.get(name)
    if (actual === null) return undefined
    if (value.startsWith(':')) taken[value.slice(1)] = encodeURIComponent(actual)
    else if (value !== actual) return undefined
  }
  return taken
}

function trim(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, '') : path
}
