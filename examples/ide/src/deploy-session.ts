import type { WebContainer } from '@webcontainer/api'
import {
  type ConflictChoice,
  confirmLeave,
  type Deployment,
  type DeploymentEvent,
  type DeploymentState,
  type DeployOptions,
  deploy,
  type FollowedDeployment,
  initialState,
  type ResumeOptions,
  reduce,
  resume,
} from 'tabship'
import { github } from 'tabship/git/github'
import { netlify } from 'tabship/targets/netlify'
import type { BaseCommits } from './base-commits.js'
import { newSession, type Place, type Session, withEvent } from './session.js'
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
  onConflict: ConflictChoice,
): Deployment {
  return deploy({ ...toDeployOptions(container, settings, base), onConflict })
}

/** Goes on with a deployment. Tokens are given again; the container is needed only where something has to be built again. */
export function resumeDeployment(
  id: string,
  place: Place,
  settings: Settings,
  container: WebContainer | undefined,
): Deployment {
  return resume(id, { ...toOptions(settings, place), ...(container && { container }) })
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

function toDeployOptions(container: WebContainer, settings: Settings, base: string | null | undefined): DeployOptions {
  return { ...toOptions(settings, settings), container, ...(base !== undefined && { commit: { expectedHead: base } }) }
}

function toOptions(
  settings: Settings,
  { repository, site }: Place,
): Required<Pick<ResumeOptions, 'git' | 'targets' | 'build'>> & Pick<ResumeOptions, 'relay'> {
  const { token, ...address } = settings.github
  const { apiUrl } = settings.netlify
  return {
    git: github({ auth: token, repository, ...defined(address) }),
    targets: [netlify({ auth: settings.netlify.token, site, ...defined({ apiUrl }) })],
    // The output goes to a terminal that shows colors.
    build: { env: { FORCE_COLOR: '1' } },
    ...(settings.relay && { relay: settings.relay }),
  }
}

/** Leaves out what the form left empty, so that the provider's own address is used. */
function defined<T extends Record<string, string | undefined>>(values: T): { [Name in keyof T]?: string } {
  const entries = Object.entries(values).filter(([, value]) => value)
  return Object.fromEntries(entries) as { [Name in keyof T]?: string }
}
