import type { Accounts, Credential } from '../accounts.js'
import { runGitBackend } from '../git-backend.js'
import type { Git } from './git-process.js'
import { guardRefs, guardWorkflows } from './hooks.js'
import { allows, mayWriteWorkflows, permissionOf } from './permissions.js'
import type { PushWatch } from './push-watch.js'
import { type EmulatedRepository, type RepositoryStore, repositoryPath } from './repositories.js'
import { branchRules } from './settings/branch-rules.js'
import { guardRules } from './settings/enforce-rules.js'

/** What the git face needs. */
export interface GitHandlerOptions {
  readonly accounts: Accounts
  readonly repositories: RepositoryStore
  readonly git: Git
  /** Folder of the bare repositories. */
  readonly root: string
  readonly now: () => number
  readonly watch: PushWatch
  /** Whether a token is a job's: what it pushes starts nothing. */
  readonly isJobToken: (token: string) => boolean
  /** Shows a repository to a person: `{owner}/{name}` and what follows. `undefined`: there is no such page. */
  readonly page: (repository: EmulatedRepository, rest: string) => Promise<string | undefined>
}

const service = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/
const page = /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/(.*))?$/

/**
 * github.com as git and as people see it: smart HTTP at `/{owner}/{name}.git`, and a page at `/{owner}/{name}`. No answer
 * carries a CORS header, and preflights are refused: a browser gets here through a relay only.
 */
export function createGitHandler(options: GitHandlerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    const asked = service.exec(url.pathname)
    if (asked?.[1] && asked[2] && asked[3]) {
      const name = asked[3] === 'info/refs' ? url.searchParams.get('service') : asked[3]
      if (request.method !== (asked[3] === 'info/refs' ? 'GET' : 'POST')) return plain(405, 'Method Not Allowed')
      if (name !== 'git-upload-pack' && name !== 'git-receive-pack')
        return plain(403, 'Please upgrade your git client.')
      return serveGit(options, request, decode(asked[1]), decode(asked[2]), asked[3], name === 'git-receive-pack')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method Not Allowed')
    return showPage(options, url.pathname)
  }
}

async function serveGit(
  { accounts, repositories, git, root, now, watch, isJobToken }: GitHandlerOptions,
  request: Request,
  owner: string,
  name: string,
  path: string,
  push: boolean,
): Promise<Response> {
  const { origin } = new URL(request.url)
  const credential = authenticate(accounts, request.headers.get('authorization'))
  if (credential === 'wrong') {
    return unauthorized('Invalid username or token. Password authentication is not supported for Git operations.')
  }
  const known = repositories.find(owner, name)
  // What was made a moment ago is not everywhere yet.
  const repository = known && now() >= known.foundFrom ? known : undefined
  const permission = repository ? permissionOf(repository, credential) : 'none'
  if (!repository || !allows(permission, 'pull')) {
    return credential ? plain(404, 'Repository not found.') : unauthorized('Repository not found.')
  }
  if (push) {
    const fullName = `${repository.owner.login}/${repository.name}`
    if (!credential) return unauthorized('No anonymous write access.')
    // A fine-grained token pushes by its permission for contents, whatever its user may.
    const writes = credential.permissions === undefined || credential.permissions.contents === 'write'
    if (!allows(permission, 'push') || !writes) {
      return plain(403, `Permission to ${fullName}.git denied to ${credential.user.login}.`)
    }
    if (repository.archived) return plain(403, 'This repository was archived so it is read-only.')
  }
  const rules = push ? await branchRules(repository, credential) : []
  const guards = {
    ...(push && !mayWriteWorkflows(credential) && guardWorkflows(credential ?? {})),
    ...(rules.length > 0 && guardRules(rules, `${origin}/${repository.owner.login}/${repository.name}/rules`)),
  }
  return runGitBackend({
    request,
    root,
    path: `/${repositoryPath(repository.owner.login, repository.name)}/${path}`,
    user: credential?.user.login ?? null,
    environment: { ...git.environment, ...(Object.keys(guards).length > 0 && { ...guardRefs, ...guards }) },
    ended: async () => {
      if (path !== 'git-receive-pack') return
      repository.pushedAt = now()
      if (credential) await watch.look(repository, credential.user, isJobToken(credential.token))
    },
  })
}

// GitHub takes the token as the password of any user, or as the user of an empty password or of `x-oauth-basic`.
function authenticate(accounts: Accounts, header: string | null): Credential | undefined | 'wrong' {
  if (header === null) return undefined
  const [scheme = '', value = ''] = header.split(' ')
  if (scheme.toLowerCase() !== 'basic') return 'wrong'
  const pair = Buffer.from(value, 'base64').toString()
  const colon = pair.indexOf(':')
  const user = colon < 0 ? pair : pair.slice(0, colon)
  const password = colon < 0 ? '' : pair.slice(colon + 1)
  return accounts.authenticate(password === '' || password === 'x-oauth-basic' ? user : password) ?? 'wrong'
}

async function showPage({ repositories, page: show }: GitHandlerOptions, pathname: string): Promise<Response> {
  const [, owner, name, rest = ''] = page.exec(pathname) ?? []
  const repository = owner && name ? repositories.find(decode(owner), decode(name)) : undefined
  const html = repository && (await show(repository, decode(rest)))
  if (html === undefined) return plain(404, 'Not Found')
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}

function unauthorized(message: string): Response {
  return plain(401, message, { 'WWW-Authenticate': 'Basic realm="GitHub"' })
}

function plain(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(message, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers } })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    return text
  }
}
