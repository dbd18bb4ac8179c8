import type { RouteWithSrc } from '@vercel/routing-utils'
import { fillIn, matchRoute, type Position, routesOf } from './match-route.js'
import { type FunctionOutput, findOutput, type Output, type StaticFile } from './output.js'
import { applyTransforms } from './transforms.js'

/** Where the routes of a deployment lead a request to. */
export interface Routed {
  readonly found: StaticFile | FunctionOutput | undefined
  /** Set where a route says it. */
  readonly status: number | undefined
  /** What the routes add to the answer. */
  readonly headers: Headers
  /** Names of those that win over what a function answers, in lower case. */
  readonly important: ReadonlySet<string>
  /** Another host that a route leads to. */
  readonly external: string | undefined
  /** The path that was found in the end, as functions are told it. */
  readonly path: string
  /** With what destinations added. */
  readonly query: URLSearchParams
  /** Those of the request, as transforms left them. */
  readonly requestHeaders: Headers
  /** What a middleware answered in place of everything else. */
  readonly response: Response | undefined
}

/** Runs a middleware of the deployment. */
export type Middleware = (path: string, position: Position) => Promise<Response>

interface Walk {
  readonly output: Output
  readonly position: Position
  readonly headers: Headers
  readonly important: Set<string>
  readonly middleware: Middleware
  status: number | undefined
  external: string | undefined
  response: Response | undefined
}

/**
 * Leads a request through the routes of a deployment, as the platform does: those before the first `handle`, the files, those behind
 * `filesystem`, `rewrite` and `resource`, each time with another look at the files, and those behind `error` where nothing was found.
 * The order is that of the routes in docs, "Build Output API", and of `vercel dev` (`server/router.ts` of github.com/vercel/vercel).
 */
export async function routeRequest(output: Output, position: Position, middleware: Middleware): Promise<Routed> {
  const walk: Walk = {
    output,
    position,
    headers: new Headers(),
    important: new Set(),
    middleware,
    status: undefined,
    external: undefined,
    response: undefined,
  }
  for (const phase of [null, 'filesystem', 'rewrite', 'resource']) {
    const isDecided = await follow(walk, routesOf(output.routes, phase), phase)
    if (isDecided) return (walk.status ?? 0) >= 400 ? afterError(walk) : routed(walk, undefined)
    const found = findOutput(output, decodePath(position.path)) ?? (await afterMiss(walk))
    if (!found) continue
    await follow(walk, routesOf(output.routes, 'hit'), 'hit')
    return routed(walk, found)
  }
  return afterError(walk)
}

function routed(walk: Walk, found: Routed['found']): Routed {
  const { status, headers, important, external, response, position } = walk
  return {
    found,
    status,
    headers,
    important,
    external,
    response,
    path: position.path,
    query: position.query,
    requestHeaders: position.headers,
  }
}

/** Gives whether the answer is decided without a file. */
async function follow(walk: Walk, routes: readonly RouteWithSrc[], phase: string | null): Promise<boolean> {
  for (const route of routes) {
    const groups = matchRoute(route, walk.position)
    if (!groups) continue
    if (route.middlewarePath !== undefined) {
      if (await passMiddleware(walk, route.middlewarePath)) return true
      continue
    }
    for (const [name, value] of Object.entries(route.headers ?? {})) {
      // A later route has the last word: adapters take back what they said of files that turn out not to be there.
      walk.headers.set(name, fillIn(value, groups))
      if (route.important) walk.important.add(name.toLowerCase())
    }
    applyTransforms(route.transforms ?? [], groups, walk.position, walk.headers)
    if (route.status !== undefined) walk.status = route.status
    const isRedirect = (route.status ?? 0) >= 300 && (route.status ?? 0) < 400 && walk.headers.has('Location')
    if (isRedirect) return true
    if (route.dest === undefined) {
      if (route.continue) continue
      // A status without a destination is an answer of its own; a route with neither lets nothing behind it be looked at.
      return route.status !== undefined && phase !== 'hit'
    }
    const destination = fillIn(route.dest, groups)
    if (/^https?:\/\//.test(destination)) {
      walk.external = destination
      return true
    }
    moveTo(walk.position, destination)
    const isChecked =
      route.check === true && phase !== 'hit' && !findOutput(walk.output, decodePath(walk.position.path))
    if (route.continue || isChecked) continue
    return false
  }
  return false
}

async function passMiddleware(walk: Walk, path: string): Promise<boolean> {
  const { position } = walk
  const response = await walk.middleware(path, position)
  const rewrite = response.headers.get('x-middleware-rewrite')
  if (rewrite === null && response.headers.get('x-middleware-next') !== '1') {
    walk.response = response
    return true
  }
  for (const [name, value] of response.headers) {
    if (!name.startsWith('x-middleware-') && name !== 'content-length') walk.headers.set(name, value)
  }
  if (rewrite !== null) moveTo(position, new URL(rewrite, 'http://localhost').pathname)
  return false
}

async function afterMiss(walk: Walk): Promise<Routed['found']> {
  const routes = routesOf(walk.output.routes, 'miss')
  if (routes.length === 0) return undefined
  const before = walk.position.path
  await follow(walk, routes, 'miss')
  const { position, output } = walk
  const found = position.path === before ? undefined : findOutput(output, decodePath(position.path))
  // "Not found" was said of the path that was looked for first.
  if (found && walk.status === 404) walk.status = undefined
  return found
}

async function afterError(walk: Walk): Promise<Routed> {
  const status = walk.status ?? 404
  const routes = routesOf(walk.output.routes, 'error').filter((route) => (route.status ?? status) === status)
  const before = walk.position.path
  await follow(walk, routes, 'error')
  const { position, output } = walk
  const found = position.path === before ? undefined : findOutput(output, decodePath(position.path))
  return { ...routed(walk, found), status }
}

function moveTo(position: Position, destination: string): void {
  const [path = '/', query = ''] = destination.split('?', 2)
  position.path = path.startsWith('/') ? path : `/${path}`
  for (const [name, value] of new URLSearchParams(query)) position.query.set(name, value)
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (error instanceof URIError) return path
    throw error
  }
}
