import { TabshipError } from 'tabship'
import { planDeployment, runDeployment } from './deploy-session.js'
import type { Settings } from './settings.js'
import type { SideModel } from './side.js'
import { isDeploying, type Workbench } from './workbench.js'

/** What a person can do on the page. None of these rejects: trouble is shown. */
export interface Actions {
  deploy(): Promise<void>
  /** Works out anew what a deployment would do. */
  plan(): Promise<void>
  edit(settings: Settings): void
  open(path: string): void
  /** Reads the tree of files again. */
  refresh(): void
  start(): Promise<void>
  stop(): void
  show(tab: SideModel['tab']): void
  report(error: unknown): void
}

/** Milliseconds between two drawings of a running deployment, so that time moves between its events. */
const tick = 200

/** Makes the actions of one page. */
export function createActions(bench: Workbench): Actions {
  const { terminals, draw } = bench

  const report = (error: unknown): void => {
    bench.notice = TabshipError.isInstance(error) ? `${error.message} ${error.hint}` : String(error)
    draw()
  }
  const refresh = (): void => void bench.tools?.tree.refresh().catch(report)

  const plan = async (): Promise<void> => {
    const { settings, tools } = bench
    if (!settings || !tools) return
    try {
      bench.preview = await planDeployment(tools.container, settings)
      bench.notice = null
    } catch (error) {
      report(error)
    }
    draw()
  }

  const deploy = async (): Promise<void> => {
    const { settings, tools } = bench
    if (!settings || !tools || isDeploying(bench)) return
    const timer = setInterval(draw, tick)
    bench.notice = null
    try {
      await tools.editor.save()
      terminals.clear('Deployment')
      terminals.show('Deployment')
      await runDeployment(tools.container, settings, {
        output: (data) => terminals.write('Deployment', data),
        change: (session) => {
          bench.session = session
          draw()
        },
      })
    } catch (error) {
      // Names that the providers refuse outright: there is no deployment then.
      bench.session = null
      report(error)
    } finally {
      clearInterval(timer)
      refresh()
      draw()
    }
  }

  const start = async (): Promise<void> => {
    const { tools } = bench
    if (!tools || bench.side.isRunning) return
    bench.side = { ...bench.side, isRunning: true, tab: 'Preview' }
    draw()
    await tools.server.run().catch(report)
    bench.side = { ...bench.side, isRunning: false }
    refresh()
    draw()
  }

  return {
    deploy,
    plan,
    start,
    refresh,
    report,
    edit: (settings) => {
      bench.settings = settings
      draw()
      if (bench.session === null) void plan()
    },
    open: (path) => void bench.tools?.editor.open(path).catch(report),
    stop: () => bench.tools?.server.stop(),
    show: (tab) => {
      bench.side = { ...bench.side, tab }
      draw()
    },
  }
}
