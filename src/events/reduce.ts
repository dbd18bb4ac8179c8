import type { ExcludedFile } from '../spec/artifact.js'
import type { DomainStatus } from '../spec/domain.js'
import type { ErrorInfo } from '../spec/error.js'
import type { DeploymentEvent, DeploymentResult, EventStamp } from '../spec/event.js'
import type { Commit, Repository } from '../spec/git-host.js'
import type { OptimizedFiles } from '../spec/image-optimizer.js'
import type { Plan, Warning } from '../spec/plan.js'
import type { Project } from '../spec/project.js'
import type { Release, Site, Verification } from '../spec/release.js'
import type { SetupChange } from '../spec/repository-setup.js'
import { leaveRuns, type RunState, reduceRuns } from './reduce-run.js'
import { interrupted, planned, type StepState, unplanned } from './step-state.js'

/** Everything that is known of a deployment after some of its events. JSON-safe. */
export interface DeploymentState {
  readonly deployment: string | null
  readonly status: 'waiting' | 'running' | 'success' | 'failure' | 'canceled'
  /** Whether an earlier run of it was interrupted, or failed, and this one went on from there. */
  readonly resumed: boolean
  /** Whether the device has no network, so that everything waits. */
  readonly offline: boolean
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly project: Project | null
  readonly plan: Plan | null
  readonly steps: readonly StepState[]
  /** The runs on the git host's own machines, the last one of each step, in the order in which the steps began theirs. */
  readonly runs: readonly RunState[]
  readonly excluded: readonly ExcludedFile[]
  /** What was saved by making images smaller, where that was asked for. */
  readonly optimized: OptimizedFiles | null
  readonly repository: Repository | null
  readonly settings: readonly SetupChange[]
  readonly sites: readonly { readonly target: string; readonly site: Site }[]
  readonly commits: readonly Commit[]
  readonly releases: readonly Release[]
  readonly verifications: readonly Verification[]
  readonly domains: readonly DomainStatus[]
  /**
   * With the step that each belongs to; `null`: the deployment as a whole. That a step was left in the middle is forgotten as soon as
   * it goes on: what becomes of it then is told anew.
   */
  readonly warnings: readonly (Warning & Pick<EventStamp, 'step'>)[]
  readonly result: DeploymentResult | null
  readonly error: ErrorInfo | null
}

/** The state before the first event. */
export const initialState: DeploymentState = {
  deployment: null,
  status: 'waiting',
  resumed: false,
  offline: false,
  startedAt: null,
  endedAt: null,
  project: null,
  plan: null,
  steps: [],
  runs: [],
  excluded: [],
  optimized: null,
  repository: null,
  settings: [],
  sites: [],
  commits: [],
  releases: [],
  verifications: [],
  domains: [],
  warnings: [],
  result: null,
  error: null,
}

/**
 * The state after one more event. Pure: the same events give the same state, in a page, in a second tab or from a journal.
 * @example const state = events.reduce(reduce, initialState)
 */
export function reduce(state: DeploymentState, event: DeploymentEvent): DeploymentState {
  switch (event.type) {
    case 'deployment-start':
      return { ...state, deployment: event.deployment, status: 'running', startedAt: event.time }
    case 'deployment-resume':
      return {
        ...left(state),
        status: 'running',
        resumed: true,
        offline: false,
        steps: state.steps.map(interrupted),
      }
    case 'network-offline':
      return { ...state, offline: true }
    case 'network-online':
      return { ...state, offline: false }
    case 'project-detect':
      return { ...state, project: event.project }
    case 'plan-create':
      return { ...state, plan: event.plan, steps: planned(state.steps, state.plan, event.plan.steps) }
    case 'plan-update':
      return withStep(state, event, {
        files: event.files,
        bytes: event.bytes,
        requests: event.requests,
        ...(event.duration !== undefined && { duration: event.duration }),
        ...(event.way !== undefined && { way: event.way }),
      })
    case 'step-start':
      return withStep(goingOn(state, event.step), event, {
        status: 'running',
        startedAt: event.time,
        endedAt: null,
        title: event.title,
        summary: null,
        error: null,
      })
    case 'step-skip':
      return withStep(state, event, { status: 'done', title: event.title, summary: event.summary, error: null })
    case 'step-progress':
      return withStep(state, event, ({ furthest }) => ({
        progress: { done: event.done, total: event.total, unit: event.unit },
        furthest: Math.max(furthest, event.total === 0 ? 0 : Math.min(1, event.done / event.total)),
      }))
    case 'step-end':
      return withStep(left(state, event.step), event, { status: 'done', endedAt: event.time, summary: event.summary })
    case 'step-error':
      return withStep(left(state, event.step), event, { status: 'failed', endedAt: event.time, error: event.error })
    case 'step-cancel':
      return withStep(left(state, event.step), event, { status: 'canceled', endedAt: event.time })
    case 'run-start':
    case 'run-job':
    case 'run-step':
    case 'approval-wait':
    case 'approval-end':
      return { ...state, runs: reduceRuns(state.runs, event) }
    case 'files-exclude':
      return { ...state, excluded: event.files.reduce((all, file) => put(all, file, sameFile), state.excluded) }
    case 'files-optimize': {
      const { files, before, after, skipped } = event
      return { ...state, optimized: { files, before, after, skipped } }
    }
    case 'repository-ready':
      return { ...state, repository: event.repository }
    case 'setting-ready': {
      const { setting, name, change, target } = event
      const settled = { setting, name, change, ...(target !== undefined && { target }) }
      return { ...state, settings: put(state.settings, settled, sameSetting) }
    }
    case 'site-ready':
      return { ...state, sites: put(state.sites, { target: event.target, site: event.site }, sameTarget) }
    case 'commit-ready':
      return { ...state, commits: put(state.commits, event.commit, sameBranch) }
    case 'release-create':
    case 'release-switch':
      return { ...state, releases: put(state.releases, event.release, sameTarget) }
    case 'release-verify':
      return { ...state, verifications: put(state.verifications, event.verification, sameTarget) }
    case 'domain-status':
      return { ...state, domains: put(state.domains, event.status, sameDomain) }
    case 'warning': {
      const { step, code, message, hint } = event
      return { ...state, warnings: [...state.warnings, { step, code, message, hint }] }
    }
    case 'deployment-end':
      return event.outcome === 'success'
        ? { ...ended(left(state), event.result), status: 'success', endedAt: event.time }
        : { ...left(state), status: event.outcome, endedAt: event.time, error: event.error }
    default:
      // Output, logs, retries and upload notices tell of the moment; they change nothing that lasts.
      return state
  }
}

const sameTarget = (one: { readonly target: string }, other: { readonly target: string }) => one.target === other.target
const sameBranch = (one: Commit, other: Commit) => one.branch === other.branch
const sameDomain = (one: DomainStatus, other: DomainStatus) => one.domain === other.domain && sameTarget(one, other)
const sameSetting = (one: SetupChange, other: SetupChange) =>
  one.setting === other.setting && one.name === other.name && one.target === other.target
const sameFile = (one: ExcludedFile, other: ExcludedFile) => one.path === other.path && one.reason === other.reason

/** The list with the item at its end, or in the place of the one that tells of the same: a resumed step tells it again. */
function put<Item>(list: readonly Item[], item: Item, same: (one: Item, other: Item) => boolean): Item[] {
  const known = list.some((one) => same(one, item))
  return known ? list.map((one) => (same(one, item) ? item : one)) : [...list, item]
}

/** Steps whose end nobody told were ended by an earlier run, whose events are lost. */
function ended(state: DeploymentState, result: DeploymentResult): DeploymentState {
  const isDone = result.outcome === 'deployed'
  const steps = state.steps.map(
    (step): StepState => (isDone && step.status === 'waiting' ? { ...step, status: 'done' } : step),
  )
  return { ...state, result, steps }
}

/** Nobody follows the runs of the step any more, or of any where none is named. */
function left(state: DeploymentState, step?: string | null): DeploymentState {
  return { ...state, runs: leaveRuns(state.runs, step) }
}

const aboutTheEnd: ReadonlySet<string> = new Set(['remote-kept', 'cancel-failed'])

/** The step takes up what an earlier try of it has left. */
function goingOn(state: DeploymentState, step: string | null): DeploymentState {
  const isOld = (one: DeploymentState['warnings'][number]) => one.step === step && aboutTheEnd.has(one.code)
  return { ...state, warnings: state.warnings.filter((one) => !isOld(one)) }
}

function withStep(
  state: DeploymentState,
  event: DeploymentEvent,
  change: Partial<StepState> | ((step: StepState) => Partial<StepState>),
): DeploymentState {
  const id = event.step
  if (id === null) return state
  const known = state.steps.some((step) => step.id === id)
  // The project is detected before there is a plan to hold a line for it.
  const steps = known ? state.steps : [...state.steps, unplanned(id)]
  const changed = (step: StepState) => ({ ...step, ...(typeof change === 'function' ? change(step) : change) })
  return { ...state, steps: steps.map((step) => (step.id === id ? changed(step) : step)) }
}
