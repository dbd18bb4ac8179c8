import { contentTypeOf } from '../../mime-type.js'
import type { VercelDeployment } from '../state.js'
import type { PrerenderConfig } from './output.js'

/** A page that is asked for, and how it is made anew. */
export interface PrerenderCall {
  readonly deployment: VercelDeployment
  readonly prerender: PrerenderConfig
  readonly path: string
  readonly query: URLSearchParams
  readonly request: Request
  readonly render: () => Promise<Response>
}

/** Answers with pages that were rendered before. */
export interface Prerenders {
  answer(call: PrerenderCall): Promise<Response>
}

interface Page {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** Makes an empty cache. A page that is out of date is made anew before it is answered, where the real one answers with it once more. */
export function createPrerenders(now: () => number): Prerenders {
  const caches = new WeakMap<VercelDeployment, Map<string, Page>>()
  return {
    answer: async ({ deployment, prerender, path, query, request, render }) => {
      const cache = caches.get(deployment) ?? new Map<string, Page>()
      caches.set(deployment, cache)
      const key = keyOf(prerender, path, query)
      const isBypassed =
        prerender.bypassToken !== undefined && request.headers.get('x-prerender-revalidate') === prerender.bypassToken
      const known = cache.get(key)
      if (known && known.expires > now() && !isBypassed) return respond(known, 'HIT', request)
      const fallback = known || isBypassed ? undefined : fallbackOf(prerender, deployment.readyAt ?? now())
      if (fallback && fallback.expires > now()) {
        cache.set(key, fallback)
        return respond(fallback, 'PRERENDER', request)
      }
      const response = await render()
      if (response.status >= 500) return response
      const made: Page = {
        status: response.status,
        headers: response.headers,
        body: new Uint8Array(await response.arrayBuffer()),
        expires: expiry(prerender, now()),
      }
      cache.set(key, made)
      return respond(made, known || fallback ? 'REVALIDATED' : 'MISS', request)
    },
  }
}

function keyOf({ allowQuery }: PrerenderConfig, path: string, query: URLSearchParams): string {
  const names = [...new Set(query.keys())].filter((name) => allowQuery?.includes(name) ?? true).sort()
  return `${path}?${names.map((name) => `${name}=${query.getAll(name).join()}`).join('&')}`
}

function expiry({ expiration }: PrerenderConfig, from: number): number {
  return expiration === false ? Number.POSITIVE_INFINITY : from + expiration * 1000
}

function fallbackOf(prerender: PrerenderConfig, readyAt: number): Page | undefined {
  const { fallback, fallbackType, initialHeaders, initialStatus } = prerender
  if (!fallback) return undefined
  const headers = new Headers({ 'Content-Type': contentTypeOf(fallbackType), ...initialHeaders })
  return { status: initialStatus, headers, body: fallback.bytes, expires: expiry(prerender, readyAt) }
}

function respond({ status, headers, body }: Page, cache: string, { method }: Request): Response {
  const told = new Headers(headers)
  told.set('Cache-Control', 'public, max-age=0, must-revalidate')
  told.set('X-Vercel-Cache', cache)
  told.delete('Transfer-Encoding')
  told.set('Content-Length', String(body.length))
  return new Response(method === 'HEAD' ? null : body, { status, headers: told })
}
