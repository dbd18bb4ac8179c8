import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Accounts } from '../accounts.js'
import type { Contract } from '../contract.js'
import type { GithubUrls } from './account-replies.js'
import { createApiHandler } from './api-handler.js'
import { type CommitOptions, commitFiles, type Signature } from './commit.js'
import { createGitHandler } from './git-handler.js'
import { createGit } from './git-process.js'
import { repositoryPage } from './page.js'
import { createRateLimits } from './rate-limits.js'
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
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
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
  readonly state: GithubState
  /** Removes the repositories from disk; call it when neither face is served any more. */
  close(): Promise<void>
}

/** Makes an emulated GitHub without repositories, in a temporary folder of its own. Needs `git` 2.29 or later. */
export async function createGithub(options: GithubOptions): Promise<EmulatedGithub> {
  const { accounts, contract, urls, rateLimits = false, now = Date.now } = options
  const folder = await mkdtemp(join(tmpdir(), 'tabship-github-'))
  const root = join(folder, 'repositories')
  await mkdir(root)
  const git = createGit(folder)
  const repositories = await createRepositories(git, root, join(folder, 'template'), now)
  const world = { accounts, repositories, git, urls, now }

  const repository = (fullName: string): EmulatedRepository => {
    const [owner = '', name = ''] = fullName.split('/')
    const found = repositories.find(owner, name)
    if (!found) throw new Error(`The emulated GitHub has no repository ${fullName}`)
    return found
  }
  return {
    api: createApiHandler({ world, contract, rateLimits: createRateLimits(rateLimits, now) }),
    git: createGitHandler({ ...world, root, page: (one, rest) => repositoryPage(git, one, rest) }),
    state: {
      get repositories() {
        return repositories.all
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
        return oid
      },
      head: async (fullName, branch = 'main') => {
        const ref = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]
        const oid = await git.run(repository(fullName).path, ref, { accept: [0, 1] })
        return oid.toString().trim() || undefined
      },
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
