import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type Fault,
  type FaultKind,
} from '../../src/emulator/index.js'
import { sha1 } from './netlify-support.js'

/** What a client got for a request: an answer that it could read, one that broke off, or none. */
export type Outcome =
  | { readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly status: number; readonly headers: Headers; readonly error: unknown }
  | { readonly error: unknown }

/** An emulator with a client of each provider, over HTTP/1.1. */
export interface FaultBench {
  readonly emulator: Emulator
  /** Sends with the owner's token. */
  ask(url: string, method?: string, body?: string | object, signal?: AbortSignal): Promise<Outcome>
  /** Makes a site with one page, served at the address that is given back. */
  publish(name: string): Promise<string>
  /** Makes an empty repository at the emulated GitHub, and gives back its address for git with the token inside. */
  repository(name: string): Promise<string>
  /** What was sent and came of it, in short: `PUT /path 200 slow`. */
  log(): string[]
}

export async function startFaultBench(options: EmulatorOptions = {}): Promise<FaultBench> {
  const netlify = { delays: { processing: 0, processed: 0, ready: 0 }, ...options.netlify }
  const emulator = await createEmulator({ ...options, netlify })

  const ask: FaultBench['ask'] = async (url, method = 'GET', body, signal = AbortSignal.timeout(20_000)) => {
    const isGit = url.startsWith(emulator.git.url)
    const basic = `Basic ${Buffer.from(`owner:${emulator.token}`).toString('base64')}`
    const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json'
    let response: Response
    try {
      response = await emulator.fetch(url, {
        method,
        signal,
        headers: {
          Authorization: isGit ? basic : `Bearer ${emulator.token}`,
          ...(url.startsWith(emulator.relay.url) ? { Origin: 'http://localhost:5173' } : {}),
          ...(body === undefined ? {} : { 'Content-Type': type }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
    } catch (error) {
      return { error }
    }
    const { status, headers } = response
    try {
      return { status, headers, text: await response.text() }
    } catch (error) {
      return { status, headers, error }
    }
  }

  const json = async (method: string, path: string, body: string | object): Promise<Record<string, string>> => {
    return JSON.parse(textOf(await ask(emulator.netlify.url + path, method, body))) as Record<string, string>
  }

  return {
    emulator,
    ask,
    publish: async (name) => {
      const site = await json('POST', '/sites', { name })
      const deploy = await json('POST', `/sites/${site.id}/deploys`, { files: { 'index.html': sha1(name) } })
      await json('PUT', `/deploys/${deploy.id}/files/index.html`, name)
      return site.url ?? ''
    },
    repository: async (name) => {
      await emulator.github.state.create(emulator.accounts.owner, name)
      const url = new URL(`${emulator.git.url}/owner/${name}.git`)
      url.username = 'owner'
      url.password = emulator.token
      return url.href
    },
    log: () => emulator.requests.map(({ method, path, status, fault }) => `${method} ${path} ${status} ${fault}`),
  }
}

/** The body of an answer that came whole. */
export function textOf(outcome: Outcome): string {
  if ('text' in outcome) return outcome.text
  throw outcome.error
}

/** Every kind, in the form that needs nothing further said. */
export const plainFaults: Readonly<Record<FaultKind, Fault>> = {
  refuse: { kind: 'refuse' },
  'reset-before': { kind: 'reset-before' },
  'reset-after': { kind: 'reset-after' },
  status: { kind: 'status', status: 503 },
  slow: { kind: 'slow', milliseconds: 1 },
  truncate: { kind: 'truncate' },
  'malformed-json': { kind: 'malformed-json' },
  html: { kind: 'html' },
  'expired-token': { kind: 'expired-token' },
  'clock-skew': { kind: 'clock-skew', by: 3_600_000 },
}
