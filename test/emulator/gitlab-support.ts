import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Accounts, createAccounts } from '../../src/emulator/accounts.js'
import { createGitlab, type EmulatedGitlab, type GitlabEmulatorOptions } from '../../src/emulator/gitlab/gitlab.js'
import { serve } from '../../src/emulator/serve.js'

/** The emulated GitLab on loopback. */
export interface GitlabBench {
  readonly accounts: Accounts
  readonly url: string
  readonly state: EmulatedGitlab['state']
  /** A temporary folder for clones. */
  readonly folder: string
  /** Asks the API below `/api/v4`; `token` is the owner's unless told otherwise, `null` for none. */
  ask(path: string, options?: AskOptions): Promise<Reply>
  /** Commits to `owner/shop` through the API. */
  commit(json: Record<string, unknown>, project?: string): Promise<Reply>
  /** Address of a repository for git, with a token inside. */
  remote(fullPath: string, token?: string, user?: string): string
  close(): Promise<void>
}

export interface AskOptions {
  readonly method?: string
  readonly json?: unknown
  readonly text?: string
  readonly token?: string | null
  readonly headers?: Record<string, string>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, unknown>
  /** The same, of a list. */
  readonly list: readonly Record<string, unknown>[]
}

export async function startGitlab(
  options: Partial<Pick<GitlabEmulatorOptions, 'rateLimits' | 'now' | 'cors' | 'random' | 'delays'>> = {},
): Promise<GitlabBench> {
  const accounts = createAccounts()
  const gitlab = await createGitlab({ ...options, accounts, url: () => served.url })
  const served = await serve(gitlab.handler)
  const folder = await mkdtemp(join(tmpdir(), 'tabship-git-'))
  const { token: ownToken } = accounts.credentials.owner

  const ask: GitlabBench['ask'] = async (path, { method = 'GET', json, text, token = ownToken, headers = {} } = {}) => {
    const body = json === undefined ? text : JSON.stringify(json)
    const authorization = token === null ? {} : { Authorization: `Bearer ${token}` }
    const response = await fetch(`${served.url}/api/v4${path}`, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...authorization, ...headers },
      signal: AbortSignal.timeout(20_000),
      ...(body !== undefined && { body }),
    })
    const answer = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const value = isJson && answer !== '' ? JSON.parse(answer) : {}
    const list = Array.isArray(value) ? value : []
    return { status: response.status, headers: response.headers, text: answer, body: value, list }
  }
  return {
    accounts,
    url: served.url,
    state: gitlab.state,
    folder,
    ask,
    commit: (json, project = 'owner/shop') =>
      ask(`/projects/${encodeURIComponent(project)}/repository/commits`, {
        method: 'POST',
        json: { branch: 'main', commit_message: 'Change', ...json },
      }),
    remote: (fullPath, token = ownToken, user = 'oauth2') => {
      const remote = new URL(`${served.url}/${fullPath}.git`)
      remote.username = user
      remote.password = token
      return remote.href
    },
    close: async () => {
      await served.close()
      await gitlab.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
