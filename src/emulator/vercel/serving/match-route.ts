import type { HasField, Route, RouteWithSrc } from '@vercel/routing-utils'

/** A request on its way through the routes. */
export interface Position {
  readonly method: string
  readonly host: string
  readonly headers: Headers
  /** With its slash at the start, decoded as little as it came. */
  path: string
  query: URLSearchParams
}

/** What a pattern found: its groups by number and by name. */
export type Groups = Readonly<Record<string, string>>

/** The routes of a phase: those behind the handle of that name, or with `null` those before the first one. */
export function routesOf(routes: readonly Route[], phase: string | null): RouteWithSrc[] {
  const found: RouteWithSrc[] = []
  let current: string | null = null
  for (const route of routes) {
    if ('handle' in route) current = route.handle
    else if (current === phase) found.push(route)
  }
  return found
}

/** The groups of a route that fits a request; `undefined` where it does not fit. */
export function matchRoute(route: RouteWithSrc, position: Position): Groups | undefined {
  if (route.methods && !route.methods.includes(position.method)) return undefined
  const found = new RegExp(route.src, route.caseSensitive ? '' : 'i').exec(position.path)
  if (!found) return undefined
  const groups: Record<string, string> = { ...found.groups }
  for (const [index, value] of found.entries()) groups[index] = value ?? ''
  for (const condition of route.has ?? []) {
    const taken = holds(condition, position)
    if (!taken) return undefined
    Object.assign(groups, taken)
  }
  return (route.missing ?? []).some((condition) => holds(condition, position)) ? undefined : groups
}

/** Puts groups into a destination or a header: `$1`, `$name`. */
export function fillIn(template: string, groups: Groups): string {
  return template.replace(/\$(\d+|[A-Za-z_]\w*)/g, (_, name: string) => groups[name] ?? '')
}

function holds(condition: HasField[number], position: Position): Groups | undefined {
  const value = valueIn(condition, position)
  if (value === undefined) return undefined
  const wanted = condition.value
  if (wanted === undefined) return 'key' in condition ? { [condition.key]: value } : {}
  if (typeof wanted === 'string') {
    const found = new RegExp(`^${wanted}$`).exec(value)
    return found ? { ...found.groups } : undefined
  }
  const { eq, neq, inc, ninc, pre, suf, re, gt, gte, lt, lte } = wanted
  const number = Number(value)
  const isMet =
    (eq === undefined || value === String(eq)) &&
    (neq === undefined || value !== neq) &&
    (inc === undefined || inc.includes(value)) &&
    (ninc === undefined || !ninc.includes(value)) &&
    (pre === undefined || value.startsWith(pre)) &&
    (suf === undefined || value.endsWith(suf)) &&
    (re === undefined || new RegExp(re).test(value)) &&
    (gt === undefined || number > gt) &&
    (gte === undefined || number >= gte) &&
    (lt === undefined || number < lt) &&
    (lte === undefined || number <= lte)
  return isMet ? {} : undefined
}

function valueIn(condition: HasField[number], { host, headers, query }: Position): string | undefined {
  switch (condition.type) {
    case 'host':
      return host
    case 'header':
      return headers.get(condition.key) ?? undefined
    case 'query':
      return query.get(condition.key) ?? undefined
    case 'cookie':
      return cookieOf(headers.get('Cookie') ?? '', condition.key)
  }
}

function cookieOf(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim().split('='))
  return pairs
    .find(([key]) => key === name)
    ?.slice(1)
    .join('=')
}
