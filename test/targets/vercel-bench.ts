import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js'
import type { Target } from '../../src/spec/target.js'
import { type VercelOptions, vercel } from '../../src/targets/vercel.js'
import { hurriedClock } from '../support/hurried-clock.js'
import type { SeenRequest } from '../support/watched-fetch.js'
import type { RemoteDeployment, TargetBench, TokenKind } from './conformance.js'

type EmulatedDeployment =
  Emulator['vercel']['state']['deployments'] extends ReadonlyMap<string, infer Value> ? Value : never

/** The emulated Vercel for tests of its target. */
export interface VercelBench extends TargetBench {
  readonly emulator: Emulator
  /** The deployments of a project as the emulator keeps them, oldest first. */
  found(project: string): EmulatedDeployment[]
  /** The target with options of its own. */
  targetWith(options: Partial<VercelOptions> & Pick<VercelOptions, 'project'>): Target
  /** Asks the API as the owner. */
  call(method: string, path: string, json?: unknown): Promise<Response>
}

export async function startVercelBench(options: EmulatorOptions['vercel'] = {}): Promise<VercelBench> {
  const clock = hurriedClock()
  // Time stands still here while nobody sleeps, so a minute would never be over.
  const limits = { requestsPerMinute: 1_000_000 }
  const emulator = await createEmulator({ clock, vercel: { limits, ...options } })
  const tokens: Record<TokenKind, string> = {
    owner: emulator.token,
    wrong: 'not-a-token-that-anyone-gave',
    powerless: emulator.otherTokens.powerless,
  }
  const targetWith: VercelBench['targetWith'] = (options) =>
    vercel({ auth: tokens.owner, apiUrl: emulator.vercel.url, upload: 'digest', ...options })
  const call: VercelBench['call'] = (method, path, json) =>
    emulator.fetch(emulator.vercel.url + path, {
      method,
      headers: { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
  const found = (project: string): EmulatedDeployment[] =>
    [...emulator.vercel.state.deployments.values()].filter((deployment) => deployment.project.name === project)
  return {
    emulator,
    fetch: emulator.fetch,
    clock,
    found,
    call,
    targetWith,
    target: (project, token = 'owner', name?) =>
      targetWith({ auth: tokens[token], project, ...(name !== undefined && { name }) }),
    takeName: () => Promise.reject(new Error('every account of Vercel has names of its own')),
    removeSite: async (name) => {
      await call('DELETE', `/v9/projects/${name}`)
    },
    countSites: (name) => [...emulator.vercel.state.projects.values()].filter((one) => one.name === name).length,
    deployments: (name) => found(name).map(remote),
    isUpload,
    close: () => emulator.close(),
  }
}

export function isUpload({ method, url }: SeenRequest): boolean {
  return method === 'POST' && url.pathname === '/v2/files'
}

function remote({ id, readyState, aliasAssignedAt }: EmulatedDeployment): RemoteDeployment {
  if (readyState === 'READY') return { id, state: aliasAssignedAt === undefined ? 'under-way' : 'live' }
  return { id, state: ['ERROR', 'CANCELED', 'BLOCKED'].includes(readyState) ? 'failed' : 'under-way' }
}
