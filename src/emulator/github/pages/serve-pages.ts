import { createHash } from 'node:crypto'
import { contentTypeOf } from '../../mime-type.js'
import type { Handler } from '../../serve.js'
import { requestId } from '../headers.js'
import type { Pages } from './pages.js'
import type { PagesSite } from './state.js'

/** A site, and the path within it. */
interface Found {
  readonly site: PagesSite
  /** What stands before it in the address, without a slash at the end. */
  readonly base: string
  readonly path: string
}

/**
 * Serves the sites: `<owner>.localhost/<repository>/`, `<owner>.localhost` for the owner's own, and domains by their names.
 *
 * @param cors whether pages of other origins may read them
 */
export function createPagesServer(pages: Pick<Pages, 'sites' | 'address'>, now: () => number, cors: boolean): Handler {
  return (request) => {
    const response = reply(pages, now(), request)
    // No site of Pages sets headers of its own.
    if (!cors) response.headers.delete('Access-Control-Allow-Origin')
    return response
  }
}

function reply(pages: Pick<Pages, 'sites' | 'address'>, now: number, request: Request): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method Not Allowed\n')
  const url = new URL(request.url)
  const path = decode(url.pathname)
  if (path === undefined) return plain(400, 'Bad Request\n')
  const served = pages.sites.filter((site) => site.files !== undefined && now >= site.servedFrom)
  const found = find(served, url.hostname, path)
  if (!found) return missing(undefined, request)
  const { site, base } = found
  const own = pages.address(site.repository)
  // A site with a domain of its own is found there only.
  if (site.cname !== null && own !== undefined && url.hostname !== site.cname) {
    return redirect(own.replace(/\/$/, '') + encode(found.path) + url.search)
  }
  return answer(site, base, found.path, request, url.search)
}

function find(served: readonly PagesSite[], host: string, path: string): Found | undefined {
  const named = served.find((site) => site.cname?.toLowerCase() === host.toLowerCase())
  if (named) return { site: named, base: '', path }
  const owner = /^([^.]+)\.localhost$/.exec(host)?.[1]
  const theirs = served.filter(({ repository }) => repository.owner.login.toLowerCase() === owner)
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? []
  const project = theirs.find(({ repository }) => repository.name.toLowerCase() === first.toLowerCase())
  if (project) return { site: project, base: `/${first}`, path: rest }
  const user = theirs.find(({ repository }) => repository.name.toLowerCase() === `${owner}.github.io`)
  return user && { site: user, base: '', path }
}

function answer(site: PagesSite, base: string, path: string, request: Request, search: string): Response {
  const has = (name: string): boolean => site.files?.has(name) === true
  if (path === '') return redirect(`${encode(base)}/${search}`)
  const name = path.slice(1)
  if (name === '' || name.endsWith('/')) {
    return has(`${name}index.html`) ? send(site, `${name}index.html`, request, 200) : missing(site, request)
  }
  if (has(name)) return send(site, name, request, 200)
  if (has(`${name}.html`)) return send(site, `${name}.html`, request, 200)
  if (has(`${name}/index.html`)) return redirect(`${encode(base + path)}/${search}`)
  return missing(site, request)
}

// The headers are those that https://github.io answers with.
function send(site: PagesSite, name: string, request: Request, status: number): Response {
  const bytes = site.files?.get(name) ?? new Uint8Array()
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
  const headers = new Headers({
    ...common(),
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'max-age=600',
    'Content-Type': contentTypeOf(name),
    ETag: etag,
    'Last-Modified': new Date(site.publishedAt).toUTCString(),
  })
  const known = (request.headers.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (status === 200 && known.includes(etag)) {
    headers.delete('Content-Type')
    return new Response(null, { status: 304, headers })
  }
  headers.set('Content-Length', String(bytes.length))
  return new Response(request.method === 'HEAD' ? null : bytes, { status, headers })
}

function missing(site: PagesSite | undefined, request: Request): Response {
  if (site?.files?.has('404.html')) return send(site, '404.html', request, 404)
  const page = '<!doctype html><title>Site not found</title><h1>404</h1><p>There is no GitHub Pages site here.</p>\n'
  const headers = { ...common(), 'Content-Type': 'text/html; charset=utf-8' }
  return new Response(request.method === 'HEAD' ? null : page, { status: 404, headers })
}

function redirect(location: string): Response {
  return new Response(null, { status: 301, headers: { ...common(), Location: location } })
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...common(), 'Content-Type': 'text/plain; charset=utf-8' } })
}

function common(): Record<string, string> {
  return { Server: 'GitHub.com', 'X-GitHub-Request-Id': requestId() }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path).normalize('NFC')
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
