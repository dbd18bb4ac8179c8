import type { ApprovalChoice, DeployOptions } from 'tabship'
import type { Workbench } from './workbench.js'

/** What a person decides. */
export type Decision = Exclude<ApprovalChoice, 'wait'>

/** A question of the library: whether a run may go on. */
export interface Asked {
  readonly answer: (decision: Decision) => void
  /** What was clicked, until the host has taken it; `null` before. */
  readonly decision: Decision | null
}

/** Lets the buttons of the panel answer. Where it is decided elsewhere, the library waits for no answer. */
export function askApproval(bench: Workbench): NonNullable<DeployOptions['onApproval']> {
  return () =>
    new Promise((answer) => {
      bench.asked = { answer, decision: null }
      bench.draw()
    })
}
