import type { ExcludedFile } from '../spec/artifact.js'
import type { ErrorInfo } from '../spec/error.js'
import type { DeploymentEvent, DeploymentResult } from '../spec/event.js'
import type { Commit, Repository } from '../spec/git-host.js'
import type { Plan, PlanStep, Warning } from '../spec/plan.js'
import type { Project } from '../spec/project.js'
import type { Release, Site, Verification } from '../spec/release.js'

/** One step of a deployment as a page shows it. */
export interface StepState extends PlanStep {
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'canceled'
  /** Milliseconds since the epoch. */
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly progress: {
    readonly done: number
    readonly total: number
    readonly unit: 'files' | 'bytes' | 'requests'
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
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly project: Project | null
  readonly plan: Plan | null
  readonly steps: readonly StepState[]
  readonly excluded: readonly ExcludedFile[]
  readonly repository: Repository | null
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
  startedAt: null,
  endedAt: null,
  project: null,
  plan: null,
  steps: [],
  excluded: [],
  repository: null,
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
    case 'project-detect':
      return { ...state, project: event.project }
    case 'plan-create':
      return { ...state, plan: event.plan, steps: planned(state.steps, event.plan.steps) }
    case 'plan-update':
      return withStep(state, event, { files: event.files, bytes: event.bytes, requests: event.requests })
    case 'step-start':
      return withStep(state, event, { status: 'running', startedAt: event.time, title: event.title })
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
    case 'files-exclude':
      return { ...state, excluded: [...state.excluded, ...event.files] }
    case 'repository-ready':
      return { ...state, repository: event.repository }
    case 'site-ready':
      return { ...state, sites: [...state.sites, { target: event.target, site: event.site }] }
    case 'commit-ready':
      return { ...state, commits: [...state.commits, event.commit] }
    case 'release-create':
      return { ...state, releases: [...state.releases, event.release] }
    case 'release-verify':
      return { ...state, verifications: [...state.verifications, event.verification] }
    case 'warning':
      return { ...state, warnings: [...state.warnings, { code: event.code, message: event.message, hint: event.hint }] }
    case 'deployment-end':
      return event.outcome === 'success'
        ? { ...state, status: 'success', endedAt: event.time, result: event.result }
        : { ...state, status: event.outcome, endedAt: event.time, error: event.error }
    default:
      // Output, logs, retries and upload notices tell of the moment; they change nothing that lasts.
      return state
  }
}

/** Steps that are known already keep their state: a plan may be made again. */
function planned(known: readonly StepState[], steps: readonly PlanStep[]): StepState[] {
  const ids = new Set(known.map((step) => step.id))
  return [...known, ...steps.filter((step) => !ids.has(step.id)).map(waiting)]
}

function waiting(step: PlanStep): StepState {
  return {
    ...step,
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
