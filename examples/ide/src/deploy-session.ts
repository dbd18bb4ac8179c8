import type { WebContainer } from '@webcontainer/api'
import { type DeploymentEvent, type DeploymentState, type DeployOptions, deploy, initialState, reduce } from 'tabship'
import { github } from 'tabship/git/github'
import { netlify } from 'tabship/targets/netlify'
import type { BaseCommits } from './base-commits.js'
import { describeEvent, type LogLine } from './describe-event.js'
import type { Settings } from './settings.js'

/** A deployment as the panel shows it: the library's own state, and lines for people. */
export interface Session {
  readonly state: DeploymentState
  readonly log: readonly LogLine[]
  /** Whether it was asked to stop and has not stopped yet. */
  readonly isCanceling: boolean
  readonly cancel: () => void
}

/** What happens to a session. */
export interface SessionListener {
  change(session: Session): void
  /** Raw output of the processes, with its colors. */
  output(data: string): void
}

const logLimit = 2_000

/**
 * Deploys and keeps the state: a fold over the events, and nothing else. The commit that the project is based on goes along,
 * and the one that comes of it is remembered. Resolves with the last state.
 */
export async function runDeployment(
  container: WebContainer,
  settings: Settings,
  bases: BaseCommits,
  listener: SessionListener,
): Promise<DeploymentState> {
  const deployment = deploy(toOptions(container, settings, bases.read(settings)))
  const cancel = (): void => deployment.cancel()

  let session: Session = { state: initialState, log: [], isCanceling: false, cancel }
  listener.change(session)
  for await (const event of deployment.events) {
    // For whoever watches the page: a test, an extension, the console.
    document.dispatchEvent(new CustomEvent('deployment-event', { detail: event }))
    if (event.type === 'process-output') listener.output(event.data)
    learnBase(event, settings, bases)
    session = { ...session, state: reduce(session.state, event), log: withEvent(session, event) }
    listener.change(session)
  }
  return session.state
}

/** Asks what a deployment would do, without doing it. Rejects with the reason when there is no plan. */
export async function planDeployment(
  container: WebContainer,
  settings: Settings,
  base: string | null | undefined,
): Promise<DeploymentState> {
  const deployment = deploy({ ...toOptions(container, settings, base), dryRun: true })
  let state = initialState
  for await (const event of deployment.events) state = reduce(state, event)
  await deployment.done
  return state
}

/**
 * A commit of this tab is what its project is based on, and so is a branch that was seen not to exist. A commit of somebody
 * else is not, however often it is seen: the project doesn't hold their work.
 */
function learnBase(event: DeploymentEvent, settings: Settings, bases: BaseCommits): void {
  if (event.type === 'commit-ready') bases.remember(settings, event.commit.oid)
  if (event.type === 'repository-ready' && bases.read(settings) === undefined) {
    const { heads, defaultBranch } = event.repository
    if (heads[defaultBranch] === null) bases.remember(settings, null)
  }
}

function toOptions(container: WebContainer, settings: Settings, base: string | null | undefined): DeployOptions {
  const { token, ...address } = settings.github
  const { apiUrl } = settings.netlify
  return {
    container,
    git: github({ auth: token, repository: settings.repository, ...defined(address) }),
    targets: [netlify({ auth: settings.netlify.token, site: settings.site, ...defined({ apiUrl }) })],
    // The output goes to a terminal that shows colors.
    build: { env: { FORCE_COLOR: '1' } },
    ...(base !== undefined && { commit: { expectedHead: base } }),
    ...(settings.relay && { relay: settings.relay }),
  }
}

/** How far back a line is not said again: steps run side by side, so that repetitions need not be neighbors. */
const repetition = 6

function withEvent({ state, log }: Session, event: DeploymentEvent): readonly LogLine[] {
  const line = describeEvent(event)
  if (line === null || log.slice(-repetition).some(({ text }) => text === line.text)) return log
  return [...log.slice(-logLimit), { ...line, at: event.time - (state.startedAt ?? event.time) }]
}

/** Leaves out what the form left empty, so that the provider's own address is used. */
function defined<T extends Record<string, string | undefined>>(values: T): { [Name in keyof T]?: string } {
  const entries = Object.entries(values).filter(([, value]) => value)
  return Object.fromEntries(entries) as { [Name in keyof T]?: string }
}
