import { callFunction, FunctionTimeout } from '../../functions/call-function.js'
import { createFunctionRunner, type RunnableFunction } from '../../functions/function-process.js'
import { unzip } from '../../github/actions/unzip.js'
import type { NetlifyWorld } from '../call.js'
import { contentsOf, type NetlifyDeploy } from '../state.js'
import type { FunctionRoute } from './deploy-functions.js'
import { launcher } from './launcher.js'

/** Milliseconds that a function may take (docs, "Functions overview": 60 seconds at the most). */
const timeout = 60_000
const prefix = '/.netlify/functions/'

/** Lets the functions of deploys answer, each in a process of its own. */
export interface FunctionServer {
  /**
   * The function that answers at an address; `undefined`: none does.
   *
   * @param hasFile whether there is a file at the same address, which goes before a function that prefers files
   */
  find(deploy: NetlifyDeploy, path: string, method: string, hasFile: boolean): string | undefined
  /** @param path where it was found, with the query */
  answer(deploy: NetlifyDeploy, name: string, request: Request, path: string): Promise<Response>
  /** Ends the processes. */
  close(): Promise<void>
}

/** Makes a server without processes. */
export function createFunctionServer(world: NetlifyWorld): FunctionServer {
  const runner = createFunctionRunner()
  const unpacked = new WeakMap<NetlifyDeploy, Map<string, RunnableFunction>>()

  function load(deploy: NetlifyDeploy, name: string): RunnableFunction {
    const known = unpacked.get(deploy) ?? new Map<string, RunnableFunction>()
    unpacked.set(deploy, known)
    const archive = contentsOf(world.state, deploy.site.account).get(deploy.functions?.digests.get(name) ?? '')
    if (!archive) throw new Error(`The archive of the function ${name} is gone`)
    const loaded = known.get(name) ?? unpack(name, archive)
    known.set(name, loaded)
    return loaded
  }

  return {
    close: runner.close,
    find(deploy, path, method, hasFile) {
      if (!deploy.functions) return undefined
      const { digests, configs, schedules } = deploy.functions
      for (const name of digests.keys()) {
        const { routes = [], excluded_routes: excluded = [] } = configs[name] ?? {}
        const route = routes.find((one) => matches(one, path) && takes(one, method))
        const isExcluded = excluded.some((one) => matches(one, path))
        if (route && !isExcluded && !(hasFile && route.prefer_static)) return name
        // Docs, "Get started with functions": a function with a path of its own answers only there; "Scheduled functions": they can't
        // be invoked with a URL.
        const isPlain = routes.length === 0 && !schedules.some((one) => one.name === name)
        if (isPlain && (path === prefix + name || path.startsWith(`${prefix}${name}/`))) return name
      }
      return undefined
    },
    async answer(deploy, name, request, path) {
      const url = new URL(request.url)
      const { site } = deploy
      try {
        const port = await runner.port(deploy, load(deploy, name), {
          ...{ NETLIFY: 'true', SITE_ID: site.id, SITE_NAME: site.name, URL: world.address(site.name) },
          ...{ AWS_LAMBDA_FUNCTION_NAME: name, LAMBDA_TASK_ROOT: '.', NODE_ENV: 'production' },
        })
        const headers = {
          ...Object.fromEntries(request.headers),
          host: url.host,
          'x-forwarded-proto': url.protocol.slice(0, -1),
          'x-nf-client-connection-ip': '127.0.0.1',
        }
        const response = await callFunction({ port, path, request, headers, timeout })
        return response.headers.get('x-emulator-failed') === '1' ? failed('it threw') : response
      } catch (error) {
        if (request.signal.aborted) throw error
        return failed(error instanceof FunctionTimeout ? 'it took too long' : String(error))
      }
    },
  }
}

/** The file that Lambda would load is named by Netlify's tool, or after the function. */
function unpack(name: string, archive: Uint8Array): RunnableFunction {
  const files = new Map(
    unzip(archive)
      .filter((entry) => !entry.name.endsWith('/'))
      .map((entry) => [entry.name, { bytes: entry.content, mode: entry.mode }]),
  )
  const names = ['___netlify-entry-point.mjs', `${name}.mjs`, `${name}.js`, `${name}.cjs`]
  const entry = names.find((one) => files.has(one))
  if (entry === undefined) throw new Error(`The archive of the function ${name} holds none of ${names.join(', ')}`)
  return { path: name, files, entry, isModule: false, launcher, settings: {} }
}

function matches({ literal, expression }: FunctionRoute, path: string): boolean {
  if (literal !== undefined) return literal === path || `${literal}/` === path
  return expression !== undefined && new RegExp(expression).test(path)
}

function takes({ methods = [] }: FunctionRoute, method: string): boolean {
  return methods.length === 0 || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

function failed(reason: string): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', Server: 'Netlify' }
  return new Response(`This function has crashed: ${reason}\n`, { status: 502, headers })
}
