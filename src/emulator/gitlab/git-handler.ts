import type { Accounts, Credential } from '../accounts.js'
import { runGitBackend } from '../git-backend.js'
import type { Git } from '../git-process.js'
import { guard } from './hooks.js'
import { accessOf, type EmulatedProject, mayRead, type ProjectStore, projectFolder } from './projects.js'
import { settle } from './write-commit.js'

/** What the git face needs. */
export interface GitHandlerOptions {
  readonly accounts: Accounts
  readonly projects: ProjectStore
  readonly git: Git
  /** Folder of the bare repositories. */
  readonly root: string
  readonly now: () => number
  /** Shows a project to a person, with what follows `/-/`. `undefined`: there is no such page. */
  readonly page: (project: EmulatedProject, rest: string) => Promise<string | undefined>
}

const service = /^\/(.+?)(\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/
const page = /^\/(.+?)(?:\.git)?(?:\/-\/(.*))?$/

/**
 * gitlab.com as git and as people see it: smart HTTP at `/{group}/{project}.git`, and a page at `/{group}/{project}`. No answer
 * carries a CORS header, and preflights are refused: a browser gets here through a relay only.
 */
export function createGitHandler(options: GitHandlerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    const [, path, suffix, asked] = service.exec(url.pathname) ?? []
    if (path && asked) {
      // `deny_head_requests` (`app/controllers/repositories/git_http_controller.rb`).
      if (request.method === 'HEAD' && asked === 'info/refs') return new Response(null, { status: 403 })
      if (request.method !== (asked === 'info/refs' ? 'GET' : 'POST')) return plain(405, 'Method Not Allowed')
      if (suffix === undefined) return toSuffix(url, path, asked)
      const name = asked === 'info/refs' ? (url.searchParams.get('service') ?? '') : asked
      return serveGit(options, request, { path: decode(path), asked, name })
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method Not Allowed')
    return showPage(options, url.pathname)
  }
}

/** A repository may be cloned without `.git`: only the first question is sent on (`config/routes/git_http.rb`). */
function toSuffix(url: URL, path: string, asked: string): Response {
  if (asked !== 'info/refs') return plain(404, 'Not Found')
  return new Response(null, { status: 301, headers: { Location: `${url.origin}/${path}.git/info/refs${url.search}` } })
}

interface Asked {
  readonly path: string
  /** `info/refs`, or the name of the service. */
  readonly asked: string
  /** Of the service; anything where it is a client's invention. */
  readonly name: string
}

async function serveGit(
  { accounts, projects, git, root, now }: GitHandlerOptions,
  request: Request,
  { path, asked, name }: Asked,
): Promise<Response> {
  const credential = authenticate(accounts, request.headers.get('authorization'))
  if (credential === 'wrong') return unauthorized()
  const push = name === 'git-receive-pack'
  const project = projects.find(path)
  if (!project || !mayRead(project, credential?.user)) return credential ? plain(404, notThere) : unauthorized()
  // Nobody may do anything but read without a name (`http_download_allowed?`).
  if (!credential && name !== 'git-upload-pack') return unauthorized()
  if (!push && name !== 'git-upload-pack') return plain(403, "The command you're trying to execute is not allowed.")
  const level = accessOf(project, credential?.user)
  if (push && credential) {
    // A token without `api` counts as one with `read_repository`.
    if (level < 30 || !credential.scopes.includes('api'))
      return plain(403, 'You are not allowed to push code to this project.')
    if (project.archived) return plain(403, "You can't push code to an archived project.")
  }
  // Workhorse takes nothing else for git's, and Rails lets nothing in that does not come through Workhorse.
  if (asked !== 'info/refs' && request.headers.get('content-type') !== `application/x-${name}-request`)
    return plain(403, 'Nil JSON web token')
  return runGitBackend({
    request,
    root,
    path: `/${projectFolder(project.fullPath)}/${asked}`,
    user: credential?.user.login ?? null,
    environment: {
      ...git.environment,
      [guard.maintainer]: level >= 40 ? '1' : '0',
      [guard.protectedBranches]: [...project.protectedBranches].join('\n'),
    },
    ended: async () => {
      if (asked !== 'git-receive-pack') return
      project.pushedAt = now()
      await settle(git, project)
    },
  })
}

const notThere = "The project you were looking for could not be found or you don't have permission to view it."

/** GitLab takes an OAuth token for the user `oauth2`, and an access token for any user ("Personal access tokens"). */
function authenticate(accounts: Accounts, header: string | null): Credential | undefined | 'wrong' {
  if (header === null) return undefined
  const [scheme = '', value = ''] = header.split(' ')
  // Other kinds are as good as none here (`basic_auth_provided?`).
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return accounts.authenticate(pair.slice(pair.indexOf(':') + 1)) ?? 'wrong'
}

async function showPage({ projects, page: show }: GitHandlerOptions, pathname: string): Promise<Response> {
  const [, path, rest = ''] = page.exec(pathname) ?? []
  const project = path ? projects.find(decode(path)) : undefined
  const html = project && (await show(project, decode(rest)))
  if (html === undefined) return plain(404, 'Not Found')
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}

function unauthorized(): Response {
  const message =
    "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you're required to use a token instead of a password. If a token was provided, it was either incorrect, expired, or improperly scoped."
  return plain(401, message, { 'WWW-Authenticate': 'Basic realm="GitLab"' })
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
