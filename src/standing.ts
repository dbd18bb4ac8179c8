import { isOver, type RunState, reduceRuns } from './events/reduce-run.js'
import type { EventBody } from './spec/event.js'

/** Keeps what a deployment has already made, for the case that it ends before its end. */
export interface Standing {
  /** @param step Id of the step that tells it. */
  note(step: string | null, event: EventBody): void
  /** One line for each thing that stands, in the order in which it was made. */
  readonly done: readonly string[]
  /** One line for each thing that should have been undone and could not be. */
  readonly left: readonly string[]
  /** Addresses of runs that were told to stop, which their host does in its own time. */
  readonly stopping: readonly string[]
}

/** @returns lists without entries. */
export function createStanding(): Standing {
  const done: string[] = []
  const stopping: string[] = []
  let left: readonly { readonly step: string | null; readonly line: string }[] = []
  let runs: readonly RunState[] = []
  /** A resumed step tells again what it made. */
  const add = (line: string) => {
    if (!done.includes(line)) done.push(line)
  }
  return {
    done,
    get left() {
      return left.map(({ line }) => line)
    },
    stopping,
    note(step, event) {
      switch (event.type) {
        case 'deployment-resume':
          stopping.length = 0
          return
        case 'step-start':
          // It goes on from what it was left as, and what becomes of it now is told anew.
          left = left.filter((one) => one.step !== step)
          return
        case 'repository-ready':
          if (event.repository.created) add(`created the repository ${event.repository.url}`)
          return
        case 'site-ready':
          if (event.site.created) add(`created the site ${event.site.url}`)
          return
        case 'setting-ready':
          if (event.change !== 'unchanged') add(`${event.change} the ${event.setting} ${event.name}`)
          return
        case 'commit-ready':
          if (event.commit.created) add(`committed ${event.commit.oid.slice(0, 7)} to ${event.commit.branch}`)
          return
        case 'run-start':
          if (!event.adopted) add(`started the ${step === 'build' ? 'build' : 'publication'} ${event.run.url}`)
          runs = reduceRuns(runs, { step, ...event })
          return
        case 'run-job':
          runs = reduceRuns(runs, { step, ...event })
          return
        case 'release-create':
          add(`published ${event.release.url}`)
          return
        case 'release-switch': {
          const { url } = event.release
          if (event.way === 'promote') add(`promoted ${url}`)
          else done.splice(0, done.length, ...done.filter((line) => line !== `published ${url}`), `rolled back ${url}`)
          return
        }
        case 'warning':
          if (event.code === 'cancel-failed' || event.code === 'remote-kept')
            left = [...left, { step, line: event.message.replace(/\.$/, '') }]
          return
        case 'step-cancel': {
          const run = runs.find((one) => one.step === step)
          if (run && !isOver(run) && !left.some((one) => one.step === step)) stopping.push(run.url)
        }
      }
    },
  }
}
