import { anyOrigin } from '../../cross-origin.js'
import { createFunctionRunner } from '../../functions/function-process.js'
import { contentTypeOf } from '../../mime-type.js'
import { createRandom } from '../../random.js'
import { ConnectionReset, type Handler } from '../../serve.js'
import type { VercelWorld } from '../call.js'
import { createRequestId } from '../ids.js'
import type { VercelDeployment } from '../state.js'
import { findSite } from './find-site.js'
import { createInvoker, type Invoker } from './invoke.js'
import type { Position } from './match-route.js'
import type { Output, StaticFile } from './output.js'
import { bringsSecret, isProtected } from './protection.js'
import { readOutput } from './read-output.js'
import { type Routed, routeRequest } from './route-request.js'

/** The sites of an emulated Vercel. */
export interface VercelSites {
  readonly handler: Handler
  /** Ends the processes of functions. */
  close(): Promise<void>
}

/**
 * Makes the handler that serves deployments, told apart by the host of the request: each under its own host that never changes, and
 * the production one under the project's names. Functions are run in processes of their own.
 *
 * @param cors whether pages of other origins may read files; of functions and of headers that a site sets itself it says nothing
 */
export function createVercelSites(world: VercelWorld, cors = true): VercelSites {
  const runner = createFunctionRunner()
  const requestIds = createRandom(undefined, 'requests')
  const invoker = createInvoker(world, runner)
  const outputs = new WeakMap<VercelDeployment, Output>()
  return {
    close: runner.close,
    handler: async (request) => {
      world.machine.settle()
      const url = new URL(request.url)
      const site = findSite(world, url.hostname)
      if (!site) return problem(404, 'DEPLOYMENT_NOT_FOUND', 'The deployment could not be found on Vercel.')
      if (site === 'unreachable') throw new ConnectionReset()
      if ('redirect' in site) {
        const location = `${url.protocol}//${world.hosts.show(site.redirect)}${url.pathname}${url.search}`
        return new Response(null, { status: site.status, headers: { Location: location, Server: 'Vercel' } })
      }
      const { deployment, isImmutable } = site
      if (deployment.readyState === 'BLOCKED') return problem(403, 'DEPLOYMENT_BLOCKED', 'This deployment is blocked.')
      if (isProtected({ deployment, hostname: url.hostname, isImmutable }) && !bringsSecret(request, deployment)) {
        return problem(401, 'AUTHENTICATION_REQUIRED', 'Authentication Required')
      }
      // The real one sends the visitor to its dashboard, where the build can be watched.
      if (deployment.readyState !== 'READY') return problem(404, 'DEPLOYMENT_NOT_READY', 'The deployment is not ready.')
      const output = outputs.get(deployment) ?? readOutput(world.state, deployment)
      outputs.set(deployment, output)
      const response = await answer(request, url, deployment, { output, invoker, cors })
      response.headers.set('Server', 'Vercel')
      response.headers.set('X-Vercel-Id', createRequestId(requestIds, world.now()))
      // Only production names are for search engines.
      const isPublic = !isImmutable && deployment.target === 'production'
      if (!isPublic) response.headers.set('X-Robots-Tag', 'noindex')
      return response
    },
  }
}

async function answer(
  request: Request,
  url: URL,
  deployment: VercelDeployment,
  { output, invoker, cors }: { output: Output; invoker: Invoker; cors: boolean },
): Promise<Response> {
  const position: Position = {
    method: request.method,
    host: url.hostname,
    headers: new Headers(request.headers),
    path: url.pathname,
    query: new URLSearchParams(url.search),
  }
  const middleware = (path: string): Promise<Response> => invoker.middleware(deployment, output, path, request)
  const routed = await routeRequest(output, position, middleware)
  const { found, status, headers, external, response } = routed
  if (response) return mutable(response)
  const location = headers.get('Location')
  if (status !== undefined && status >= 300 && status < 400 && location !== null) {
    if (!new URL(location, url).search && url.search) headers.set('Location', location + url.search)
    return new Response(`Redirecting...\n`, { status, headers })
  }
  // A rewrite to another host would be a request into the internet.
  if (external !== undefined)
    return problem(502, 'ROUTER_EXTERNAL_TARGET_ERROR', 'The emulator leaves this machine alone.')
  if (!found) return problem(status ?? 404, 'NOT_FOUND', 'The page could not be found', headers)
  if ('config' in found) return addHeaders(await invoker.invoke(deployment, found, request, routed), routed)
  return sendFile(found, request, routed, cors)
}

function sendFile(
  file: StaticFile,
  request: Request,
  { headers: added, status = 200 }: Routed,
  cors: boolean,
): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem(405, 'INVALID_REQUEST_METHOD', 'The method is not allowed.')
  }
  const etag = `"${file.sha1}"`
  const headers = new Headers({
    'Accept-Ranges': 'bytes',
    ...(cors && anyOrigin),
    Age: '0',
    'Cache-Control': 'public, max-age=0, must-revalidate',
    'Content-Disposition': `inline; filename="${encodeURIComponent(file.name.split('/').at(-1) ?? '')}"`,
    'Content-Type': file.contentType ?? contentTypeOf(file.name),
    ETag: etag,
    'X-Vercel-Cache': 'HIT',
  })
  for (const [name, value] of added) headers.set(name, value)
  const known = (request.headers.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (status === 200 && known.includes(etag)) {
    headers.delete('Content-Type')
    return new Response(null, { status: 304, headers })
  }
  headers.set('Content-Length', String(file.bytes.length))
  return new Response(request.method === 'HEAD' ? null : file.bytes, { status, headers })
}

function addHeaders(response: Response, { headers, important, status }: Routed): Response {
  const added = new Headers(response.headers)
  for (const [name, value] of headers) if (!added.has(name) || important.has(name)) added.set(name, value)
  return new Response(response.body, { status: status ?? response.status, headers: added })
}

function mutable(response: Response): Response {
  return new Response(response.body, { status: response.status, headers: new Headers(response.headers) })
}

/** An answer of the platform's own. */
function problem(status: number, code: string, text: string, added: Headers = new Headers()): Response {
  const headers = new Headers(added)
  headers.set('Content-Type', 'text/plain; charset=utf-8')
  headers.set('X-Vercel-Error', code)
  headers.set('Server', 'Vercel')
  return new Response(`${text}\n\n${code}\n`, { status, headers })
}
