import type { EmulatorStateView } from '../../src/emulator/dashboard/state-view.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { digests, type Files } from './netlify-support.js'

/** An emulator, on a clock that only moves when it is told to. */
export interface DashboardBench {
  readonly emulator: Emulator
  /** The dashboard's origin and its token: `emulator.url` has both. */
  readonly origin: string
  readonly token: string
  advance(milliseconds: number): void
  /** Asks the dashboard with its token. */
  ask(path: string, init?: RequestInit): Promise<Response>
  state(): Promise<EmulatorStateView>
  /** Asks a provider's API as its owner. */
  call<Body>(url: string, method?: string, body?: unknown): Promise<Body>
  /** Makes a site at Netlify and begins a deploy, whose files are still to be uploaded. */
  beginDeploy(
    name: string,
    files: Files,
    more?: { readonly draft?: boolean; readonly branch?: string },
    title?: string,
  ): Promise<{ readonly siteId: string; readonly id: string }>
  upload(deployId: string, path: string, content: string): Promise<void>
  close(): Promise<void>
}

export async function startDashboard(): Promise<DashboardBench> {
  let time = Date.UTC(2026, 0, 1)
  const emulator = await createEmulator({ clock: { now: () => time } })
  const [origin = '', token = ''] = emulator.url.split('/#token=')
  const authorization = { Authorization: `Bearer ${emulator.token}` }
  const ask: DashboardBench['ask'] = (path, { headers, ...init } = {}) => {
    return fetch(origin + path, { ...init, headers: { Authorization: `Bearer ${token}`, ...headers } })
  }
  const call: DashboardBench['call'] = async (url, method = 'GET', body) => {
    const headers = { ...authorization, 'Content-Type': 'application/json' }
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return await response.json()
  }
  return {
    emulator,
    origin,
    token,
    advance: (milliseconds) => {
      time += milliseconds
    },
    ask,
    state: async () => (await ask('/state')).json(),
    call,
    beginDeploy: async (name, files, more = {}, title = '') => {
      const api = emulator.netlify.url
      const query = title === '' ? '' : `?title=${encodeURIComponent(title)}`
      const site = await call<{ id: string }>(`${api}/sites`, 'POST', { name })
      const deploy = await call<{ id: string }>(`${api}/sites/${site.id}/deploys${query}`, 'POST', more)
      await call(`${api}/sites/${site.id}/deploys/${deploy.id}`, 'PUT', { files: digests(files) })
      return { siteId: site.id, id: deploy.id }
    },
    upload: async (deployId, path, content) => {
      const headers = { ...authorization, 'Content-Type': 'application/octet-stream' }
      const url = `${emulator.netlify.url}/deploys/${deployId}/files/${path}`
      const response = await fetch(url, { method: 'PUT', headers, body: content })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    },
    close: emulator.close,
  }
}
