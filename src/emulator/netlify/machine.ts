import type { NetlifyDelays } from './delays.js'
import { removeExpired } from './drop.js'
import { delayChange, productionLabel } from './propagation.js'
import { contentsOf, type DeployState, type NetlifyDeploy, type NetlifyState } from './state.js'
import { labelOf } from './views.js'

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
  /** Lets its site's address serve a deploy, without a trace in the site's history. */
  serve(deploy: NetlifyDeploy): void
  /** Makes a deploy the one that its site's address serves; what it served before comes into the history. */
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
export function createMachine(state: NetlifyState, clock: { now(): number }, delays: Required<NetlifyDelays>): Machine {
  const { preparing, prepared, processing, processed, ready, propagation } = delays
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
    deploy.stateTimes.push(at)
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
    const { site } = deploy
    delayChange(site, deploy.id, undefined, at, propagation)
    if (deploy.branch !== undefined) {
      const label = labelOf(deploy)
      delayChange(site, label, site.branches.get(label), at, propagation)
      site.branches.set(label, deploy)
    } else if (!deploy.draft && !site.published?.locked) publish(deploy, at)
  }

  function serve(deploy: NetlifyDeploy, at: number = clock.now()): void {
    const { site } = deploy
    delayChange(site, productionLabel, site.published, at, propagation)
    site.published = deploy
    site.updatedAt = at
  }

  function publish(deploy: NetlifyDeploy, at: number = clock.now()): void {
    const { site } = deploy
    if (site.published === deploy) return
    if (site.published) site.history.push(site.published)
    serve(deploy, at)
    deploy.publishedAt = at
  }

  return {
    settle,
    publish,
    serve,
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
