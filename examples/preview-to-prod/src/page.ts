import type { WebContainer } from '@webcontainer/api'
import type { Deployment, DeploymentState, PublishedRelease } from 'tabship'
import type { Provider, Settings } from './settings.js'

/** What the page does with the library. */
export type Verb = 'preview' | 'promote' | 'rollback'

/** One call of the library that returns a deployment, and what is known of it so far. */
export interface Run {
  readonly verb: Verb
  readonly state: DeploymentState
  readonly cancel: Deployment['cancel']
}

/** What went wrong, and what to do about it. */
export interface Problem {
  readonly message: string
  readonly hint: string | null
}

/** Everything that the page shows. */
export interface Page {
  provider: Provider
  settings: Settings | null
  /** `null` until it has booted. */
  container: WebContainer | null
  /** The page of the project as it stands in the editor. */
  text: string
  /** The newest first; `null` while the provider is asked. */
  releases: readonly PublishedRelease[] | null
  /** The last one. */
  run: Run | null
  problem: Problem | null
  /** Whether something is under way, so that nothing else may begin. */
  isBusy: boolean
}

/** What people do in the page. */
export interface Actions {
  choose(provider: Provider): void
  edit(text: string): void
  publish(): void
  promote(release: string): void
  rollBack(): void
}

/** Whether it has not ended. */
export function isRunning({ state }: Run): boolean {
  return state.status === 'waiting' || state.status === 'running'
}

/** The releases by what can be done with them. */
export interface Standing {
  readonly live: PublishedRelease | undefined
  /** The newest that was made after what is live: what would be promoted. */
  readonly next: PublishedRelease | undefined
  /** Whether something was live before. */
  readonly canRollBack: boolean
}

/** @param releases The newest first. */
export function standingOf(releases: readonly PublishedRelease[]): Standing {
  const at = releases.findIndex(({ live }) => live)
  const newer = at === -1 ? releases : releases.slice(0, at)
  const older = at === -1 ? [] : releases.slice(at + 1)
  return {
    live: releases[at],
    next: newer.find(({ state }) => state === 'ready'),
    canRollBack: older.some(({ environment, state }) => environment === 'production' && state === 'ready'),
  }
}
