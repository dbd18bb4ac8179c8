import { ownHeaders } from '../../relay/headers.js'
import { anyOrigin } from '../cross-origin.js'
import { githubVoice } from '../github/voice.js'
import { gitlabVoice } from '../gitlab/voice.js'
import { neonVoice } from '../neon/voice.js'
import type { NetlifyCors } from '../netlify/headers.js'
import { netlifyVoice } from '../netlify/voice.js'
import type { VercelCors } from '../vercel/headers.js'
import { vercelVoice } from '../vercel/voice.js'
import type { EmulatedProvider } from './rules.js'
import { htmlType, reason, type Voice } from './voice.js'

type Send = (request: Request, status: number, type: string, body: string) => Response

const text = 'text/plain; charset=utf-8'

/** Whose answers pages may read, of those where that can be chosen. */
export interface ReadableApis {
  readonly netlify: NetlifyCors
  readonly vercel: VercelCors
  /** @default true */
  readonly gitlab?: boolean
  /** @default false */
  readonly neon?: boolean
  /** @default true */
  readonly dns?: boolean
}

/** Makes the voices of all providers. */
export function createVoices(cors: ReadableApis): Readonly<Record<EmulatedProvider, Voice>> {
  const { dns = true } = cors
  return {
    netlify: netlifyVoice(cors.netlify),
    github: githubVoice,
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
    gitlab: gitlabVoice(cors.gitlab ?? true),
    dns: withText((_, status, type, body) => {
      return new Response(body, { status, headers: { ...(dns && anyOrigin), 'Content-Type': type } })
    }, 'Unauthorized'),
    vercel: vercelVoice(cors.vercel),
    neon: neonVoice(cors.neon ?? false),
  }
}

function withText(send: Send, refusal: string): Voice {
  return {
    problem: (request, status) => send(request, status, text, reason(status)),
    page: (request, status, body) => send(request, status, htmlType, body),
    tokenRefused: (request) => send(request, 401, text, refusal),
  }
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
