import { createHash } from 'node:crypto'
import { type Accounts, createAccounts } from '../../src/emulator/accounts.js'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { createNetlify, type Netlify, type NetlifyOptions } from '../../src/emulator/netlify/netlify.js'
import { type Served, serve } from '../../src/emulator/serve.js'

/** An answer whose body has been read. */
export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly json: Body
}

export interface SiteJson {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly account_slug: string
  readonly custom_domain?: string
  readonly published_deploy?: DeployJson
}

export interface DeployJson {
  readonly id: string
  readonly state: string
  readonly draft: boolean
  readonly required?: string[]
  readonly deploy_ssl_url: string
  readonly published_at?: string
  readonly error_message?: string
  readonly locked: boolean
}

export interface ErrorJson {
  readonly code?: number
  readonly message?: string
  readonly errors?: Record<string, string[]>
}

export interface CallOptions {
  readonly token?: string | null
  readonly headers?: Record<string, string>
}

/** An emulated Netlify over HTTP, on a clock that only moves when it is told to. */
export interface NetlifyBench {
  readonly netlify: Netlify
  readonly accounts: Accounts
  readonly apiUrl: string
  readonly fetch: typeof fetch
  /** Moves the clock on by so many milliseconds. */
  advance(milliseconds: number): void
  call<Body = ErrorJson>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>>
  createSite(name: string): Promise<SiteJson>
  /** Deploys files as a client does, to the end. */
  deploy(site: SiteJson, files: Files, options?: Record<string, unknown>): Promise<DeployJson>
  close(): Promise<void>
}

export type Files = Readonly<Record<string, string>>

export function sha1(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex')
}

export function digests(files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha1(content)]))
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

export async function startNetlify(options: Omit<NetlifyOptions, 'accounts' | 'address'> = {}): Promise<NetlifyBench> {
  let time = Date.UTC(2026, 0, 1)
  const accounts = createAccounts()
  const address = (label: string): string => sites.url.replace('127.0.0.1', `${label}.localhost`)
  const netlify = createNetlify({ clock: { now: () => time }, ...options, accounts, address })
  const sites: Served = await serve(netlify.sites)
  const api = await serve(netlify.api)
  const localFetch = createLocalFetch()

  async function call<Body>(method: string, path: string, body?: unknown, { token, headers }: CallOptions = {}) {
    const authorization = token === null ? {} : { Authorization: `Bearer ${token ?? accounts.credentials.owner.token}` }
    const isUpload = body instanceof Uint8Array
    const type = isUpload ? 'application/octet-stream' : 'application/json'
    const response = await fetch(`${api.url}/api/v1${path}`, {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'Content-Type': type }), ...headers },
      ...(body === undefined ? {} : { body: isUpload ? new Blob([new Uint8Array(body)]) : asText(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: (text ? JSON.parse(text) : undefined) as Body }
  }

  async function deploy(site: SiteJson, files: Files, more: Record<string, unknown> = {}): Promise<DeployJson> {
    const created = await call<DeployJson>('POST', `/sites/${site.id}/deploys`, more)
    const path = `/sites/${site.id}/deploys/${created.json.id}`
    const { json } = await call<DeployJson>('PUT', path, { files: digests(files) })
    for (const required of json.required ?? []) {
      const [name = '', content] = Object.entries(files).find(([, text]) => sha1(text) === required) ?? []
      await call('PUT', `/deploys/${json.id}/files/${encodePath(name)}`, new TextEncoder().encode(content))
    }
    time += 10_000
    return (await call<DeployJson>('GET', path)).json
  }

  return {
    netlify,
    accounts,
    apiUrl: api.url,
    fetch: localFetch,
    advance: (milliseconds) => {
      time += milliseconds
    },
    call,
    createSite: async (name) => (await call<SiteJson>('POST', '/sites', { name })).json,
    deploy,
    close: async () => {
      await api.close()
      await sites.close()
      await netlify.close()
    },
  }
}

// A string is sent as it is, to be able to send what is not JSON.
function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
