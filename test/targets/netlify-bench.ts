import { createEmulator, type Emulator, type EmulatorOptions, type NetlifyDeploy } from '../../src/emulator/index.js'
import type { Target } from '../../src/spec/target.js'
import { netlify } from '../../src/targets/netlify.js'
import { hurriedClock } from '../support/hurried-clock.js'
import type { SeenRequest } from '../support/watched-fetch.js'
import type { RemoteDeployment, TargetBench, TokenKind } from './conformance.js'

/** The emulated Netlify for tests of its target. */
export interface NetlifyBench extends TargetBench {
  readonly emulator: Emulator
  /** The deploys of a site as the emulator keeps them, oldest first. */
  deploys(site: string): NetlifyDeploy[]
}

export async function startNetlifyBench(options: EmulatorOptions['netlify'] = {}): Promise<NetlifyBench> {
  const clock = hurriedClock()
  // Time stands still here while nobody sleeps, so a minute would never be over.
  const limits = { requestsPerMinute: 1_000_000 }
  const emulator = await createEmulator({ clock, netlify: { limits, ...options } })
  const tokens: Record<TokenKind, string> = {
    owner: emulator.token,
    wrong: 'not-a-token-that-anyone-gave',
    powerless: emulator.otherTokens.powerless,
  }
  const target = (site: string, token: TokenKind = 'owner', name?: string): Target =>
    netlify({ auth: tokens[token], site, apiUrl: emulator.netlify.url, ...(name !== undefined && { name }) })
  const deploys = (site: string): NetlifyDeploy[] =>
    [...emulator.netlify.state.deploys.values()].filter((deploy) => deploy.site.name === site)
  return {
    emulator,
    fetch: emulator.fetch,
    clock,
    deploys,
    target,
    takeName: async (name) => {
      await emulator.fetch(`${emulator.netlify.url}/sites`, {
        method: 'POST',
        headers: { authorization: `Bearer ${emulator.otherTokens.stranger}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      })
    },
    removeSite: async (name) => {
      const { sites } = emulator.netlify.state
      const site = [...sites.values()].find((one) => one.name === name)
      const headers = { authorization: `Bearer ${emulator.token}` }
      await emulator.fetch(`${emulator.netlify.url}/sites/${site?.id}`, { method: 'DELETE', headers })
    },
    countSites: (name) => [...emulator.netlify.state.sites.values()].filter((site) => site.name === name).length,
    deployments: (name) => deploys(name).map(remote),
    isUpload,
    close: () => emulator.close(),
  }
}

export function isUpload({ method, url }: SeenRequest): boolean {
  return method === 'PUT' && /\/deploys\/[^/]+\/files\//.test(url.pathname)
}

function remote({ id, state }: NetlifyDeploy): RemoteDeployment {
  return { id, state: state === 'ready' ? 'live' : state === 'error' ? 'failed' : 'under-way' }
}
