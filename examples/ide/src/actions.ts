import { type ConflictChoice, type Deployment, TabshipError } from 'tabship'
import { askApproval, type Decision } from './ask-approval.js'
import { learnBase, planDeployment, readRun, resumeDeployment, startDeployment } from './deploy-session.js'
import { type Place, placeFrom } from './place.js'
import { createRemembered } from './remembered.js'
import { isRunning, newSession, type Session } from './session.js'
import { rememberChoices, type Settings } from './settings.js'
import type { SideModel } from './side.js'
import {
  deployObstacle,
  isDeploying,
  needsContainer,
  resumeObstacle,
  runObstacle,
  type Workbench,
} from './workbench.js'

/** What a person can do on the page. None of these rejects: trouble is shown. */
export interface Actions {
  deploy(): Promise<void>
  /** Deploys again, with a choice of what becomes of the commit where the branch has moved. */
  settle(choice: ConflictChoice): void
  /** Lets a build that waits for an approval go on, or not. */
  decide(decision: Decision): void
  /** Goes on with a deployment that lost its tab, failed or was canceled. */
  resume(id: string, place: Place): Promise<void>
  /** Cancels what the panel shows, in whichever tab it runs. */
  cancel(): void
  /** Removes a deployment from what this browser remembers. */
  forget(id: string): void
  /** Shows a deployment that another tab runs. */
  follow(id: string, place: Place): void
  /** Looks again at what this browser remembers of deployments. */
  look(): void
  /** Lets the next deployment build on the commit that a conflict found; `null`: on no commit, because the branch is gone. */
  accept(head: string | null): void
  /** Works out anew what a deployment would do, soon. */
  plan(): void
  edit(settings: Settings): void
  open(path: string): void
  /** Looks again at the files: the tree, the open one, the plan. */
  refresh(): void
  start(): Promise<void>
  stop(): void
  show(tab: SideModel['tab']): void
  report(error: unknown): void
}

/** Milliseconds without a change after which the plan is made anew. */
const planDelay = 500

/** Makes the actions of one page. */
export function createActions(bench: Workbench): Actions {
  const { terminals, draw } = bench
  let planTimer: ReturnType<typeof setTimeout> | undefined
  let plans = 0

  const report = (error: unknown): void => {
    // The client of WebContainer says this of a container that has gone; there is no event for it.
    if (error instanceof Error && /\bProxy has been released\b/.test(error.message)) lose()
    else bench.notice = describeError(error)
    draw()
  }
  const lose = (): void => {
    bench.isLost = true
    bench.notice = null
    bench.side = { ...bench.side, preview: null }
  }

  const makePlan = async (): Promise<void> => {
    const { settings, tools } = bench
    // After the first deployment the table shows what was done, not what would be.
    if (!settings || !tools || bench.session || bench.isLost) return
    plans += 1
    const number = plans
    try {
      const preview = await planDeployment(tools.container, settings, bench.bases.read(settings))
      if (number !== plans) return
      bench.preview = preview
      bench.notice = null
      draw()
    } catch (error) {
      if (number === plans) report(error)
    }
  }
  const plan = (): void => {
    clearTimeout(planTimer)
    planTimer = setTimeout(makePlan, planDelay)
  }
  const refresh = (): void => {
    const { tools } = bench
    if (!tools || bench.isLost) return
    Promise.all([tools.tree.refresh(), tools.editor.check()]).catch(report)
    plan()
  }

  const remembered = createRemembered(bench, report)
  const look = (): void => void remembered.look().catch(report)

  /** Reads a deployment that this tab runs to its end. Where another tab runs it already, that one is followed. */
  const carry = async (deployment: Deployment, place: Place, learns: boolean): Promise<void> => {
    terminals.clear('Deployment')
    terminals.show('Deployment')
    const settings = bench.settings && { ...bench.settings, ...place }
    const last = await readRun(deployment, place, {
      output: (data) => terminals.write('Deployment', data),
      change: (session, event) => {
        if (learns && settings) learnBase(event, settings, bench.bases)
        // Refused, because another tab was faster: that one is shown, and no error.
        if (runningElsewhere(session) !== null) return
        const isResuming = bench.resuming !== null
        // Its earlier events come first: until they have, what is shown stays.
        if (isResuming && event.type !== 'deployment-resume' && event.type !== 'deployment-end') return
        bench.session = { ...session, isCanceling: !isResuming && (bench.session?.isCanceling ?? false) }
        if (isResuming) bench.focus = '[data-action=cancel]'
        bench.resuming = null
        draw()
      },
    })
    if (last.state.error?.code === 'container-lost') lose()
    const other = runningElsewhere(last)
    if (other === null) return look()
    bench.resuming = null
    remembered.follow(other, place).catch(report)
  }

  /** Whatever runs a deployment of this tab, from the click to its end. */
  const occupy = async (work: () => Promise<void>): Promise<void> => {
    const previous = bench.session
    bench.notice = null
    draw()
    try {
      await work()
    } catch (error) {
      // What was typed could not be saved, or the page itself failed: there is no deployment then.
      bench.session = previous
      report(error)
    } finally {
      bench.resuming = null
      bench.focus = '.hero h2'
      refresh()
      draw()
    }
  }

  const deploy = async (choice: ConflictChoice = 'stop'): Promise<void> => {
    const { settings, tools, bases } = bench
    if (!settings || !tools || isDeploying(bench) || deployObstacle(bench) !== null) return
    const place = placeFrom(settings)
    await occupy(async () => {
      bench.session = newSession({ id: '', place, tab: 'this', cancel: () => undefined })
      bench.focus = '[data-action=cancel]'
      await tools.editor.save()
      if (bench.accepted) bases.remember(settings, bench.accepted.head)
      bench.accepted = null
      const decisions = { onConflict: choice, onApproval: askApproval(bench) }
      const deployment = startDeployment(tools.container, settings, bases.read(settings), decisions)
      // A click on Cancel while the files were being saved.
      if (bench.session?.isCanceling) deployment.cancel()
      await carry(deployment, place, true)
    })
  }

  const resume = async (id: string, place: Place): Promise<void> => {
    const { settings, tools, session, isLost } = bench
    if (!settings || isDeploying(bench) || resumeObstacle(bench, id) !== null) return
    // What was published from another tab's files is not in this tab's.
    const learns = session === null || session.tab === 'this'
    bench.resuming = id
    await occupy(async () => {
      const container = isLost ? undefined : tools?.container
      if (container && needsContainer(bench, id)) await tools?.editor.save()
      const decisions = { onApproval: askApproval(bench) }
      await carry(resumeDeployment(id, place, settings, container, decisions), place, learns)
    })
  }

  const start = async (): Promise<void> => {
    const { tools } = bench
    if (!tools || bench.side.isRunning || runObstacle(bench) !== null) return
    bench.side = { ...bench.side, isRunning: true, tab: 'Preview' }
    draw()
    await tools.editor.save().then(tools.server.run).catch(report)
    bench.side = { ...bench.side, isRunning: false, isInstalling: false }
    refresh()
    draw()
  }

  return {
    deploy: () => deploy(),
    settle: (choice) => void deploy(choice).catch(report),
    decide: (decision) => {
      const { asked } = bench
      if (!asked || asked.decision !== null) return
      bench.asked = { ...asked, decision }
      const run = bench.session?.state.runs.find(({ approval }) => approval !== null)
      bench.focus = `#run-title-${run?.step}`
      asked.answer(decision)
      draw()
    },
    resume,
    look,
    forget: (id) => {
      bench.focus = '.hero h2'
      remembered.forget(id).then(plan).catch(report)
    },
    follow: (id, place) => void remembered.follow(id, place).catch(report),
    plan,
    start,
    refresh,
    report,
    cancel: () => {
      if (!bench.session || !isRunning(bench.session)) return
      bench.session.cancel()
      bench.session = { ...bench.session, isCanceling: true }
      draw()
    },
    accept: (head) => {
      bench.accepted = { head }
      bench.focus = '[data-action=deploy]'
      draw()
    },
    edit: (settings) => {
      bench.settings = settings
      rememberChoices(settings)
      bench.accepted = null
      draw()
      plan()
    },
    open: (path) => void bench.tools?.editor.open(path).catch(report),
    stop: () => bench.tools?.server.stop(),
    show: (tab) => {
      bench.side = { ...bench.side, tab }
      draw()
    },
  }
}

/** The deployment of another tab because of which one was refused; `null` where none was. */
function runningElsewhere({ state: { error } }: Session): string | null {
  const other = error?.code === 'deployment-running' ? error.details.deployment : null
  return typeof other === 'string' ? other : null
}

function describeError(error: unknown): string {
  if (TabshipError.isInstance(error)) return `${error.message} ${error.hint}`.trim()
  return error instanceof Error ? error.message : String(error)
}
