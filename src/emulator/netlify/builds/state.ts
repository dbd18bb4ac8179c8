export type { PulledCommit } from '../../github/pull-watch.js'

import type { SourceTree } from '../../linked-repositories.js'

/** One line of the log of a build. */
export interface BuildLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly section: 'initializing' | 'building' | 'deploying'
  readonly message: string
}

/** A build of a site, which makes one deploy. */
export interface NetlifyBuild {
  /** 24 hex digits. */
  readonly id: string
  readonly createdAt: number
  /** What was pushed, where it was built from the repository. */
  readonly commit: { readonly sha: string; readonly branch: string } | undefined
  /** Number of the pull request that it is a preview of. */
  readonly pull: number | undefined
  readonly lines: BuildLine[]
  /** Told of each line from now on, and of the end. */
  readonly listeners: Set<(line: BuildLine | undefined) => void>
  isDone: boolean
  /** Ends what runs for it. */
  stop(): void
}

/** A key by which the emulated Netlify reads repositories. */
export interface NetlifyDeployKey {
  readonly id: string
  readonly publicKey: string
  readonly login: string
  readonly createdAt: number
}

/** A repository as far as it shows itself to Netlify. */
export interface NetlifyRepository {
  readonly id: number
  /** `owner/name`. */
  readonly path: string
  readonly defaultBranch: string
}

/** The repositories that sites may be linked to. */
export interface NetlifyRepositories {
  /** By path or id. */
  find(pathOrId: string): Promise<NetlifyRepository | undefined>
  read(repository: NetlifyRepository, ref: string): Promise<SourceTree | undefined>
  /** Whether somebody with this key may read it. */
  admits(repository: NetlifyRepository, publicKey: string | undefined): boolean
  /** Whether the host tells an address of such an event. */
  tells(repository: NetlifyRepository, url: string, event: 'push' | 'pull_request'): boolean
}
