import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { type GithubOptions, github } from '../../src/git/github.js'
import type { GitHost } from '../../src/spec/git-host.js'
import type { SeenRequest } from '../support/watched-fetch.js'
import type { GitHostBench } from './conformance.js'

/** The emulated GitHub for tests of its git host. */
export interface GithubBench extends GitHostBench {
  readonly emulator: Emulator
  hostWith(options: Partial<GithubOptions> & { repository: string }): GitHost
}

export async function startGithubBench(way = 'straight'): Promise<GithubBench> {
  const transport = way === 'straight' ? 'direct' : 'auto'
  const emulator = await createEmulator()
  const { owner, organization, stranger } = emulator.accounts
  const { state } = emulator.github
  const tokens = {
    owner: emulator.token,
    wrong: 'not-a-token-that-anyone-gave',
    powerless: emulator.otherTokens.powerless,
  }
  const hostWith: GithubBench['hostWith'] = (options) =>
    github({
      auth: emulator.token,
      apiUrl: emulator.github.url,
      gitUrl: emulator.git.url,
      private: false,
      transport,
      ...options,
    })
  return {
    emulator,
    fetch: emulator.fetch,
    relay: emulator.relay.url,
    user: owner.login,
    organization: organization.login,
    stranger: stranger.login,
    hostWith,
    host: (repository, token = 'owner') => hostWith({ repository, auth: tokens[token] }),
    create: async (fullName, { archived = false, ...settings } = {}) => {
      const [login = '', name = ''] = fullName.split('/')
      const account = emulator.accounts.find(login)
      if (!account) throw new Error(`there is no account ${login}`)
      const repository = await state.create(account, name, settings)
      repository.archived = archived
    },
    commit: (commit) => state.commit({ ...commit, author: stranger }),
    head: (fullName, branch) => state.head(fullName, branch),
    folder: (fullName) => state.repository(fullName).path,
    remote: (fullName) => {
      const url = new URL(`${emulator.git.url}/${fullName}.git`)
      url.username = 'x-access-token'
      url.password = emulator.token
      return url.href
    },
    isPush,
    isPushQuestion: ({ url }) => url.search === '?service=git-receive-pack',
    close: () => emulator.close(),
  }
}

export function isPush({ method, url }: SeenRequest): boolean {
  return method === 'POST' && url.pathname.endsWith('/git-receive-pack')
}
