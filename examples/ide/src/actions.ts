import { initialState, TabshipError } from 'tabship'
import { planDeployment, runDeployment, type Session } from './deploy-session.js'
import { sentence } from './format.js'
import type { Settings } from './settings.js'
import type { SideModel } from './side.js'
import { deployObstacle, isDeploying, runObstacle, type Workbench } from './workbench.js'

/** What a person can do on the page. None of these rejects: trouble is shown. */
export interface Actions {
  deploy(): Promise<void>
  cancel(): void
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

/** Milliseconds between two drawings of a running deployment, so that time moves between its events. */
const tick = 200
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

  const deploy = async (): Promise<void> => {
    const { settings, tools, bases } = bench
    if (!settings || !tools || isDeploying(bench) || deployObstacle(bench) !== null) return
    const previous = bench.session
    bench.notice = null
    const starting = startingSession()
    bench.session = starting
    bench.focus = '[data-action=cancel]'
    draw()
    const timer = setInterval(draw, tick)
    try {
      await tools.editor.save()
      terminals.clear('Deployment')
      terminals.show('Deployment')
      if (bench.accepted) bases.remember(settings, bench.accepted.head)
      bench.accepted = null
      await runDeployment(tools.container, settings, bases, {
        output: (data) => terminals.write('Deployment', data),
        change: (session) => {
          const isCanceling = bench.session?.isCanceling ?? false
          // A click on Cancel while the files were being saved.
          if (isCanceling && bench.session === starting) session.cancel()
          bench.session = { ...session, isCanceling }
          draw()
        },
      })
      if (bench.session.state.error?.code === 'container-lost') lose()
    } catch (error) {
      // What was typed could not be saved, or the page itself failed: there is no deployment then.
      bench.session = previous
      report(error)
    } finally {
      clearInterval(timer)
      bench.focus = '.hero h2'
      refresh()
      draw()
    }
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
    deploy,
    plan,
    start,
    refresh,
    report,
    cancel: () => {
      if (!bench.session || !isDeploying(bench)) return
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

function startingSession(): Session {
  return { state: initialState, log: [], isCanceling: false, cancel: () => undefined }
}

function describeError(error: unknown): string {
  if (TabshipError.isInstance(error)) return `${sentence(error.message)} ${sentence(error.hint)}`.trim()
  return sentence(error instanceof Error ? error.message : String(error))
}
