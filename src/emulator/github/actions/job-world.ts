import type { Account } from '../../accounts.js'
import type { GithubUrls } from '../account-replies.js'
import type { Git } from '../git-process.js'
import type { EmulatedRepository } from '../repositories.js'
import type { ArtifactRecord, JobRecord, RunRecord } from './state.js'

/** An environment of a repository, as far as jobs are held up by it. */
export interface ProtectedEnvironment {
  readonly id: number
  readonly name: string
  readonly reviewers: readonly Account[]
  /** Minutes. */
  readonly waitTimer: number
  readonly preventSelfReview: boolean
  /** Why a job of that ref must not deploy; `undefined` where it may. */
  refuses(ref: string): Promise<string | undefined>
}

/** What GitHub shows of a job that deploys to an environment. */
export interface DeploymentOfJob {
  begin(): void
  /** The job tells where it is live. */
  end(state: 'success' | 'failure' | 'inactive'): void
}

/** What the settings of a repository give to its jobs. */
export interface ActionsSettings {
  /** Secrets by name, those of the environment before those of the repository. */
  secrets(repository: EmulatedRepository, environment: string | undefined): Readonly<Record<string, string>>
  /** Variables by name, those of the environment before those of the repository. */
  variables(repository: EmulatedRepository, environment: string | undefined): Readonly<Record<string, string>>
  /** The environment of that name. Jobs may name one that is not there yet: it is made then, without any rule. */
  environment(repository: EmulatedRepository, name: string): ProtectedEnvironment
  /** A token for a job, by its permissions: `contents`, `pull_requests`. */
  issueToken(run: RunRecord, permissions: Readonly<Record<string, 'read' | 'write'>>): string
  /** Whether a token is a job's: what is pushed with it starts no run. */
  isJobToken(token: string): boolean
  /** Notes that a job deploys to an environment. */
  deploy(job: JobRecord, environment: ProtectedEnvironment): DeploymentOfJob
}

/** How jobs reach Pages. */
export interface PagesForJobs {
  /** Where the site is served, where there is one; with a slash at the end. */
  address(repository: EmulatedRepository): string | undefined
  /** Whether the site is published by workflows. */
  byWorkflow(repository: EmulatedRepository): boolean
  /**
   * Publishes the files below a folder.
   *
   * @returns when the site serves them.
   */
  deploy(repository: EmulatedRepository, deployment: { readonly folder: string; readonly sha: string }): Promise<void>
}

/** Something that a run of `actions/cache` has kept. */
export interface CacheEntry {
  readonly key: string
  /** The paths that it was kept from: another list of paths is another cache. */
  readonly paths: string
  readonly ref: string
  /** Folder with its files. */
  readonly folder: string
}

/** Where jobs keep what outlives them. */
export interface JobStorage {
  /** Newest first. */
  caches(repository: EmulatedRepository): readonly CacheEntry[]
  addCache(repository: EmulatedRepository, entry: CacheEntry): void
  artifacts(run: RunRecord): readonly ArtifactRecord[]
  /** @param days until it expires. */
  addArtifact(run: RunRecord, name: string, bytes: Uint8Array<ArrayBuffer>, days: number): ArtifactRecord
  removeArtifact(artifact: ArtifactRecord): void
  /** A new folder, of which the emulator takes care. */
  makeFolder(): Promise<string>
}

/** What jobs work on. */
export interface JobWorld {
  readonly git: Git
  readonly urls: () => GithubUrls
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly settings: ActionsSettings
  readonly pages: PagesForJobs
  readonly storage: JobStorage
}
