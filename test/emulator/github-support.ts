import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Accounts, createAccounts } from '../../src/emulator/accounts.js'
import { githubContract } from '../../src/emulator/github/contract.js'
import { createGithub, type EmulatedGithub, type GithubOptions } from '../../src/emulator/github/github.js'
import { serve } from '../../src/emulator/serve.js'

export interface GitResult {
  readonly code: number
  readonly output: string
  readonly complaints: string
}

/** The emulated GitHub on loopback, with a person's git beside it. */
export interface GithubBench {
  readonly accounts: Accounts
  readonly api: string
  readonly web: string
  /** Origin of the sites of Pages of an owner. */
  readonly pagesOrigin: (owner: string) => string
  readonly state: EmulatedGithub['state']
  /** A temporary folder for clones. */
  readonly folder: string
  /** Asks the API; `token` is the owner's unless told otherwise, `null` for none. */
  ask(path: string, options?: AskOptions): Promise<Reply>
  /** Address of a repository for git, with a token inside. */
  remote(fullName: string, token?: string): string
  /** Runs git and gives back what came, whatever the exit code. */
  git(folder: string, ...command: string[]): Promise<GitResult>
  /** Runs git, which must succeed. */
  mustGit(folder: string, ...command: string[]): Promise<string>
  close(): Promise<void>
}

export interface AskOptions {
  readonly method?: string
  readonly json?: unknown
  readonly text?: string
  readonly token?: string | null
  readonly headers?: Record<string, string>
  readonly redirect?: RequestRedirect
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
  readonly text: string
}

/** The endpoints that the contract of the emulator lists: the others are not served. */
export const servedPaths: ReadonlySet<string> = new Set(
  githubContract().document.endpoints.map((endpoint) => endpoint.path),
)

export async function startGithub(
  options: Partial<Pick<GithubOptions, 'rateLimits' | 'now' | 'actions' | 'pages' | 'delays' | 'random'>> = {},
): Promise<GithubBench> {
  const accounts = createAccounts()
  const urls = { api: '', web: '' }
  const pagesOrigin = (owner: string): string => pages.url.replace('127.0.0.1', `${owner}.localhost`)
  const github = await createGithub({ ...options, accounts, contract: githubContract(), urls: () => urls, pagesOrigin })
  const api = await serve(github.api)
  const web = await serve(github.git)
  const pages = await serve(github.pages, { isName: github.isPagesDomain })
  Object.assign(urls, { api: api.url, web: web.url })
  const folder = await mkdtemp(join(tmpdir(), 'tabship-git-'))
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_AUTHOR_NAME: accounts.owner.name,
    GIT_AUTHOR_EMAIL: accounts.owner.email,
    GIT_COMMITTER_NAME: accounts.owner.name,
    GIT_COMMITTER_EMAIL: accounts.owner.email,
  }

  const git = (cwd: string, ...command: string[]): Promise<GitResult> =>
    new Promise((resolve) => {
      const given = ['-c', 'credential.helper=', '-c', 'init.defaultBranch=main', ...command]
      const settings = { cwd, env: environment, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 }
      const child = execFile('git', given, settings, (_, output, complaints) => {
        resolve({ code: child.exitCode ?? -1, output, complaints })
      })
    })

  return {
    accounts,
    api: api.url,
    web: web.url,
    pagesOrigin,
    state: github.state,
    folder,
    git,
    mustGit: async (cwd, ...command) => {
      const { code, output, complaints } = await git(cwd, ...command)
      if (code !== 0) throw new Error(`git ${command.join(' ')} ended with ${code}: ${complaints}`)
      return output.trim()
    },
    remote: (fullName, token = accounts.credentials.owner.token) => {
      const url = new URL(`${web.url}/${fullName}.git`)
      url.username = 'x-access-token'
      url.password = token
      return url.href
    },
    ask: async (
      path,
      { method = 'GET', json, text, token = accounts.credentials.owner.token, headers = {}, redirect = 'follow' } = {},
    ) => {
      const body = json === undefined ? text : JSON.stringify(json)
      const authorization = token === null ? {} : { Authorization: `Bearer ${token}` }
      const response = await fetch(api.url + path, {
        method,
        headers: { ...authorization, ...headers },
        redirect,
        signal: AbortSignal.timeout(20_000),
        ...(body !== undefined && { body }),
      })
      const answer = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') && answer !== ''
      return {
        status: response.status,
        headers: response.headers,
        text: answer,
        body: isJson ? (JSON.parse(answer) as Record<string, unknown>) : {},
      }
    },
    close: async () => {
      await api.close()
      await web.close()
      await pages.close()
      await github.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
