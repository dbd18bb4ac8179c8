import type { Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { gitlab } from '../../src/git/gitlab.js'
import type { GitHost } from '../../src/spec/git-host.js'

/** A commit as a REST API tells it, in one shape for all hosts. */
export interface ToldCommit {
  readonly id: string
  readonly message: string
  /** `Name <email> seconds` */
  readonly author: string
  readonly parents: readonly string[]
}

/** An emulated git host as its REST API and its addresses make it known; git itself is the test's. */
export interface ServedHost {
  /** Makes an empty repository. */
  create(fullName: string, settings?: { readonly hidden?: boolean }): Promise<void>
  /** @param token of whoever asks; `null` for none. @default the owner's */
  remote(fullName: string, token?: string | null): string
  commit(fullName: string, ref: string): Promise<ToldCommit>
  /** `mode id` of every file of a commit by its path. */
  files(fullName: string, commit: string): Promise<Record<string, string>>
  /** The commit that a branch stands at. */
  branch(fullName: string, name: string): Promise<string | undefined>
  /** Adds a file through the API. @returns the commit's id */
  write(fullName: string, branch: string, path: string, content: string): Promise<string>
  /** Tabship's own way to the same repository. */
  host(fullName: string): GitHost<unknown>
}

interface Told {
  readonly [name: string]: Told & string
}

const seconds = (date: string): number => Date.parse(date) / 1000

/** Asks an API. @returns `undefined` where it answers 404 */
async function ask(token: string, address: string, method = 'GET', json?: object): Promise<Told | undefined> {
  const response = await fetch(address, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(json && { body: JSON.stringify(json) }),
  })
  const body: Told = await response.json()
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${JSON.stringify(body)}`)
  return body
}

async function mustAsk(...request: Parameters<typeof ask>): Promise<Told> {
  const body = await ask(...request)
  if (!body) throw new Error(`${request[1]} is not there`)
  return body
}

const listOf = (value: Told | undefined): readonly Told[] => (Array.isArray(value) ? value : [])

function addressOf(origin: string, fullName: string, user: string, token: string | null): string {
  const remote = new URL(`${origin}/${fullName}.git`)
  if (token !== null) Object.assign(remote, { username: user, password: token })
  return remote.href
}

export function githubHost(emulator: Emulator): ServedHost {
  const { token } = emulator
  const at = (fullName: string, rest: string): string => `${emulator.github.url}/repos/${fullName}/${rest}`
  return {
    create: async (fullName, { hidden = false } = {}) => {
      const [, name = ''] = fullName.split('/')
      await emulator.github.state.create(emulator.accounts.owner, name, { private: hidden })
    },
    remote: (fullName, given = token) => addressOf(emulator.git.url, fullName, 'x-access-token', given),
    commit: async (fullName, ref) => {
      const { sha, commit, parents } = await mustAsk(token, at(fullName, `commits/${encodeURIComponent(ref)}`))
      const { name, email, date } = commit?.author ?? ({} as Told)
      return {
        id: String(sha),
        message: String(commit?.message),
        author: `${name} <${email}> ${seconds(String(date))}`,
        parents: listOf(parents).map((one) => String(one.sha)),
      }
    },
    files: async (fullName, commit) => {
      const { tree } = await mustAsk(token, at(fullName, `git/trees/${commit}?recursive=1`))
      const files = listOf(tree).filter(({ type }) => type !== 'tree')
      return Object.fromEntries(files.map(({ path, mode, sha }) => [path, `${mode} ${sha}`]))
    },
    branch: async (fullName, name) => (await ask(token, at(fullName, `branches/${name}`)))?.commit?.sha,
    write: async (fullName, branch, path, content) => {
      const json = { branch, message: `Add ${path}`, content: Buffer.from(content).toString('base64') }
      return String((await mustAsk(token, at(fullName, `contents/${path}`), 'PUT', json)).commit?.sha)
    },
    host: (repository) =>
      github({
        repository,
        auth: token,
        apiUrl: emulator.github.url,
        gitUrl: emulator.git.url,
        private: false,
        transport: 'direct',
      }),
  }
}

export function gitlabHost(emulator: Emulator): ServedHost {
  const { token } = emulator
  const { url, state } = emulator.gitlab
  const at = (fullName: string, rest: string): string =>
    `${url}/api/v4/projects/${encodeURIComponent(fullName)}/repository/${rest}`
  return {
    create: async (fullName, { hidden = false } = {}) => {
      await state.create(fullName, { visibility: hidden ? 'private' : 'public' })
    },
    remote: (fullName, given = token) => addressOf(url, fullName, 'oauth2', given),
    commit: async (fullName, ref) => {
      const told = await mustAsk(token, at(fullName, `commits/${encodeURIComponent(ref)}`))
      return {
        id: String(told.id),
        message: String(told.message),
        author: `${told.author_name} <${told.author_email}> ${seconds(String(told.authored_date))}`,
        parents: listOf(told.parent_ids).map(String),
      }
    },
    files: async (fullName, commit) => {
      const files: Record<string, string> = {}
      for (let page = 1; ; page += 1) {
        const address = at(fullName, `tree?recursive=true&per_page=100&page=${page}&ref=${commit}`)
        const list = listOf(await mustAsk(token, address))
        for (const { type, path, mode, id } of list) if (type !== 'tree') files[String(path)] = `${mode} ${id}`
        if (list.length < 100) return files
      }
    },
    branch: async (fullName, name) =>
      (await ask(token, at(fullName, `branches/${encodeURIComponent(name)}`)))?.commit?.id,
    write: async (fullName, branch, path, content) => {
      const actions = [{ action: 'create', file_path: path, content }]
      const json = { branch, commit_message: `Add ${path}`, actions }
      return String((await mustAsk(token, at(fullName, 'commits'), 'POST', json)).id)
    },
    host: (repository) => gitlab({ repository, auth: token, url, visibility: 'public', transport: 'direct' }),
  }
}
