import { type Address, allow, type CompiledRule, compileRule } from './allow-rule.js'
import { forward } from './forward.js'
import { ownHeaders, pageHeaders, preflight } from './headers.js'
import { parseOptions, type RelayOptions, type RelaySettings } from './options.js'
import { Refusal } from './refusal.js'

/**
 * Makes a relay: a handler that carries requests of chosen pages to chosen providers, where these send no CORS headers.
 * It speaks nothing but the standard `Request` and `Response`, so it runs on any edge platform and in Node 20.
 *
 * The address to reach follows the relay's own without its scheme, which the matching rule gives:
 * `https://relay.example/github.com/acme/shop.git/info/refs?service=git-upload-pack`. That is the form of
 * isomorphic-git's `corsProxy`.
 *
 * Bodies stream both ways. Cookies are carried in neither direction, headers only as far as they are known to be needed, and
 * nothing is logged or stored. Redirects are followed for reads only, three at most, and only to where the rules allow;
 * `x-relay-url` then tells the address that answered. The relay's own refusals are JSON `{error: {code, message, hint}}`
 * with the code in `x-relay-error`; an answer without that header is the provider's.
 *
 * @throws TypeError when an option is wrong
 * @example export default { fetch: createRelay({ allow: githubGit, pageOrigins: ['https://ide.example'] }) }
 */
export function createRelay(options: RelayOptions): (request: Request) => Promise<Response> {
  const settings = parseOptions(options)
  const rules = settings.allow.map(compileRule)
  const methods = [...new Set(rules.flatMap((rule) => rule.methods))]
  return async (request) => {
    const page = readPage(request)
    const admitted = isFetch(request) && admits(settings, page)
    const reader = admitted ? page : null
    try {
      if (!admitted) throw pageRefused(page)
      const asks = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
      if (asks && page !== null) return preflight(page, methods)
      return await answer(request, reader, rules, settings)
    } catch (error) {
      if (error instanceof Refusal) return error.toResponse(ownHeaders(reader))
      throw error
    }
  }
}

async function answer(
  request: Request,
  page: string | null,
  rules: readonly CompiledRule[],
  settings: RelaySettings,
): Promise<Response> {
  const address = allow(rules, readAddress(request, settings.prefix), request.method)
  const { response, url, body } = await forward(request, address, rules, settings)
  const headers = pageHeaders(response, page)
  if (url.href !== address.href) headers.set('x-relay-url', url.href)
  return new Response(body, { status: response.status, headers })
}

/** Origin of the page that asks; `null` where none is named. */
function readPage(request: Request): string | null {
  const origin = request.headers.get('origin')
  if (origin !== null) return origin
  return request.headers.get('sec-fetch-site') === 'same-origin' ? new URL(request.url).origin : null
}

/** Browsers say what a request is for. A document, a frame or a script from here would run with this origin's rights. */
function isFetch(request: Request): boolean {
  return (request.headers.get('sec-fetch-dest') ?? 'empty') === 'empty'
}

function admits({ pageOrigins }: RelaySettings, page: string | null): boolean {
  if (typeof pageOrigins === 'function') return pageOrigins(page)
  return page !== null && pageOrigins.includes(page)
}

function pageRefused(page: string | null): Refusal {
  const message = `This relay does not serve ${page ?? 'requests that come from no page'}.`
  return new Refusal(
    'relay-page-refused',
    message,
    'Add the origin of the page to `pageOrigins` of the relay, and use fetch.',
  )
}

function readAddress(request: Request, prefix: string): Address {
  const { pathname, search } = new URL(request.url)
  const match = pathname.startsWith(`${prefix}/`) ? /^\/([^/]+)(\/.*)?$/.exec(pathname.slice(prefix.length)) : null
  const host = match?.[1]
  if (host === undefined) {
    const hint = `Requests have the form ${prefix}/github.com/acme/shop.git/info/refs?service=git-upload-pack.`
    throw new Refusal('relay-not-found', 'There is no address to relay to.', hint)
  }
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host)) {
    const hint = 'Put host and port first, without a scheme and without user information.'
    throw new Refusal('relay-address-refused', 'The address to relay to is not a host.', hint)
  }
  return { protocol: null, host, path: `${match?.[2] ?? '/'}${search}` }
}
