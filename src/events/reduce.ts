import type { ExcludedFile } from '../spec/artifact.js'
import type { ErrorInfo } from '../spec/error.js'
import type { DeploymentEvent, DeploymentResult } from '../spec/event.js'
import type { Commit, Repository, SetupChange } from '../spec/git-host.js'
import type { Plan, PlanStep, Warning } from '../spec/plan.js'
import type { Project } from '../spec/project.js'
import type { Release, Site, Verification } from '../spec/release.js'
import { type RunState, reduceRun } from './reduce-run.js'

/** One step of a deployment as a page shows it. */
export interface StepState extends PlanStep {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'canceled'
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly progress: {
    readonly done: number
    readonly total: number
    readonly unit: 'files' | 'bytes' | 'requests' | 'steps'
  } | null
  /** The largest share that its progress has ever shown, from 0 to 1: a step may count twice, first files and then bytes. */
  readonly furthest: number
  /** What it came to, in one line. */
  readonly summary: string | null
  readonly error: ErrorInfo | null
}

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
  /** The build on the git host's own machines, where there is one. */
  readonly run: RunState | null
  readonly excluded: readonly ExcludedFile[]
  readonly repository: Repository | null
  readonly settings: readonly SetupChange[]
  readonly sites: readonly { readonly target: string; readonly site: Site }[]
  readonly commits: readonly Commit[]
  readonly releases: readonly Release[]
  readonly verifications: readonly Verification[]
  readonly warnings: readonly Warning[]
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
  run: null,
  excluded: [],
  repository: null,
  settings: [],
  sites: [],
  commits: [],
  releases: [],
  verifications: [],
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
      return { ...state, status: 'running', resumed: true, offline: false, steps: state.steps.map(interrupted) }
    case 'network-offline':
      return { ...state, offline: true }
    case 'network-online':
      return { ...state, offline: false }
    case 'project-detect':
      return { ...state, project: event.project }
    case 'plan-create':
      return { ...state, plan: event.plan, steps: planned(state, event.plan.steps) }
    case 'plan-update':
      return withStep(state, event, { files: event.files, bytes: event.bytes, requests: event.requests })
    case 'step-start':
      return withStep(state, event, {
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
      return withStep(state, event, { status: 'done', endedAt: event.time, summary: event.summary })
    case 'step-error':
      return withStep(state, event, { status: 'failed', endedAt: event.time, error: event.error })
    case 'step-cancel':
      return withStep(state, event, { status: 'canceled', endedAt: event.time })
    case 'run-start':
    case 'run-job':
    case 'run-step':
    case 'approval-wait':
    case 'approval-end':
      return { ...state, run: reduceRun(state.run, event) }
    case 'files-exclude':
      return { ...state, excluded: event.files.reduce((all, file) => put(all, file, sameFile), state.excluded) }
    case 'repository-ready':
      return { ...state, repository: event.repository }
    case 'setting-ready': {
      const { setting, name, change } = event
      return { ...state, settings: put(state.settings, { setting, name, change }, sameSetting) }
    }
    case 'site-ready':
      return { ...state, sites: put(state.sites, { target: event.target, site: event.site }, sameTarget) }
    case 'commit-ready':
      return { ...state, commits: put(state.commits, event.commit, sameBranch) }
    case 'release-create':
      return { ...state, releases: put(state.releases, event.release, sameTarget) }
    case 'release-verify':
      return { ...state, verifications: put(state.verifications, event.verification, sameTarget) }
    case 'warning':
      return { ...state, warnings: [...state.warnings, { code: event.code, message: event.message, hint: event.hint }] }
    case 'deployment-end':
      return event.outcome === 'success'
        ? { ...ended(state, event.result), status: 'success', endedAt: event.time }
        : { ...state, status: event.outcome, endedAt: event.time, error: event.error }
    default:
      // Output, logs, retries and upload notices tell of the moment; they change nothing that lasts.
      return state
  }
}

const sameTarget = (one: { readonly target: string }, other: { readonly target: string }) => one.target === other.target
const sameBranch = (one: Commit, other: Commit) => one.branch === other.branch
const sameSetting = (one: SetupChange, other: SetupChange) => one.setting === other.setting && one.name === other.name
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

/** What was under way when the tab was lost, or had failed, is to be done again. */
function interrupted(step: StepState): StepState {
  return step.status === 'done' ? step : waiting(step)
}

/** A plan may be made again: steps that are known already keep their state, and those that only the last plan had go. */
function planned({ steps: known, plan: last }: DeploymentState, steps: readonly PlanStep[]): StepState[] {
  const now = new Set(steps.map(({ id }) => id))
  const gone = new Set((last?.steps ?? []).map(({ id }) => id).filter((id) => !now.has(id)))
  const kept = known.filter(({ id }) => !gone.has(id))
  const ids = new Set(kept.map(({ id }) => id))
  return [
    ...kept.map((step) => ({ ...step, ...steps.find(({ id }) => id === step.id) })),
    ...steps.filter(({ id }) => !ids.has(id)).map(waiting),
  ]
}

function waiting(step: PlanStep): StepState {
  const { id, title, needs, description, files, bytes, requests, duration } = step
  return {
    id,
    title,
    needs,
    description,
    files,
    bytes,
    requests,
    duration,
    status: 'waiting',
    startedAt: null,
    endedAt: null,
    progress: null,
    furthest: 0,
    summary: null,
    error: null,
  }
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
  const steps = known ? state.steps : [...state.steps, waiting(unplanned(id))]
  const changed = (step: StepState) => ({ ...step, ...(typeof change === 'function' ? change(step) : change) })
  return { ...state, steps: steps.map((step) => (step.id === id ? changed(step) : step)) }
}

function unplanned(id: string): PlanStep {
  return { id, title: id, needs: [], description: '', files: 0, bytes: 0, requests: null, duration: 0 }
}
