import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account, Accounts } from '../accounts.js'
import type { Contract } from '../contract.js'
import { holdGitLauncher } from '../git-launcher.js'
import { createRandom, type Random } from '../random.js'
import { createTemporaryFolder } from '../temporary-folder.js'
import type { GithubUrls } from './account-replies.js'
import { createActions } from './actions/actions.js'
import type { ActionsState } from './actions/state.js'
import { createApiHandler } from './api-handler.js'
import { type CommitOptions, commitFiles, type Signature } from './commit.js'
import { type DataLimits, defaultDataLimits } from './data-limits.js'
import { type GithubDelays, quickGithubDelays } from './delays.js'
import { createDownloads } from './downloads.js'
import { createGitHandler } from './git-handler.js'
import { createGit } from './git-process.js'
import { createIds } from './ids.js'
import { repositoryPage } from './page.js'
import { createPages, type Pages, type PagesOptions } from './pages/pages.js'
import type { PagesDelays } from './pages/state.js'
import { createPullWatch, type PulledCommit } from './pull-watch.js'
import { createPushWatch, type Push } from './push-watch.js'
import { createRateLimits } from './rate-limits.js'
import { readRef } from './read-git.js'
import { createRepositories, type EmulatedRepository } from './repositories.js'

/** What the emulated GitHub is made with. */
export interface GithubOptions {
  readonly accounts: Accounts
  /** GitHub's published contract, compiled. */
  readonly contract: Contract
  /** Where both faces are served; asked for at each reply, since ports are known late. */
  readonly urls: () => GithubUrls
  /** Whether GitHub's limits refuse requests. @default false */
  readonly rateLimits?: boolean
  /** The origin that the Pages of an owner are served at. @default `https://<owner>.github.io`, which serves nothing */
  readonly pagesOrigin?: (owner: string) => string
  readonly pages?: Pick<PagesOptions, 'byPush' | 'cors'> & {
    /** They go before those of `delays`. */
    readonly delays?: PagesDelays
  }
  /** How long things take, and how long GitHub does not know everywhere what it was told. @default next to nothing */
  readonly delays?: GithubDelays
  /** Where the numbers of all that is made come from. @default others in each run */
  readonly random?: Random
  readonly actions?: {
    /** Milliseconds that a job may take at most, whatever it asks for. @default half an hour */
    readonly timeLimit?: number
  }
  /** Told of each branch that was pushed, beside Pages and Actions: what is installed on the repositories. */
  readonly pushed?: (push: PushedCommit) => Promise<void>
  /** Told of each pull request that was opened, or whose branch has moved. */
  readonly pulled?: (pull: PulledCommit) => Promise<void>
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

/** A commit on a branch, as those are told it who wait for pushes. */
export interface PushedCommit {
  readonly repositoryId: number
  readonly branch: string
  readonly actor: Account
}

/** A commit that a test makes behind everyone's back. */
export interface EmulatedCommit extends Pick<CommitOptions, 'files' | 'message'> {
  /** `owner/name`. */
  readonly repository: string
  /** @default 'main' */
  readonly branch?: string
  readonly author: Signature
}

/** What the emulated GitHub holds, for tests to look at and to change. */
export interface GithubState {
  readonly repositories: readonly EmulatedRepository[]
  /** Runs of workflows, and what came of them. */
  readonly actions: ActionsState
  /** The sites of repositories. */
  readonly pages: Pick<Pages, 'sites' | 'find' | 'failNext' | 'certificate'>
  /** How much the Git Data API takes at once, to be changed. */
  readonly limits: DataLimits
  /** How many requests that create content have arrived so far, without those that were refused for being too many. */
  readonly creatingRequests: number
  /** @throws where there is none of that name, in any case. */
  repository(fullName: string): EmulatedRepository
  /** Makes an empty repository; private by choice. */
  create(owner: Account, name: string, settings?: { private?: boolean }): Promise<EmulatedRepository>
  /**
   * Puts a commit on a branch, as another person's push would.
   *
   * @returns its object id
   */
  commit(commit: EmulatedCommit): Promise<string>
  /** The commit that a branch stands at; `undefined` where there is no such branch. */
  head(fullName: string, branch?: string): Promise<string | undefined>
}

/** The emulated GitHub: two faces over one state. */
export interface EmulatedGithub {
  /** api.github.com */
  readonly api: (request: Request) => Promise<Response>
  /** github.com: smart HTTP, and pages for people. */
  readonly git: (request: Request) => Promise<Response>
  /** github.io: the published sites. */
  readonly pages: Pages['handler']
  /** Whether a host is the domain of a site of Pages. */
  readonly isPagesDomain: (host: string) => boolean
  readonly state: GithubState
  /** Ends what runs, and removes the repositories from disk; call it when neither face is served any more. */
  close(): Promise<void>
}

/** Makes an emulated GitHub without repositories, in a temporary folder of its own. Needs `git` 2.29 or later. */
export async function createGithub(options: GithubOptions): Promise<EmulatedGithub> {
  const { accounts, contract, urls, rateLimits = false, now = Date.now } = options
  const { pagesOrigin = (owner) => `https://${owner}.github.io` } = options
  const temporary = await createTemporaryFolder('tabship-github-')
  const folder = temporary.path
  const root = join(folder, 'repositories')
  await mkdir(root)
  const git = createGit(folder)
  const { random = createRandom(undefined, 'github') } = options
  const delays = { ...quickGithubDelays, ...options.delays }
  const nextId = createIds(random, 2_100_000_000)
  const repositories = createRepositories(git, {
    ...{ root, template: join(folder, 'template'), now, delay: delays.repository },
    nextId: createIds(random, 1_000_000_000),
  })
  const limits = defaultDataLimits()
  const limiter = createRateLimits(rateLimits, now)
  const pages = createPages({
    ...{ git, now, origin: pagesOrigin, random, nextId },
    ...options.pages,
    delays: { ...delays, ...options.pages?.delays },
  })
  const actions = await createActions({ ...options.actions, accounts, git, urls, now, folder, pages, random, delays })
  const downloads = createDownloads(() => urls().web, now)
  const told = async ({ repository: { id }, ref, after, actor }: Push): Promise<void> => {
    const branch = after === null ? undefined : /^refs\/heads\/(.+)$/.exec(ref)?.[1]
    if (branch !== undefined) await options.pushed?.({ repositoryId: id, branch, actor })
  }
  const pulls = createPullWatch(git, async (pull) => options.pulled?.(pull))
  const watch = createPushWatch(git, [pages.pushed, actions.pushed, told], async (repository, actor) => {
    await actions.looked(repository, actor)
    await pulls.look(repository, actor)
  })
  const world = {
    ...{ accounts, repositories, git, limits, urls, actions, pages, downloads, watch, now, nextId },
    rateLimits: limiter,
  }
  const gitFace = createGitHandler({
    ...world,
    root,
    isJobToken: actions.settings.isJobToken,
    page: (one, rest) => repositoryPage(git, one, rest),
  })

  const repository = (fullName: string): EmulatedRepository => {
    const [owner = '', name = ''] = fullName.split('/')
    const found = repositories.find(owner, name)
    if (!found) throw new Error(`The emulated GitHub has no repository ${fullName}`)
    return found
  }
  const release = holdGitLauncher()
  return {
    api: createApiHandler({ world, contract }),
    git: async (request) => downloads.answer(request) ?? gitFace(request),
    pages: pages.handler,
    isPagesDomain: pages.isDomain,
    state: {
      get repositories() {
        return repositories.all
      },
      get actions() {
        actions.settle()
        return actions.state
      },
      pages,
      limits,
      get creatingRequests() {
        return limiter.created
      },
      repository,
      create: async (owner, name, settings = {}) => {
        const created = await repositories.create(owner, name)
        created.private = settings.private ?? false
        return created
      },
      commit: async ({ repository: fullName, branch = 'main', ...commit }) => {
        const changed = repository(fullName)
        const oid = await commitFiles(git, changed, { ...commit, branch, date: now() })
        changed.pushedAt = now()
        await watch.look(changed, accounts.owner)
        return oid
      },
      head: async (fullName, branch = 'main') => {
        return (await readRef(git, repository(fullName), `refs/heads/${branch}`))?.sha
      },
    },
    close: async () => {
      await actions.close()
      await release()
      await temporary.remove()
    },
  }
}
