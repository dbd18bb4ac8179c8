import { randomUUID } from 'node:crypto'
import { mimeTypeOf } from '../mime-type.js'
import { ConnectionReset, type Handler } from '../serve.js'
import type { NetlifyWorld } from './call.js'
import { domainsOf, isLed } from './domains.js'
import { passwordPage } from './drop.js'
import { createFunctionServer } from './functions/serve-functions.js'
import { productionLabel, servedAt } from './propagation.js'
import { findFile } from './sites-files.js'
import { type HeaderRule, headersFor, parseHeaders } from './sites-headers.js'
import { matchRedirect, parseRedirects, type RedirectRule } from './sites-redirects.js'
import { contentsOf, type NetlifyDeploy, type NetlifySite, type NetlifyState } from './state.js'

/** The published sites, and what runs for them. */
export interface NetlifySites {
  readonly handler: Handler
  /** Ends the processes of functions. */
  close(): Promise<void>
}

interface Rules {
  readonly redirects: readonly RedirectRule[]
  readonly headers: readonly HeaderRule[]
}

/**
 * Makes the handler that serves the published sites, told apart by the host of the request: `<site>.localhost` for production,
 * `<deploy>--<site>.localhost` and `<branch>--<site>.localhost` for one deploy. It sends no CORS headers but those that a site's
 * own `_headers` asks for.
 */
export function createNetlifySites(world: NetlifyWorld): NetlifySites {
  const functions = createFunctionServer(world)
  const rulesOf = new WeakMap<NetlifyDeploy, Rules>()

  const handler: Handler = (request) => {
    world.machine.settle()
    const url = new URL(request.url)
    const own = [...world.state.sites.values()].find((site) => domainsOf(site).includes(url.hostname))
    if (own && !isLed(url.hostname, own, world)) throw new ConnectionReset()
    const primary = own?.settings.custom_domain as string | undefined
    const isAlias = ((own?.settings.domain_aliases ?? []) as readonly string[]).includes(url.hostname)
    if (own && primary !== undefined && url.hostname !== primary && !isAlias) {
      return redirect(301, `${url.origin.replace(url.hostname, primary)}${url.pathname}${url.search}`)
    }
    const deploy = own ? liveOf(own, world) : findDeploy(world, url.hostname)
    const path = decodePath(url.pathname)
    if (!deploy || path === undefined) return unknown(path === undefined ? 400 : 404)
    if (deploy.site.drop?.isProtected) return passwordPage()
    const rules = rulesOf.get(deploy) ?? readRules(world.state, deploy)
    rulesOf.set(deploy, rules)
    const hasFile = findFile(deploy.files ?? new Map(), path) !== undefined
    const called = functions.find(deploy, path, request.method, hasFile)
    if (called !== undefined) return functions.answer(deploy, called, request, url.pathname + url.search)
    return respond(deploy, rules, request, url, path)
  }
  return { handler, close: functions.close }

  function respond(
    deploy: NetlifyDeploy,
    rules: Rules,
    request: Request,
    url: URL,
    path: string,
  ): Response | Promise<Response> {
    const files = deploy.files ?? new Map<string, string>()
    const found = findFile(files, path)
    const match = matchRedirect(rules.redirects, url, path)
    if (match && (match.rule.force || !found)) {
      const { status } = match.rule
      if (status >= 300 && status < 400) return redirect(status, match.to)
      // A rewrite to another host would be a request into the internet.
      if (!match.to.startsWith('/')) return unknown(501)
      const rewritten = new URL(match.to, url)
      const called = functions.find(deploy, rewritten.pathname, request.method, false)
      if (called !== undefined) return functions.answer(deploy, called, request, url.pathname + rewritten.search)
      const target = findFile(files, decodePath(new URL(match.to, url).pathname) ?? '/')
      const file = target && ('file' in target ? target.file : `${target.redirect.slice(1)}index.html`)
      if (file !== undefined && files.has(file)) return send(deploy, rules, request, path, file, status)
    } else if (found) {
      return 'file' in found
        ? send(deploy, rules, request, path, found.file, 200)
        : redirect(301, encodePath(found.redirect) + url.search)
    }
    if (!isRead(request)) return notAllowed()
    if (files.has('404.html')) return send(deploy, rules, request, path, '404.html', 404)
    return new Response('<!doctype html><title>Page not found</title><h1>Page not found</h1>\n', {
      status: 404,
      headers: { 'Content-Type': 'text/html; charset=utf-8', Server: 'Netlify' },
    })
  }

  function send(
    deploy: NetlifyDeploy,
    rules: Rules,
    request: Request,
    path: string,
    file: string,
    status: number,
  ): Response {
    if (!isRead(request)) return notAllowed()
    const sha1 = deploy.files?.get(file) ?? ''
    const bytes = contentsOf(world.state, deploy.site.account).get(sha1) ?? new Uint8Array()
    const etag = `"${sha1}"`
    const headers = new Headers({
      'Cache-Control': 'public,max-age=0,must-revalidate',
      'Content-Type': contentType(file),
      ETag: etag,
      Server: 'Netlify',
      'X-Nf-Request-Id': randomUUID(),
    })
    for (const [name, value] of headersFor(rules.headers, path)) headers.set(name, value)
    const known = (request.headers.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (status === 200 && known.includes(etag)) {
      headers.delete('Content-Type')
      return new Response(null, { status: 304, headers })
    }
    headers.set('Content-Length', String(bytes.length))
    return new Response(request.method === 'HEAD' ? null : bytes, { status, headers })
  }
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

function notAllowed(): Response {
  return new Response('Method Not Allowed\n', { status: 405, headers: { Allow: 'GET, HEAD' } })
}

/** What the production address of a site serves now. */
function liveOf(site: NetlifySite, world: NetlifyWorld): NetlifyDeploy | undefined {
  return isUp(site, world) ? servedAt(site, productionLabel, site.published, world.clock.now()) : undefined
}

function isUp({ createdAt }: NetlifySite, { clock, delays }: NetlifyWorld): boolean {
  return clock.now() >= createdAt + delays.site
}

function findDeploy(world: NetlifyWorld, hostname: string): NetlifyDeploy | undefined {
  const { state, clock } = world
  const label = /^([^.]+)\.localhost$/.exec(hostname)?.[1]
  if (label === undefined) return undefined
  for (const site of state.sites.values()) {
    if (site.name === label || site.id === label) return liveOf(site, world)
    if (!label.endsWith(`--${site.name}`) || !isUp(site, world)) continue
    const own = label.slice(0, -site.name.length - 2)
    const deploy = state.deploys.get(own)
    const target = deploy?.site === site && deploy.state === 'ready' ? deploy : site.branches.get(own)
    if (deploy?.site === site || target) return servedAt(site, own, target, clock.now())
    if (own === 'main') return liveOf(site, world)
  }
  return undefined
}

function readRules(state: NetlifyState, deploy: NetlifyDeploy): Rules {
  const read = (file: string): string => {
    const bytes = contentsOf(state, deploy.site.account).get(deploy.files?.get(file) ?? '')
    return new TextDecoder().decode(bytes)
  }
  return { redirects: parseRedirects(read('_redirects')), headers: parseHeaders(read('_headers')) }
}

function contentType(file: string): string {
  const type = mimeTypeOf(file)
  return /^text\/|javascript$/.test(type) ? `${type}; charset=UTF-8` : type
}

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { Location: location, Server: 'Netlify' } })
}

function unknown(status: number): Response {
  return new Response(`Not Found - Request ID: ${randomUUID()}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', Server: 'Netlify' },
  })
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).normalize('NFC')
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
