import type { WebContainer } from '@webcontainer/api'
import {
  confirmLeave,
  type Deployment,
  type DeploymentEvent,
  type DeploymentState,
  type DeployOptions,
  deploy,
  type FollowedDeployment,
  initialState,
  reduce,
  resume,
} from 'tabship'
import type { BaseCommits } from './base-commits.js'
import { toDeployOptions, toResumeOptions } from './deploy-options.js'
import type { Place } from './place.js'
import { isBuildLog } from './run-words.js'
import { newSession, type Session, withEvent } from './session.js'
import type { Settings } from './settings.js'

/** What happens to a session. */
export interface SessionListener {
  change(session: Session, event: DeploymentEvent): void
  /** Raw output of the processes, with its colors. */
  output(data: string): void
}

/** Begins a deployment of what the container holds, on the commit that its project is based on. */
export function startDeployment(
  container: WebContainer,
  settings: Settings,
  base: string | null | undefined,
  decisions: Pick<DeployOptions, 'onConflict' | 'onApproval'>,
): Deployment {
  return deploy({ ...toDeployOptions(container, settings, base), ...decisions })
}

/** Goes on with a deployment. Tokens are given again; the container is needed only where something has to be built again. */
export function resumeDeployment(
  id: string,
  place: Place,
  settings: Settings,
  container: WebContainer | undefined,
  decisions: Pick<DeployOptions, 'onApproval'>,
): Deployment {
  return resume(id, { ...toResumeOptions(settings, place), ...decisions, ...(container && { container }) })
}

/** Reads a deployment that this tab runs to its end. The browser asks before the page is left meanwhile. */
export function readRun(deployment: Deployment, place: Place, listener: SessionListener): Promise<Session> {
  confirmLeave(deployment)
  return read(deployment, 'this', place, {
    ...listener,
    change: (session, event) => {
      // For whoever watches the page: a test, an extension, the console.
      document.dispatchEvent(new CustomEvent('deployment-event', { detail: event }))
      listener.change(session, event)
    },
  })
}

/** Reads a deployment of another tab to its end, or until that tab has gone. */
export async function readFollowed(
  followed: FollowedDeployment,
  place: Place,
  listener: SessionListener,
): Promise<Session> {
  const session = await read(followed, 'other', place, listener)
  return (await followed.done) === 'orphaned' ? { ...session, tab: 'gone' } : session
}

async function read(
  deployment: Pick<Deployment, 'id' | 'events' | 'cancel'>,
  tab: Session['tab'],
  place: Place,
  listener: SessionListener,
): Promise<Session> {
  let session = newSession({ id: deployment.id, place, tab, cancel: () => deployment.cancel() })
  for await (const event of deployment.events) {
    if (event.type === 'process-output') listener.output(event.data)
    if (event.type === 'log-line' && isBuildLog(event)) listener.output(`${event.text}\n`)
    session = withEvent(session, event)
    listener.change(session, event)
  }
  return session
}

/** Asks what a deployment would do, without doing it. Rejects with the reason when there is no plan. */
export async function planDeployment(
  container: WebContainer,
  settings: Settings,
  base: string | null | undefined,
): Promise<DeploymentState> {
  const deployment = deploy({ ...toDeployOptions(container, settings, base), dryRun: true })
  let state = initialState
  for await (const event of deployment.events) state = reduce(state, event)
  await deployment.done
  return state
}

/**
 * A commit of this tab is what its project is based on, and so is a branch that was seen not to exist. A commit of somebody
 * else is not, however often it is seen: the project doesn't hold their work.
 */
export function learnBase(event: DeploymentEvent, settings: Settings, bases: BaseCommits): void {
  // A branch of its own is none that the next deployment stands on.
  if (event.type === 'commit-ready' && !event.commit.pullRequest) bases.remember(settings, event.commit.oid)
  if (event.type === 'repository-ready' && bases.read(settings) === undefined) {
    const { heads, defaultBranch } = event.repository
    if (heads[defaultBranch] === null) bases.remember(settings, null)
  }
}
