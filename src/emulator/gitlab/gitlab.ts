import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Accounts } from '../accounts.js'
import { type CommitOptions, commitFiles, type Signature } from '../commit-files.js'
import { holdGitLauncher } from '../git-launcher.js'
import { createGit } from '../git-process.js'
import { createRandom, type Random } from '../random.js'
import { readRef } from '../read-git.js'
import { createTemporaryFolder } from '../temporary-folder.js'
import { apiPrefix, createApiHandler } from './api-handler.js'
import { gitlabContract } from './contract.js'
import { type GitlabDelays, quickGitlabDelays } from './delays.js'
import { repositoryOf } from './endpoint.js'
import { createGitHandler } from './git-handler.js'
import { respond } from './headers.js'
import { createIds } from './ids.js'
import { createNamespaces } from './namespaces.js'
import { projectPage } from './page.js'
import { createProjects, type EmulatedProject, type Visibility } from './projects.js'
import { createRateLimits } from './rate-limits.js'
import { settle } from './write-commit.js'

/** What the emulated GitLab is made with. */
export interface GitlabEmulatorOptions {
  readonly accounts: Accounts
  /** Where it is served; asked for at each reply, since ports are known late. */
  readonly url: () => string
  /** Whether GitLab.com's limits refuse requests. @default false */
  readonly rateLimits?: boolean
  /** Whether pages may read the API's answers. @default true */
  readonly cors?: boolean
  /** Where ids come from. @default others in each run */
  readonly random?: Random
  /** How long what GitLab does in the background takes. @default no time */
  readonly delays?: GitlabDelays
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

/** A commit that a test makes behind everyone's back. */
export interface EmulatedGitlabCommit extends Pick<CommitOptions, 'files' | 'message'> {
  /** `group/subgroup/project` */
  readonly project: string
  /** @default 'main' */
  readonly branch?: string
  readonly author: Signature
}

/** What the emulated GitLab holds, for tests to look at and to change. */
export interface GitlabState {
  readonly projects: readonly EmulatedProject[]
  /** @throws where there is none of that path, in any case. */
  project(fullPath: string): EmulatedProject
  /** Makes an empty project, and the subgroups that its path names. @throws where its user or group is not there. */
  create(fullPath: string, settings?: { visibility?: Visibility }): Promise<EmulatedProject>
  /**
   * Puts a commit on a branch, as another person's push would.
   *
   * @returns its object id
   */
  commit(commit: EmulatedGitlabCommit): Promise<string>
  /** The commit that a branch stands at; `undefined` where there is no such branch. */
  head(fullPath: string, branch?: string): Promise<string | undefined>
}

/** The emulated GitLab: API, git and pages at one origin, as GitLab itself is. */
export interface EmulatedGitlab {
  readonly handler: (request: Request) => Promise<Response>
  readonly state: GitlabState
  /** Removes the repositories from disk; call it when nothing is served any more. */
  close(): Promise<void>
}

/** What `lib/api/api.rb` says of the version before. */
const oldVersion = { status: 410, body: { error: 'API V3 is no longer supported. Use API V4 instead.' } }

/** Makes an emulated GitLab without projects, in a temporary folder of its own. Needs `git` 2.29 or later. */
export async function createGitlab(options: GitlabEmulatorOptions): Promise<EmulatedGitlab> {
  const { accounts, url, rateLimits = false, cors = true, now = Date.now } = options
  const { random = createRandom(undefined, 'gitlab') } = options
  const delays = { ...quickGitlabDelays, ...options.delays }
  const temporary = await createTemporaryFolder('tabship-gitlab-')
  const folder = temporary.path
  const root = join(folder, 'repositories')
  await mkdir(root)
  const git = createGit(folder)
  const namespaces = createNamespaces(accounts, createIds(random, 'namespaces'))
  const projects = createProjects(git, {
    root,
    template: join(folder, 'template'),
    now,
    ids: createIds(random, 'projects'),
  })
  const mergeRequestIds = createIds(random, 'mergeRequests')
  const world = { accounts, namespaces, projects, git, url, now, delays, mergeRequestIds }
  const api = createApiHandler({
    world,
    contract: gitlabContract(),
    rateLimits: createRateLimits(rateLimits, now),
    cors,
  })
  const web = createGitHandler({ ...world, root, page: (project, rest) => projectPage(git, project, rest) })

  const project = (fullPath: string): EmulatedProject => {
    const found = projects.find(fullPath)
    if (!found) throw new Error(`The emulated GitLab has no project ${fullPath}`)
    return found
  }
  const release = holdGitLauncher()
  return {
    handler: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname.startsWith(`${apiPrefix}/`)) return api(request)
      return pathname.startsWith('/api/v3/') ? respond(request, oldVersion, cors) : web(request)
    },
    state: {
      get projects() {
        return projects.all
      },
      project,
      create: async (fullPath, { visibility = 'public' } = {}) => {
        const [first = '', ...names] = fullPath.split('/')
        const path = names.pop() ?? ''
        let namespace = namespaces.find(first)
        if (!namespace) throw new Error(`The emulated GitLab has no user or group ${first}`)
        for (const name of names)
          namespace = namespaces.find(`${namespace.fullPath}/${name}`) ?? namespaces.createGroup(namespace, name)
        const created = await projects.create(namespace, path)
        created.visibility = visibility
        return created
      },
      commit: async ({ project: fullPath, branch = 'main', ...commit }) => {
        const changed = project(fullPath)
        const oid = await commitFiles(git, repositoryOf(changed), { ...commit, branch, date: now() })
        changed.pushedAt = now()
        await settle(git, changed)
        return oid
      },
      head: async (fullPath, branch = 'main') => {
        return (await readRef(git, repositoryOf(project(fullPath)), `refs/heads/${branch}`))?.sha
      },
    },
    close: async () => {
      await release()
      await temporary.remove()
    },
  }
}
