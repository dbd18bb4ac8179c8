import {
  autoResume,
  type DeploymentSummary,
  deployments,
  follow,
  forget,
  type InterruptedDeployment,
  watchDeployments,
} from 'tabship'
import { readFollowed } from './deploy-session.js'
import { type Place, placeOf } from './place.js'
import { isRunning, newSession, type Session, withEvent } from './session.js'
import { isDeploying, type Workbench } from './workbench.js'

/** What this browser remembers of deployments, and which of them other tabs run. */
export interface Remembered {
  /** Looks at what is remembered, and follows what another tab runs. */
  look(): Promise<void>
  /** Shows a deployment that another tab runs, until it has ended or its tab has gone. */
  follow(id: string, place: Place): Promise<void>
  forget(id: string): Promise<void>
}

/** Milliseconds that reading what was written down may take; another tab may have gone on with it meanwhile. */
const readLimit = 5_000
/** States of a deployment that was interrupted and is no longer. */
const hasGoneOn: ReadonlySet<DeploymentSummary['state']> = new Set(['running', 'success', 'failure', 'canceled'])

/** Makes what knows of the deployments that this page has not begun itself. */
export function createRemembered(bench: Workbench, report: (error: unknown) => void): Remembered {
  const { terminals, draw } = bench
  let looks = 0

  const look = async (): Promise<void> => {
    looks += 1
    const number = looks
    const [history, interrupted] = await Promise.all([deployments(), autoResume()])
    const [latest] = interrupted
    const card = latest ? await readInterrupted(latest) : null
    // Somebody has looked again meanwhile.
    if (number !== looks) return
    Object.assign(bench, { history, interrupted, card })
    draw()
    if (isDeploying(bench)) return
    const { session } = bench
    const known = history.find(({ id }) => id === session?.id)
    const running = history.find(({ state }) => state === 'running')
    if (session?.tab === 'gone' && !known) bench.session = null
    // Another tab has gone on with it.
    if (session?.tab === 'gone' && known && hasGoneOn.has(known.state)) return show(known)
    // What came of a click in this tab stays until the next click.
    if (running && bench.session?.tab !== 'this' && !(bench.session && isRunning(bench.session))) await show(running)
  }

  const show = (summary: DeploymentSummary): Promise<void> => followNow(summary.id, placeOf(summary))

  const followNow = async (id: string, place: Place): Promise<void> => {
    const followed = follow(id)
    const isShown = (): boolean => bench.session?.id === id && bench.session.tab !== 'this'
    terminals.clear('Deployment')
    const previous = bench.session
    bench.session = newSession({ id, place, tab: 'other', cancel: () => followed.cancel() })
    const last = await readFollowed(followed, place, {
      output: (data) => {
        if (isShown()) terminals.write('Deployment', data)
      },
      change: (next) => {
        if (!isShown()) return
        bench.session = { ...next, isCanceling: bench.session?.isCanceling ?? false }
        draw()
      },
    }).catch((error: unknown) => {
      if (isShown()) bench.session = previous
      throw error
    })
    if (!isShown()) return
    bench.session = last
    // Nobody may have clicked in this tab at all: only a focus that would be lost is moved.
    if (document.activeElement?.closest('.side')) bench.focus = '.hero h2'
    await look()
  }

  watchDeployments(() => void look().catch(report))
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look().catch(report)
  })

  return {
    look,
    follow: followNow,
    forget: async (id) => {
      await forget(id)
      await look()
    },
  }
}

/** What was written down of a deployment that nobody runs. */
async function readInterrupted(interrupted: InterruptedDeployment): Promise<Session> {
  const { id } = interrupted
  let session = newSession({ id, place: placeOf(interrupted), tab: 'gone', cancel: () => undefined })
  const { events } = follow(id, { signal: AbortSignal.timeout(readLimit) })
  for await (const event of events) session = withEvent(session, event)
  return session
}
