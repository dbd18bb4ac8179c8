import type { PagesBuild } from '../../src/emulator/github/pages/state.js'
import { createEmulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { hurriedClock } from '../support/hurried-clock.js'
import type { RemoteDeployment, TargetBench, TokenKind } from './conformance.js'

/** The emulated GitHub for tests of its Pages as a target. */
export async function startGithubPagesBench(): Promise<TargetBench> {
  const clock = hurriedClock()
  const pages = { delays: { building: 1000, built: 2000, certificate: 1000 } }
  const emulator = await createEmulator({ clock, github: { pages } })
  const tokens: Record<TokenKind, string> = {
    owner: emulator.token,
    wrong: 'not-a-token-that-anyone-gave',
    powerless: emulator.otherTokens.powerless,
  }
  const urls = { apiUrl: emulator.github.url, gitUrl: emulator.git.url }
  const { state } = emulator.github
  const siteOf = (name: string) => state.pages.sites.find((one) => one.repository.name === name)
  return {
    fetch: emulator.fetch,
    clock,
    target: (repository, token = 'owner', name) => {
      const host = github({ auth: tokens[token], repository, private: false, transport: 'direct', ...urls })
      return githubPages({ host, spaFallback: false, ...(name !== undefined && { name }) })
    },
    takeName: () => Promise.reject(new Error('Each owner has names of their own')),
    removeSite: async (name) => {
      const headers = { authorization: `Bearer ${emulator.token}` }
      await emulator.fetch(`${emulator.github.url}/repos/owner/${name}/pages`, { method: 'DELETE', headers })
    },
    countSites: (name) => state.pages.sites.filter((one) => one.repository.name === name).length,
    deployments: (name) => (siteOf(name)?.builds ?? []).map(remote).reverse(),
    isUpload: () => false,
    close: () => emulator.close(),
  }
}

function remote({ commit: id, status }: PagesBuild): RemoteDeployment {
  return { id, state: status === 'built' ? 'live' : status === 'errored' ? 'failed' : 'under-way' }
}
