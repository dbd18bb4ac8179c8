import type { DeploymentEvent, DeploymentState, HostApproval } from 'tabship'
import { formatMoment } from '../../support/format.js'

/** How a job, or a step of one, is shown. */
export type RunStatus = 'waiting' | 'running' | 'done' | 'failed' | 'canceled' | 'skipped'

interface Told {
  readonly state: string
  readonly conclusion: string | null
}

const conclusions: Readonly<Record<string, RunStatus>> = {
  success: 'done',
  neutral: 'done',
  skipped: 'skipped',
  cancelled: 'canceled',
}

const words: Readonly<Record<RunStatus, string>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'ok',
  failed: 'failed',
  canceled: 'canceled',
  skipped: 'skipped',
}

/** What the host's own words come to. */
export function statusOf({ state, conclusion }: Told): RunStatus {
  if (conclusion !== null) return conclusions[conclusion] ?? 'failed'
  return state === 'in_progress' ? 'running' : 'waiting'
}

/** The same for people: `queued`, `running`, `ok`. */
export function describeStatus(told: Told): string {
  if (told.conclusion === 'timed_out') return 'took too long'
  return told.conclusion === null && told.state === 'queued' ? 'queued' : words[statusOf(told)]
}

/** Who or what lets a run go on, in one sentence. */
export function describeApproval({ environments, reviewers, until }: HostApproval): string {
  const name = environments.join(' and ')
  const moment = until === null ? null : formatMoment(until)
  if (reviewers.length === 0) return `The environment ${name} lets the run go on${moment ? ` at ${moment}` : ''}.`
  const who = reviewers.join(' or ')
  return `The environment ${name} waits for an approval by ${who}${moment ? `, and until ${moment}` : ''}.`
}

/** What was decided; `null` where it was decided elsewhere. */
export function describeDecision(decision: 'approve' | 'reject' | null): string {
  if (decision === null) return 'The run waits no more.'
  return decision === 'approve' ? 'The run was approved here.' : 'The run was rejected here.'
}

/** Whether it is a line of the log of a build on the host's own machines, which is for the terminal. */
export function isBuildLog(event: DeploymentEvent): boolean {
  return event.type === 'log-line' && event.source === 'provider' && event.step === 'build'
}

/** Whether it is built on the host's own machines: only what those build is committed first. */
export function isBuiltElsewhere({ steps }: DeploymentState): boolean {
  return steps.some(({ id, needs }) => id === 'build' && needs.includes('commit'))
}
