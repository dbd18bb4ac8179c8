import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { ownHeaders } from '../../relay/headers.js'
import { respond } from '../github/headers.js'
import { respond as respondAsGitlab } from '../gitlab/headers.js'
import type { EmulatedProvider } from './rules.js'

/** How a provider answers when something is wrong, with the headers that let pages read it. */
export interface Voice {
  /** An error of its own. */
  problem(request: Request, status: number): Response
  /** A page of somebody between the client and it. */
  page(request: Request, status: number, html: string): Response
  /** The refusal of a token that it does not know any more. */
  tokenRefused(request: Request): Response
}

type Send = (request: Request, status: number, type: string, body: string) => Response

const json = 'application/json; charset=utf-8'
const text = 'text/plain; charset=utf-8'
const html = 'text/html; charset=utf-8'

/** Whose answers pages may read, of those where it is not known. */
export interface ReadableApis {
  readonly netlify: boolean
  readonly vercel: boolean
  /** @default true */
  readonly gitlab?: boolean
  /** @default false */
  readonly neon?: boolean
}

/** Makes the voices of all providers. */
export function createVoices(cors: ReadableApis): Readonly<Record<EmulatedProvider, Voice>> {
  return {
    netlify: netlify(cors.netlify ? { 'Access-Control-Allow-Origin': '*' } : {}),
    github,
    git: withText((_, status, type, body) => {
      const realm: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Basic realm="GitHub"' } : {}
      return new Response(body, { status, headers: { ...realm, 'Content-Type': type } })
    }, 'Invalid username or token. Password authentication is not supported for Git operations.'),
    sites: withText((_, status, type, body) => {
      return new Response(body, { status, headers: { 'Content-Type': type, Server: 'Netlify' } })
    }, 'This site is protected by a password.'),
    relay: withText((request, status, type, body) => {
      const headers = ownHeaders(request.headers.get('Origin'))
      headers.set('Content-Type', type)
      return new Response(body, { status, headers })
    }, 'Unauthorized'),
    gitlab: gitlab(cors.gitlab ?? true),
    dns: withText((_, status, type, body) => {
      return new Response(body, { status, headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': type } })
    }, 'Unauthorized'),
    vercel: vercel(cors.vercel ? { 'Access-Control-Allow-Origin': '*' } : {}),
    neon: neon(cors.neon ? { 'Access-Control-Allow-Origin': '*' } : {}),
  }
}

function netlify(cors: Readonly<Record<string, string>>): Voice {
  const send: Send = (_, status, type, body) => {
    return new Response(body, { status, headers: { ...cors, 'Content-Type': type } })
  }
  const say = (request: Request, status: number, message: string): Response => {
    return send(request, status, json, JSON.stringify({ code: status, message }))
  }
  return {
    problem: (request, status) => say(request, status, status === 429 ? 'API rate limit exceeded' : reason(status)),
    page: (request, status, body) => send(request, status, html, body),
    tokenRefused: (request) => say(request, 401, 'Access Denied'),
  }
}

function vercel(cors: Readonly<Record<string, string>>): Voice {
  const send: Send = (_, status, type, body) => {
    return new Response(body, { status, headers: { ...cors, 'Content-Type': type } })
  }
  const say = (request: Request, status: number, code: string, message: string, more = {}): Response => {
    return send(request, status, json, JSON.stringify({ error: { code, message, ...more } }))
  }
  const codes: Readonly<Record<number, string>> = { 429: 'rate_limited', 500: 'internal_server_error' }
  return {
    problem: (request, status) => {
      const code = codes[status] ?? reason(status).toLowerCase().replaceAll(' ', '_')
      return say(request, status, code, status === 429 ? 'Too many requests' : reason(status))
    },
    page: (request, status, body) => send(request, status, html, body),
    tokenRefused: (request) => say(request, 403, 'forbidden', 'Not authorized', { invalidToken: true }),
  }
}

function neon(cors: Readonly<Record<string, string>>): Voice {
  const send: Send = (_, status, type, body) => {
    return new Response(body, { status, headers: { ...cors, 'Content-Type': type } })
  }
  const say = (request: Request, status: number, message: string): Response => {
    const requestId = request.headers.get('X-Request-ID') || randomUUID()
    return send(request, status, 'application/json', JSON.stringify({ request_id: requestId, code: '', message }))
  }
  return {
    problem: (request, status) => {
      return say(request, status, status === 429 ? 'too many requests' : reason(status).toLowerCase())
    },
    page: (request, status, body) => send(request, status, html, body),
    tokenRefused: (request) => say(request, 401, 'supplied credentials do not pass authentication'),
  }
}

const secondaryLimit = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

const github: Voice = {
  problem: (request, status) => sayGithub(request, status, status === 429 ? secondaryLimit : reason(status)),
  page: (request, status, body) => respond(request, { status, body, headers: { 'Content-Type': html } }, false),
  tokenRefused: (request) => sayGithub(request, 401, 'Bad credentials'),
}

function sayGithub(request: Request, status: number, message: string): Response {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }
  return respond(request, { status, body }, false)
}

/** Its API and its git are served at one origin, and only the API lets pages read. */
function gitlab(cors: boolean): Voice {
  const send: Send = (request, status, type, body) => {
    if (isGitlabApi(request)) return respondAsGitlab(request, { status, body, headers: { 'Content-Type': type } }, cors)
    return new Response(body, { status, headers: { 'Content-Type': type } })
  }
  const say = (request: Request, status: number, message: string): Response => {
    if (isGitlabApi(request)) return respondAsGitlab(request, { status, body: { message } }, cors)
    return send(request, status, text, message)
  }
  return {
    problem: (request, status) =>
      status === 429
        ? send(request, status, text, 'Retry later\n')
        : say(request, status, `${status} ${reason(status)}`),
    page: (request, status, body) => send(request, status, html, body),
    tokenRefused: (request) => say(request, 401, '401 Unauthorized'),
  }
}

const isGitlabApi = (request: Request): boolean => new URL(request.url).pathname.startsWith('/api/')

function withText(send: Send, refusal: string): Voice {
  return {
    problem: (request, status) => send(request, status, text, reason(status)),
    page: (request, status, body) => send(request, status, html, body),
    tokenRefused: (request) => send(request, 401, text, refusal),
  }
}

function reason(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown Error'
}

/** What a gateway says of a server that it can't reach. */
export function gatewayPage(status: number): string {
  const title = `${status} ${reason(status)}`
  return `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
}

/** What a network says to those who have not signed in to it. */
export const portalPage = `<!doctype html>
<html><head><title>Sign in to the network</title></head>
<body><h1>Sign in to the network</h1><form method="post"><input name="code"><button>Connect</button></form></body></html>
`
