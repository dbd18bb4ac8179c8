import type { WebContainer } from '@webcontainer/api'
import { type DeploymentEvent, type DeploymentState, type DeployOptions, deploy, initialState, reduce } from 'tabship'
import { github } from 'tabship/git/github'
import { netlify } from 'tabship/targets/netlify'
import { describeEvent, type LogLine } from './describe-event.js'
import type { Settings } from './settings.js'

/** A deployment as the panel shows it: the library's own state, and lines for people. */
export interface Session {
  readonly state: DeploymentState
  readonly log: readonly LogLine[]
  readonly cancel: () => void
}

/** What happens to a session. */
export interface SessionListener {
  change(session: Session): void
  /** Raw output of the processes, with its colours. */
  output(data: string): void
}

const logLimit = 2_000

/** Deploys and keeps the state: a fold over the events, and nothing else. Resolves with the last state; never rejects. */
export async function runDeployment(
  container: WebContainer,
  settings: Settings,
  listener: SessionListener,
): Promise<DeploymentState> {
  const deployment = deploy(toOptions(container, settings))
  const cancel = (): void => deployment.cancel()

  let session: Session = { state: initialState, log: [], cancel }
  listener.change(session)
  for await (const event of deployment.events) {
    // For whoever watches the page: a test, an extension, the console.
    document.dispatchEvent(new CustomEvent('deployment-event', { detail: event }))
    if (event.type === 'process-output') listener.output(event.data)
    session = { cancel, state: reduce(session.state, event), log: withEvent(session, event) }
    listener.change(session)
  }
  return session.state
}

/** Asks what a deployment would do, without doing it. Rejects with the reason when there is no plan. */
export async function planDeployment(container: WebContainer, settings: Settings): Promise<DeploymentState> {
  const deployment = deploy({ ...toOptions(container, settings), dryRun: true })
  let state = initialState
  for await (const event of deployment.events) state = reduce(state, event)
  await deployment.done
  return state
}

function toOptions(container: WebContainer, settings: Settings): DeployOptions {
  const { token, ...address } = settings.github
  const { apiUrl } = settings.netlify
  return {
    container,
    git: github({ auth: token, repository: settings.repository, ...defined(address) }),
    targets: [netlify({ auth: settings.netlify.token, site: settings.site, ...defined({ apiUrl }) })],
    // The output goes to a terminal that shows colours.
    build: { env: { FORCE_COLOR: '1' } },
    ...(settings.relay && { relay: settings.relay }),
  }
}

function withEvent({ state, log }: Session, event: DeploymentEvent): readonly LogLine[] {
  const line = describeEvent(event)
  return line === null ? log : [...log.slice(-logLimit), { ...line, at: event.time - (state.startedAt ?? event.time) }]
}

/** Leaves out what the form left empty, so that the provider's own address is used. */
function defined<T extends Record<string, string | undefined>>(values: T): { [Name in keyof T]?: string } {
  const entries = Object.entries(values).filter(([, value]) => value)
  return Object.fromEntries(entries) as { [Name in keyof T]?: string }
}
