import * as z from 'zod/mini'
import type { Settings } from './settings.js'

/** The commit that this tab's project is based on, by repository: the head of its default branch. */
export interface BaseCommits {
  /** `undefined` where nothing is known yet; `null` where the branch did not exist. */
  read(settings: Settings): string | null | undefined
  remember(settings: Settings, head: string | null): void
}

const headSchema = z.nullable(z.string())

/**
 * Remembers in the session storage, which belongs to one tab: what another tab or a teammate has committed in between is then
 * a conflict, and not lost. The local storage would make this tab believe that it knows the commits of the others.
 */
export function createBaseCommits(storage: Storage = sessionStorage): BaseCommits {
  const key = ({ github, repository }: Settings): string => `tabship-base ${github.apiUrl ?? ''} ${repository}`
  return {
    read: (settings) => {
      const text = storage.getItem(key(settings))
      return text === null ? undefined : headSchema.parse(JSON.parse(text))
    },
    remember: (settings, head) => storage.setItem(key(settings), JSON.stringify(head)),
  }
}
