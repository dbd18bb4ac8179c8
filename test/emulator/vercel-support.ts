import { createHash } from 'node:crypto'
import { type Accounts, createAccounts } from '../../src/emulator/accounts.js'
import { createLocalFetch } from '../../src/emulator/local-fetch.js'
import { type Served, serve } from '../../src/emulator/serve.js'
import { createVercel, type Vercel, type VercelOptions } from '../../src/emulator/vercel/vercel.js'

/** An answer whose body has been read. */
export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly json: Body
}

export interface ProjectJson {
  readonly id: string
  readonly name: string
  readonly accountId: string
  readonly lastAliasRequest: {
    readonly jobStatus: string
    readonly toDeploymentId: string
    readonly type: string
  } | null
  readonly targets: Readonly<Record<string, { readonly id: string }>>
  readonly [setting: string]: unknown
}

export interface DeploymentJson {
  readonly id: string
  readonly url: string
  readonly readyState: string
  readonly aliasAssigned: boolean
  readonly alias: readonly string[]
  readonly projectId: string
  readonly readySubstate?: string
  readonly errorCode?: string
  readonly errorMessage: string | null
  readonly aliasError: { readonly code: string } | null
  readonly [member: string]: unknown
}

export interface ErrorJson {
  readonly error: { readonly code: string; readonly message: string; readonly [more: string]: unknown }
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** An emulated Vercel over HTTP, on a clock that only moves when it is told to. */
export interface VercelBench {
  readonly vercel: Vercel
  readonly accounts: Accounts
  readonly apiUrl: string
  readonly sitesUrl: string
  readonly fetch: typeof fetch
  /** Moves the clock on by so many milliseconds. */
  advance(milliseconds: number): void
  call<Body = ErrorJson>(
    method: string,
    path: string,
    body?: unknown,
    options?: { token?: string | null; headers?: Record<string, string> },
  ): Promise<Answer<Body>>
  createProject(name: string, more?: Record<string, unknown>): Promise<ProjectJson>
  /** Deploys files inline, to the end. */
  deploy(name: string, files: Files, more?: Record<string, unknown>, query?: string): Promise<DeploymentJson>
  /** Asks for a page of a site by its host. */
  visit(host: string, path?: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

export function sha1(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex')
}

export function inline(files: Files): unknown[] {
  return Object.entries(files).map(([file, content]) => {
    return { file, data: Buffer.from(content).toString('base64'), encoding: 'base64' }
  })
}

export async function startVercel(
  options: Omit<VercelOptions, 'accounts' | 'sitesUrl' | 'now'> = {},
): Promise<VercelBench> {
  let time = Date.UTC(2026, 0, 1)
  const accounts = createAccounts()
  const vercel = createVercel({ ...options, accounts, sitesUrl: () => sites.url, now: () => time })
  const sites: Served = await serve(vercel.sites, { isName: vercel.isDomain })
  const api = await serve(vercel.api)
  const localFetch = createLocalFetch()

  const call: VercelBench['call'] = async (method, path, body, { token, headers } = {}) => {
    const authorization = token === null ? {} : { Authorization: `Bearer ${token ?? accounts.credentials.owner.token}` }
    const isUpload = body instanceof Uint8Array
    const type = isUpload ? 'application/octet-stream' : 'application/json'
    const response = await fetch(api.url + path, {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'Content-Type': type }), ...headers },
      ...(body === undefined ? {} : { body: isUpload ? new Blob([new Uint8Array(body)]) : asText(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined }
  }

  return {
    vercel,
    accounts,
    apiUrl: api.url,
    sitesUrl: sites.url,
    fetch: localFetch,
    advance: (milliseconds) => {
      time += milliseconds
    },
    call,
    createProject: async (name, more = {}) =>
      (await call<ProjectJson>('POST', '/v11/projects', { name, ...more })).json,
    deploy: async (name, files, more = {}, query = '?skipAutoDetectionConfirmation=1') => {
      const body = { name, files: inline(files), ...more }
      const { json } = await call<DeploymentJson>('POST', `/v13/deployments${query}`, body)
      if (!json.id) throw new Error(JSON.stringify(json))
      time += 10_000
      return (await call<DeploymentJson>('GET', `/v13/deployments/${json.id}`)).json
    },
    visit: (host, path = '/', init = {}) => localFetch(`http://${host}${path}`, { redirect: 'manual', ...init }),
    close: async () => {
      await api.close()
      await sites.close()
      await vercel.close()
    },
  }
}

// A string is sent as it is, to be able to send what is not JSON.
function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
