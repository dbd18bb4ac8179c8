import type { DeploymentEvent } from './spec/event.js'

/** What tabs say to each other about one deployment. */
export type TabMessage =
  /** From the tab that runs it: what happened; `from` in the answer to an `ask`, which holds all there is from this number on. */
  | { readonly type: 'events'; readonly from?: number; readonly events: readonly DeploymentEvent[] }
  /** To that tab: all events from this number on are wanted. */
  | { readonly type: 'ask'; readonly from: number }
  /** To that tab: its user wants it to end. */
  | { readonly type: 'cancel'; readonly reason: string }

/** Name of the channel on which tabs speak of a deployment. */
export function channelOf(id: string): string {
  return `deployment ${id}`
}

/** Name of the lock that the tab holds which runs a deployment. */
export function lockOf(id: string): string {
  return `deployment ${id}`
}

/** Name of the lock that a deployment holds on what it writes to. */
export function siteLockOf(resource: string): string {
  return `site ${resource}`
}
