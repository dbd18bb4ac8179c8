import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { type GitlabOptions, gitlab } from '../../src/git/gitlab.js'
import type { GitHost } from '../../src/spec/git-host.js'
import type { SeenRequest } from '../support/watched-fetch.js'
import type { GitHostBench } from './conformance.js'

/** The emulated GitLab for tests of its git host. */
export interface GitlabBench extends GitHostBench {
  readonly emulator: Emulator
  hostWith(options: Partial<GitlabOptions> & { repository: string }): GitHost
}

export async function startGitlabBench(way = 'straight'): Promise<GitlabBench> {
  const transport = way === 'straight' ? 'direct' : 'auto'
  const emulator = await createEmulator()
  const { owner, organization, stranger } = emulator.accounts
  const { state, url } = emulator.gitlab
  const tokens = {
    owner: emulator.token,
    wrong: 'not-a-token-that-anyone-gave',
    powerless: emulator.otherTokens.powerless,
  }
  const hostWith: GitlabBench['hostWith'] = (options) =>
    gitlab({ auth: emulator.token, url, visibility: 'public', transport, ...options })
  return {
    emulator,
    fetch: emulator.fetch,
    relay: emulator.relay.url,
    user: owner.login,
    organization: organization.login,
    stranger: stranger.login,
    hostWith,
    host: (repository, token = 'owner') => hostWith({ repository, auth: tokens[token] }),
    create: async (fullName, { archived = false, private: hidden = false } = {}) => {
      const project = await state.create(fullName, { visibility: hidden ? 'private' : 'public' })
      project.archived = archived
    },
    commit: ({ repository, ...commit }) => state.commit({ ...commit, project: repository, author: stranger }),
    head: (fullName, branch) => state.head(fullName, branch),
    folder: (fullName) => state.project(fullName).folder,
    remote: (fullName) => {
      const remote = new URL(`${url}/${fullName}.git`)
      remote.username = 'oauth2'
      remote.password = emulator.token
      return remote.href
    },
    isPush,
    isPushQuestion: ({ url }) => url.search === '?service=git-receive-pack',
    close: () => emulator.close(),
  }
}

export function isPush({ method, url }: SeenRequest): boolean {
  return method === 'POST' && url.pathname.endsWith('/git-receive-pack')
}
