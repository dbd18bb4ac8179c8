import type { HeaderRule, RedirectRule, VercelCondition } from '../../spec/rules.js'
import { escapeExpression, patternExpression } from '../../toolkit/path-pattern.js'
import type { PhasedRoutes, Route } from './routes.js'

/** Conditions that Vercel's router can't test. */
const untested = ['Country', 'Language', 'Role']

/** Why a redirect can't be done by Vercel's router; `undefined` where it can. */
export function whyNot({ conditions, signed }: RedirectRule): string | undefined {
  const condition = untested.find((name) => name in conditions)
  if (condition !== undefined) return `has the condition ${condition}`
  return signed === null ? undefined : 'is signed'
}

/**
 * What `_redirects` amount to as routes: those that are forced come before the files, all others after them.
 * @param paths of the files that are published
 */
export function redirectRoutes(rules: readonly RedirectRule[], paths: ReadonlySet<string>): PhasedRoutes {
  const possible = rules.filter((rule) => whyNot(rule) === undefined)
  const routesOf = (force: boolean) =>
    possible.filter((rule) => rule.force === force).flatMap((rule) => routesOfRule(rule, paths))
  return new Map([
    [null, routesOf(true)],
    ['filesystem', routesOf(false)],
  ])
}

function routesOfRule(rule: RedirectRule, paths: ReadonlySet<string>): Route[] {
  const { to, status, query, conditions } = rule
  const { host, path } = placeOf(rule.from)
  const { src, places } = compile(path)
  const has: VercelCondition[] = host === undefined ? [] : [{ type: 'host', value: escapeExpression(host) }]
  for (const [key, value] of Object.entries(query)) {
    const name = /^:([a-z_]\w*)$/i.exec(value)?.[1]
    if (name !== undefined) places.set(name.toLowerCase(), `$${name}`)
    has.push({ type: 'query', key, value: name === undefined ? escapeExpression(value) : `(?<${name}>.+)` })
  }
  const filled = to.replace(
    /(?<=[/=&?.-]):([a-z_]\w*)/gi,
    (whole, name: string) => places.get(name.toLowerCase()) ?? whole,
  )
  const isRedirect = status >= 300 && status < 400
  const answer: Route = isRedirect
    ? { headers: { Location: filled }, status }
    : { dest: pageOf(filled, paths), ...(status !== 200 && { status }) }
  // One of the cookies is enough, and a route asks for all that it names.
  const cookies = conditions.Cookie?.map((key): VercelCondition => ({ type: 'cookie', key }))
  return (cookies ?? [undefined]).map((cookie) => {
    const all = cookie ? [...has, cookie] : has
    return { src, ...answer, ...(all.length > 0 && { has: all }) }
  })
}

/** A path of `_redirects` as an expression, and where its names are found in it. */
function compile(path: string): { src: string; places: Map<string, string> } {
  const places = new Map<string, string>()
  const place = (name: string) => void places.set(name.toLowerCase(), `$${places.size + 1}`)
  const parts = path.split('/').filter((part) => part !== '')
  const expressions = parts.map((part, index) => {
    const isLast = index === parts.length - 1
    if (/^:[a-z_]\w*$/i.test(part)) {
      place(part.slice(1))
      return '/([^/]+)'
    }
    if (isLast && part.endsWith('*')) {
      place('splat')
      return part === '*' ? '(?:/(.*))?' : `/${escapeExpression(part.slice(0, -1))}(.*)`
    }
    return `/${escapeExpression(part)}`
  })
  return { src: `^${expressions.join('')}/?$`, places }
}

function placeOf(from: string): { readonly host: string | undefined; readonly path: string } {
  const [, host, path = '/'] = /^https?:\/\/([^/]+)(\/.*)?$/i.exec(from) ?? []
  return host === undefined ? { host, path: from } : { host, path }
}

/** Netlify finds pages without their ending; Vercel is told the file. */
function pageOf(to: string, paths: ReadonlySet<string>): string {
  const [, path = '', rest = ''] = /^\/([^?#]*)(.*)$/.exec(to) ?? []
  const name = path.replace(/\/$/, '')
  if (!to.startsWith('/') || to.includes('$') || paths.has(path)) return to
  const found = [`${name}.html`, name === '' ? 'index.html' : `${name}/index.html`].find((one) => paths.has(one))
  return found === undefined ? to : `/${found}${rest}`
}

/** What rules for headers amount to. What Netlify takes for a command to itself is left out. */
export function headerRoutes(rules: readonly HeaderRule[]): Route[] {
  return rules.flatMap((rule) => {
    const headers: Record<string, string> = {}
    for (const [name, value] of rule.headers) {
      if (isCommand(name)) continue
      const known = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase())
      headers[known ?? name] = known === undefined ? value : `${headers[known]}, ${value}`
    }
    const isEmpty = Object.keys(headers).length === 0
    return isEmpty ? [] : [{ src: patternExpression(rule.for).source, headers, continue: true }]
  })
}

/** Source: docs.netlify.com, "Custom headers", "Basic authentication headers". */
export function isCommand(name: string): boolean {
  return name.toLowerCase() === 'basic-auth'
}
