import type { ContentStore } from './artifact.js'
import type { Journal } from './journal.js'
import type { Warning } from './plan.js'
import type { Tabs } from './tabs.js'

/** Everything by which deployments outlive their tab, and tabs know of each other. */
export interface DeploymentStorage {
  readonly journal: Journal
  /**
   * Opens the store of contents for one deployment. What it cannot keep for good it keeps in memory while it is open, and says
   * so once through `report`.
   */
  openContents(report: (warning: Warning) => void): ContentStore
  readonly tabs: Tabs
  /** How long deployments are remembered that do not run. */
  readonly retention: Retention
}

/** What is removed when a deployment starts: all beyond the count, and all that is older. Never one that runs. */
export interface Retention {
  /** Deployments. */
  readonly count: number
  /** Milliseconds since their last change. */
  readonly age: number
}
