import type { Artifact } from '../../spec/artifact.js'
import type { HostRules } from '../../spec/rules.js'
import { filterWithPauses } from '../../toolkit/filter-with-pauses.js'
import { namedFiles } from '../../toolkit/named-files.js'
import { patternExpression } from '../../toolkit/path-pattern.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { headerRoutes, redirectRoutes } from './redirect-routes.js'
import { joinPhases, type PhasedRoutes, phasesOf, type Route } from './routes.js'
import { vercelRoutes } from './vercel-routes.js'

/** What rules add to a `config.json` of the Build Output API. */
export interface OutputConfig {
  readonly version: 3
  readonly routes?: readonly Route[]
  readonly overrides?: Readonly<Record<string, { readonly path?: string; readonly contentType?: string }>>
  readonly images?: Readonly<Record<string, unknown>>
  readonly crons?: readonly unknown[]
  readonly [name: string]: unknown
}

/** Characters that a route's source may have. Source: `routesSchema` of the package `@vercel/routing-utils`. */
const mostCharacters = 4000
const immutable = { 'Cache-Control': 'public, max-age=31536000, immutable' }

/**
 * Puts rules into a configuration, in front of the routes that it has. Of two routes that set a header the later one has the last word,
 * so what was asked for by options stands before the user's own.
 */
export async function withRules(
  config: OutputConfig,
  rules: HostRules,
  artifacts: readonly Artifact[],
): Promise<OutputConfig> {
  const paths = artifacts.map(({ path }) => path)
  const { vercel } = rules
  const own = vercel ? vercelRoutes(vercel) : phasesOf([])
  const before = [...headerRoutes([...rules.added].reverse()), ...headerRoutes(rules.headers)]
  const routes = joinPhases(
    new Map([[null, before]]),
    own,
    redirectRoutes(rules.redirects, new Set(paths)),
    new Map(rules.immutable.length > 0 ? [['hit', await immutableRoutes(rules.immutable, paths, own)]] : []),
    phasesOf((config.routes ?? [{ handle: 'filesystem' }]).map(vercel?.cleanUrls ? toCleanUrl : (route) => route)),
  )
  const overrides = { ...(vercel?.cleanUrls && cleanUrls(paths)), ...config.overrides }
  return {
    ...config,
    routes,
    ...(Object.keys(overrides).length > 0 && { overrides }),
    ...(vercel?.images && { images: { ...vercel.images, ...config.images } }),
    ...(vercel?.crons && { crons: [...vercel.crons, ...(config.crons ?? [])] }),
  }
}

/** Only what was found is kept for good; what is not there may come. */
async function immutableRoutes(
  files: readonly string[],
  paths: readonly string[],
  own: PhasedRoutes,
): Promise<Route[]> {
  const decided = (own.get(null) ?? [])
    .filter(({ headers = {} }) => Object.keys(headers).some((name) => name.toLowerCase() === 'cache-control'))
    .map(({ src = '' }) => new RegExp(src))
  const isFree = (path: string) => !decided.some((expression) => expression.test(`/${path}`))
  const pause = createPacer()
  const patterns = namedFiles(await filterWithPauses(files, isFree, pause), paths)
  const sources: string[] = []
  for (const pattern of patterns) {
    const expression = patternExpression(pattern).source.slice(1, -1)
    const last = sources.at(-1)
    if (last !== undefined && last.length + expression.length < mostCharacters) {
      sources[sources.length - 1] = `${last}|${expression}`
    } else sources.push(expression)
    await pause()
  }
  return sources.map((source) => ({ src: `^(?:${source})$`, headers: immutable, continue: true }))
}

function toCleanUrl(route: Route): Route {
  return route.dest === '/404.html' ? { ...route, dest: '/404' } : route
}

/** Pages are found without their ending. */
function cleanUrls(paths: readonly string[]): Record<string, { path: string }> {
  const pages = paths.filter((path) => path.endsWith('.html') && !/(?:^|\/)index\.html$/.test(path))
  return Object.fromEntries(pages.map((path) => [path, { path: path.slice(0, -5) }]))
}
