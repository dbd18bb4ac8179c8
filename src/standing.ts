import type { EventBody } from './spec/event.js'

/** Keeps what a deployment has already made, for the case that it ends before its end. */
export interface Standing {
  note(event: EventBody): void
  /** One line for each thing that stands, in the order in which it was made. */
  readonly done: readonly string[]
}

/** @returns a list without entries. */
export function createStanding(): Standing {
  const done: string[] = []
  return {
    done,
    note(event) {
      if (event.type === 'repository-ready' && event.repository.created) {
        done.push(`created the repository ${event.repository.url}`)
      }
      if (event.type === 'site-ready' && event.site.created) done.push(`created the site ${event.site.url}`)
      if (event.type === 'commit-ready' && event.commit.created) {
        done.push(`committed ${event.commit.oid.slice(0, 7)} to ${event.commit.branch}`)
      }
      if (event.type === 'release-create') done.push(`published ${event.release.url}`)
    },
  }
}
