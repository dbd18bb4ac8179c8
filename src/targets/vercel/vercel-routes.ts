import type { VercelCondition, VercelRule, VercelRules } from '../../spec/rules.js'
import { namesOfConditions, readSource } from '../../toolkit/path-source.js'
import { type PhasedRoutes, phasesOf, type Route } from './routes.js'

/**
 * The routes that a `vercel.json` amounts to, in the order in which Vercel's own builds write them.
 * Source: `getTransformedRoutes` of the package `@vercel/routing-utils`, which needs Node.
 */
export function vercelRoutes(rules: VercelRules): PhasedRoutes {
  const { cleanUrls, trailingSlash, routes = [], redirects = [], headers = [], rewrites = [] } = rules
  return phasesOf([
    ...(cleanUrls ? cleanUrlRoutes(trailingSlash === true) : []),
    ...(trailingSlash === undefined ? [] : trailingSlashRoutes(trailingSlash)),
    ...routes.map(ownRoute),
    ...redirects.map((rule): Route => {
      const { src, fill } = compile(rule)
      const { permanent, statusCode = 308 } = rule
      const status = permanent === undefined ? statusCode : permanent ? 308 : 307
      return { src, headers: { Location: fill(rule.destination) }, status, ...conditionsOf(rule) }
    }),
    ...headers.map((rule): Route => {
      const { src, fill } = compile(rule)
      const fields = rule.headers.map(({ key, value }) => [fill(key), fill(value)] as const)
      return { src, headers: Object.fromEntries(fields), continue: true, ...conditionsOf(rule) }
    }),
    ...(rules.rewrites ? [{ handle: 'filesystem' }] : []),
    ...rewrites.map((rule): Route => {
      const { src, fill, names } = compile(rule)
      const dest = fill(withUnused(rule.destination, names))
      return { src, dest, check: true, ...conditionsOf(rule), ...(rule.statusCode && { status: rule.statusCode }) }
    }),
  ])
}

/** Routes of a `vercel.json` may have the names that rewrites have, and need not say where a path begins and ends. */
function ownRoute({ source, destination, statusCode, ...route }: Readonly<Record<string, unknown>>): Route {
  const named: Record<string, unknown> = { ...route }
  if (source !== undefined) named.src ??= source
  if (destination !== undefined) named.dest ??= destination
  if (statusCode !== undefined) named.status ??= statusCode
  if (typeof named.src === 'string')
    named.src = `^${named.src
      .replace(/^\^/, '')
      .replace(/(?<!\\)\$$/, '')
      .replaceAll('\\/', '/')}$`
  return named
}

/** A rule's source, and what puts its groups into a text. */
function compile({ source, has = [] }: VercelRule) {
  const { expression, names } = readSource(source)
  const places = new Map<string, string>()
  for (const [index, name] of names.entries()) if (typeof name === 'string') places.set(name, `$${index + 1}`)
  for (const name of namesOfConditions(has)) places.set(name, `$${name}`)
  const fill = (text: string) =>
    text.replace(/:([a-z_]\w*)(?:\((?:\\.|[^()])*\))?[*+]?/gi, (whole, name: string) => places.get(name) ?? whole)
  return { src: expression.replaceAll('\\/', '/'), fill, names: [...places.keys()] }
}

function conditionsOf({ has, missing }: VercelRule): Pick<Route, 'has' | 'missing'> {
  // Names of headers are in lower case for Vercel's router.
  const lower = (condition: VercelCondition) =>
    condition.type === 'header' ? { ...condition, key: condition.key?.toLowerCase() } : condition
  return { ...(has && { has: has.map(lower) }), ...(missing && { missing: missing.map(lower) }) }
}

/** What a rewrite's destination does not name in its path is added to its query. */
function withUnused(destination: string, names: readonly string[]): string {
  const [, start = '', query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(destination) ?? []
  const isNamed = (name: string) => new RegExp(`:${name}(?!\\w)`).test(start + hash)
  if (names.some(isNamed)) return destination
  const given = new Set(new URLSearchParams(query).keys())
  const added = names.filter((name) => !given.has(name)).map((name) => `${name}=:${name}`)
  const all = [...(query.length > 1 ? [query.slice(1)] : []), ...added].join('&')
  return `${start}${all === '' ? '' : `?${all}`}${hash}`
}

function cleanUrlRoutes(slash: boolean): Route[] {
  const headers = { Location: slash ? '/$1/' : '/$1' }
  return [
    { src: '^/(?:(.+)/)?index(?:\\.html)?/?$', headers, status: 308 },
    { src: '^/(.*)\\.html/?$', headers, status: 308 },
  ]
}

function trailingSlashRoutes(slash: boolean): Route[] {
  if (!slash) return [{ src: '^/(.*)/$', headers: { Location: '/$1' }, status: 308 }]
  return [
    { src: '^/\\.well-known(?:/.*)?$' },
    { src: '^/((?:[^/]+/)*[^/\\.]+)$', headers: { Location: '/$1/' }, status: 308 },
    { src: '^/((?:[^/]+/)*[^/]+\\.\\w+)/$', headers: { Location: '/$1' }, status: 308 },
  ]
}
