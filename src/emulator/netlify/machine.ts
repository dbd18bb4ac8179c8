import { removeExpired } from './drop.js'
import { contentsOf, type DeployState, type NetlifyDeploy, type NetlifyState } from './state.js'
import { labelOf } from './views.js'

/** Milliseconds that a deploy spends on its way, so that clients really poll. */
export interface NetlifyDelays {
  /** From the digest of an asynchronous deploy to `preparing`. @default 20 */
  readonly preparing?: number
  /** From `preparing` to `prepared`. @default 80 */
  readonly prepared?: number
  /** From `uploaded` to `processing`. @default 20 */
  readonly processing?: number
  /** From `processing` to `processed`. @default 100 */
  readonly processed?: number
  /** From `processed` to `ready`. @default 60 */
  readonly ready?: number
  /** From the request for a certificate to its being there. @default 1500 */
  readonly certificate?: number
}

/** Moves deploys from state to state. */
export interface Machine {
  /** Does everything that was due until now; to be called before anything reads the state. */
  settle(): void
  /** Takes the list of files of a deploy. */
  digest(deploy: NetlifyDeploy, files: ReadonlyMap<string, string>, asynchronous: boolean): void
  /** Takes note that bytes have come. */
  receive(deploy: NetlifyDeploy, digest: string): void
  /** Ends a deploy with an error. */
  fail(deploy: NetlifyDeploy, message: string): void
  /** Makes a deploy the one that its site's address serves. */
  publish(deploy: NetlifyDeploy): void
}

interface Due {
  readonly at: number
  readonly deploy: NetlifyDeploy
  readonly state: DeployState
}

/**
 * Makes the machine. It has no timers: what the clock says is due happens when the state is next read, so a simulated clock
 * drives it as well as the real one.
 */
export function createMachine(state: NetlifyState, clock: { now(): number }, delays: NetlifyDelays): Machine {
  const { preparing = 20, prepared = 80, processing = 20, processed = 100, ready = 60 } = delays
  let due: Due[] = []

  function settle(): void {
    const now = clock.now()
    removeExpired(state, now)
    for (;;) {
      const next = due.reduce<Due | undefined>((first, one) => (first && first.at <= one.at ? first : one), undefined)
      if (!next || next.at > now) return
      due = due.filter((one) => one !== next)
      enter(next.deploy, next.state, next.at)
    }
  }

  function enter(deploy: NetlifyDeploy, name: DeployState, at: number): void {
    deploy.state = name
    deploy.states.push(name)
    deploy.updatedAt = at
    const later = (next: DeployState, delay: number): void => void due.push({ at: at + delay, deploy, state: next })
    if (name === 'preparing') later('prepared', prepared)
    if (name === 'prepared') compare(deploy, at)
    if (name === 'uploaded') later('processing', processing)
    if (name === 'processing') later('processed', processed)
    if (name === 'processed') later('ready', ready)
    if (name === 'ready') release(deploy, at)
  }

  function compare(deploy: NetlifyDeploy, at: number): void {
    const known = contentsOf(state, deploy.site.account)
    deploy.required = new Set(
      [...(deploy.files ?? new Map<string, string>()).values()].filter((sha1) => !known.has(sha1)),
    )
    if (deploy.functions) {
      deploy.functions.required = new Set([...deploy.functions.digests.values()].filter((digest) => !known.has(digest)))
    }
    if (lacksNothing(deploy)) enter(deploy, 'uploaded', at)
  }

  function release(deploy: NetlifyDeploy, at: number): void {
    if (deploy.branch !== undefined) deploy.site.branches.set(labelOf(deploy), deploy)
    else if (!deploy.draft && !deploy.site.published?.locked) publish(deploy, at)
  }

  function publish(deploy: NetlifyDeploy, at: number = clock.now()): void {
    const { site } = deploy
    if (site.published === deploy) return
    if (site.published) site.history.push(site.published)
    site.published = deploy
    site.updatedAt = at
    deploy.publishedAt = at
  }

  return {
    settle,
    publish,
    digest(deploy, files, asynchronous) {
      deploy.files = files
      if (asynchronous) {
        due.push({ at: clock.now() + preparing, deploy, state: 'preparing' })
        return
      }
      enter(deploy, 'prepared', clock.now())
      if (!lacksNothing(deploy)) enter(deploy, 'uploading', clock.now())
    },
    receive(deploy, digest) {
      if (deploy.state === 'prepared') enter(deploy, 'uploading', clock.now())
      const isAwaited = [deploy.required, deploy.functions?.required].some((digests) => digests?.delete(digest))
      if (isAwaited && lacksNothing(deploy)) enter(deploy, 'uploaded', clock.now())
    },
    fail(deploy, message) {
      due = due.filter((one) => one.deploy !== deploy)
      deploy.build?.stop()
      deploy.errorMessage = message
      enter(deploy, 'error', clock.now())
    },
  }
}

function lacksNothing({ required, functions }: NetlifyDeploy): boolean {
  return required?.size === 0 && (functions?.required.size ?? 0) === 0
}
