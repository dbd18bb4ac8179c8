import type { EventBody } from './spec/event.js'

/** Keeps what a deployment has already made, for the case that it ends before its end. */
export interface Standing {
  note(event: EventBody): void
  /** One line for each thing that stands, in the order in which it was made. */
  readonly done: readonly string[]
  /** One line for each thing that should have been undone and could not be. */
  readonly left: readonly string[]
}

/** @returns lists without entries. */
export function createStanding(): Standing {
  const done: string[] = []
  const left: string[] = []
  /** A resumed step tells again what it made. */
  const add = (line: string) => {
    if (!done.includes(line)) done.push(line)
  }
  return {
    done,
    left,
    note(event) {
      if (event.type === 'repository-ready' && event.repository.created) {
        add(`created the repository ${event.repository.url}`)
      }
      if (event.type === 'site-ready' && event.site.created) add(`created the site ${event.site.url}`)
      if (event.type === 'setting-ready' && event.change !== 'unchanged') {
        add(`${event.change} the ${event.setting} ${event.name}`)
      }
      if (event.type === 'commit-ready' && event.commit.created) {
        add(`committed ${event.commit.oid.slice(0, 7)} to ${event.commit.branch}`)
      }
      if (event.type === 'run-start' && !event.adopted) add(`started the build ${event.run.url}`)
      if (event.type === 'release-create') add(`published ${event.release.url}`)
      if (event.type === 'warning' && (event.code === 'cancel-failed' || event.code === 'remote-kept'))
        left.push(event.message)
    },
  }
}
