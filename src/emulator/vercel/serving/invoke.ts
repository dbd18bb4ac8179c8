import { callFunction, FunctionTimeout } from '../../functions/call-function.js'
import type { FunctionRunner, RunnableFunction } from '../../functions/function-process.js'
import type { VercelWorld } from '../call.js'
import type { VercelDeployment } from '../state.js'
import { launcher } from './launcher.js'
import type { FunctionOutput, Output } from './output.js'
import { createPrerenders } from './prerender.js'
import type { Routed } from './route-request.js'
import { environmentOf } from './variables.js'

/** Lets functions answer. */
export interface Invoker {
  invoke(deployment: VercelDeployment, called: FunctionOutput, request: Request, routed: Routed): Promise<Response>
  /** Lets a middleware look at a request. */
  middleware(deployment: VercelDeployment, output: Output, path: string, request: Request): Promise<Response>
}

/** Makes an invoker over a runner. */
export function createInvoker(world: VercelWorld, runner: FunctionRunner): Invoker {
  async function call(
    deployment: VercelDeployment,
    called: FunctionOutput,
    request: Request,
    target: { readonly path: string; readonly matched: string; readonly headers: Headers },
  ): Promise<Response> {
    const url = new URL(request.url)
    try {
      const port = await runner.port(deployment, runnable(called), {
        ...environmentOf(deployment, world),
        ...called.config.environment,
      })
      const headers = {
        ...Object.fromEntries(target.headers),
        host: url.host,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-host': url.host,
        'x-forwarded-proto': url.protocol.slice(0, -1),
        'x-real-ip': '127.0.0.1',
        'x-matched-path': target.matched,
        'x-vercel-deployment-url': world.hosts.url(deployment),
      }
      const timeout = called.config.maxDuration * 1000
      const response = await callFunction({ port, path: target.path, request, headers, timeout })
      return response.headers.get('x-emulator-failed') === '1' ? failed(called) : response
    } catch (error) {
      if (request.signal.aborted) throw error
      const message = error instanceof Error ? error.message : String(error)
      world.machine.log(deployment, 'stderr', message)
      return error instanceof FunctionTimeout ? timedOut() : failed(called)
    }
  }

  const prerenders = createPrerenders(world.now)
  return {
    invoke: (deployment, called, request, { path, query, requestHeaders: headers }) => {
      const search = query.toString()
      // A function sees the address that was asked for; only the query tells what the routes made of it.
      const seen = new URL(request.url).pathname + (search === '' ? '' : `?${search}`)
      const render = (): Promise<Response> => call(deployment, called, request, { path: seen, matched: path, headers })
      if (!called.prerender) return render().then((response) => tell(response, 'MISS'))
      return prerenders.answer({ deployment, prerender: called.prerender, path, query, request, render })
    },
    middleware: async (deployment, { functions }, path, request) => {
      const called = functions.get(path.replace(/^\//, ''))
      if (!called) throw new Error(`The deployment has no middleware ${path}`)
      const { pathname, search } = new URL(request.url)
      const bodiless = new Request(request.url, { method: request.method, headers: request.headers })
      return call(deployment, called, bodiless, {
        path: pathname + search,
        matched: pathname,
        headers: request.headers,
      })
    },
  }
}

function runnable({ path, files, config }: FunctionOutput): RunnableFunction {
  const { entry, isEdge, shouldAddHelpers } = config
  return { path, files, entry, isModule: isEdge, launcher, settings: { edge: isEdge, helpers: shouldAddHelpers } }
}

function tell(response: Response, cache: string): Response {
  const headers = new Headers(response.headers)
  headers.set('X-Vercel-Cache', cache)
  return new Response(response.body, { status: response.status, headers })
}

function failed({ config }: FunctionOutput): Response {
  const code = config.isEdge ? 'EDGE_FUNCTION_INVOCATION_FAILED' : 'FUNCTION_INVOCATION_FAILED'
  const text = `A server error has occurred\n\n${code}\n`
  return new Response(text, {
    status: 500,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Vercel-Error': code },
  })
}

function timedOut(): Response {
  const code = 'FUNCTION_INVOCATION_TIMEOUT'
  const text = `An error occurred with your deployment\n\n${code}\n`
  return new Response(text, {
    status: 504,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Vercel-Error': code },
  })
}
