import { type Accounts, createAccounts } from '../../src/emulator/accounts.js'
import { createNeon, type Neon, type NeonOptions } from '../../src/emulator/neon/neon.js'
import { serve } from '../../src/emulator/serve.js'

/** An answer whose body has been read. */
export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly json: Body
}

export interface ErrorJson {
  readonly request_id: string
  readonly code: string
  readonly message: string
}

export interface OperationJson {
  readonly id: string
  readonly action: string
  readonly status: string
  readonly branch_id?: string
  readonly endpoint_id?: string
  readonly failures_count: number
  readonly error?: string
  readonly total_duration_ms: number
}

export interface BranchJson {
  readonly id: string
  readonly name: string
  readonly parent_id?: string
  readonly parent_timestamp?: string
  readonly current_state: string
  readonly pending_state?: string
  readonly default: boolean
  readonly [member: string]: unknown
}

export interface EndpointJson {
  readonly id: string
  readonly host: string
  readonly type: string
  readonly branch_id: string
  readonly current_state: string
  readonly pending_state?: string
  readonly [member: string]: unknown
}

export interface RoleJson {
  readonly name: string
  readonly password?: string
}

/** What the answers to writes have, each some of it. */
export interface Made {
  readonly project: { readonly id: string; readonly name: string; readonly [member: string]: unknown }
  readonly branch: BranchJson
  readonly endpoint: EndpointJson
  readonly endpoints: readonly EndpointJson[]
  readonly operations: readonly OperationJson[]
  readonly roles: readonly RoleJson[]
  readonly role: RoleJson
  readonly databases: readonly { readonly id: number; readonly name: string; readonly owner_name: string }[]
  readonly database: { readonly name: string; readonly owner_name: string }
  readonly snapshot: { readonly id: string; readonly name: string }
  readonly connection_uris: readonly {
    readonly connection_uri: string
    readonly connection_parameters: Readonly<Record<string, string>>
  }[]
}

/** An emulated Neon over HTTP, on a clock that only moves when it is told to. */
export interface NeonBench {
  readonly neon: Neon
  readonly accounts: Accounts
  readonly url: string
  /** The organization that is the owner's own account. */
  readonly organization: string
  now(): number
  /** Moves the clock on by so many milliseconds. */
  advance(milliseconds: number): void
  call<Body = Made>(
    method: string,
    path: string,
    body?: unknown,
    options?: { token?: string | null; headers?: Record<string, string> },
  ): Promise<Answer<Body>>
  /** Makes a project, and waits until it is ready. */
  project(wish?: Record<string, unknown>): Promise<Made>
  /** Writes, and waits until that has been carried out. */
  done(method: string, path: string, body?: unknown): Promise<Answer<Made>>
  close(): Promise<void>
}

/** Where the clock stands at first. */
export const start: number = Date.UTC(2026, 0, 15, 10, 30)

export async function startNeon(options: Omit<NeonOptions, 'accounts' | 'now'> = {}): Promise<NeonBench> {
  let time = start
  const accounts = createAccounts()
  const neon = createNeon({ ...options, accounts, now: () => time })
  const served = await serve(neon.api)
  const call: NeonBench['call'] = async (method, path, body, { token, headers } = {}) => {
    const authorization = token === null ? {} : { Authorization: `Bearer ${token ?? accounts.credentials.owner.token}` }
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const response = await fetch(`${served.url}/api/v2${path}`, {
      method,
      headers: { ...authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined }
  }
  const done: NeonBench['done'] = async (method, path, body) => {
    const answer = await call<Made>(method, path, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.json))
    time += 1000
    return answer
  }
  const organization = [...neon.state.organizations.values()][0]?.id ?? ''
  return {
    neon,
    accounts,
    url: served.url,
    organization,
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds
    },
    call,
    done,
    project: async (wish = {}) => {
      return (await done('POST', '/projects', { project: { name: 'shop', org_id: organization, ...wish } })).json
    },
    close: served.close,
  }
}

/** A time as Neon tells it. */
export function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** Operations in short: `start_compute running`. */
export function shown(operations: readonly OperationJson[]): string[] {
  return operations.map(({ action, status }) => `${action} ${status}`)
}

export function names(list: readonly { readonly name: string }[]): string[] {
  return list.map(({ name }) => name)
}
