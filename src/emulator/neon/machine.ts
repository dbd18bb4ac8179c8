import { type NeonDelays, quickNeonDelays } from './delays.js'
import type { Ids } from './ids.js'
import type { NeonEndpoint, NeonOperation, NeonProject, NeonState, OperationAction, OperationStatus } from './state.js'

/** What is to be done for a request: one operation. */
export interface Plan {
  readonly action: OperationAction
  readonly branchId?: string | undefined
  readonly endpointId?: string | undefined
  /** What becomes true when it has finished, beside what its action says. */
  readonly done?: (at: number) => void
}

/** Carries out operations, those of one request one after the other. */
export interface Machine {
  /** Does everything that was due until now; to be called before anything reads the state. */
  settle(): void
  /** Whether operations of a project are under way, which others would conflict with. */
  isBusy(project: NeonProject): boolean
  /** Begins with the first of them. @param at @default now */
  schedule(project: NeonProject, plans: readonly Plan[], at?: number): NeonOperation[]
  /** Does something at a time, if the project is still there. */
  later(project: NeonProject, at: number, run: (at: number) => void): void
  /** Forgets everything that is due for a project. */
  forget(project: NeonProject): void
  /** Lets an operation that runs fail: it is tried again, as Neon does, or ends for good together with those that wait for it. */
  fail(operation: NeonOperation, message: string, forGood: boolean): void
}

interface Due {
  readonly at: number
  readonly project: NeonProject
  /** What is tried; a failure takes away what is due for it. */
  readonly link: Link | undefined
  readonly run: (at: number) => void
}

interface Link {
  readonly operation: NeonOperation
  readonly plan: Plan
  readonly next: Link | undefined
}

/** What a machine works with. */
export interface MachineOptions {
  readonly state: NeonState
  readonly ids: Pick<Ids, 'uuid'>
  readonly now: () => number
  readonly delays: NeonDelays
}

/** Milliseconds until a compute without anything to do falls asleep, where nothing else is said. */
const defaultSuspendTimeout = 300_000

/**
 * Makes the machine. It has no timers: what the clock says is due happens when the state is next read, so a simulated clock
 * drives it as well as the real one.
 */
export function createMachine({ state, ids, now, delays }: MachineOptions): Machine {
  const { scheduling, retry, ...times } = { ...quickNeonDelays, ...delays }
  const durations: Readonly<Record<OperationAction, number>> = {
    create_timeline: times.timeline,
    create_branch: times.branch,
    start_compute: times.start,
    suspend_compute: times.suspend,
    apply_config: times.config,
    timeline_archive: times.removal,
    delete_timeline: times.removal,
  }
  /** What is not over. */
  const links = new Map<NeonOperation, Link>()
  let due: Due[] = []
  let lastOrder = 0

  function settle(): void {
    for (;;) {
      const next = due.reduce<Due | undefined>((first, one) => (first && first.at <= one.at ? first : one), undefined)
      if (!next || next.at > now()) return
      due = due.filter((one) => one !== next)
      next.run(next.at)
    }
  }

  function enter(operation: NeonOperation, status: OperationStatus, at: number): void {
    operation.status = status
    operation.statuses.push(status)
    operation.updatedAt = at
    operation.project.updatedAt = at
  }

  function take(link: Link | undefined, at: number): void {
    if (!link) return
    const { project, action, endpointId } = link.operation
    const endpoint = state.endpoints.get(endpointId ?? '')
    if (endpoint && action === 'start_compute') endpoint.pendingState = 'active'
    if (endpoint && action === 'suspend_compute') endpoint.pendingState = 'idle'
    if (scheduling === 0) run(link, at)
    else due.push({ at: at + scheduling, project, link, run: (then) => run(link, then) })
  }

  function run(link: Link, at: number): void {
    const { project, action } = link.operation
    enter(link.operation, 'running', at)
    due.push({ at: at + durations[action], project, link, run: (then) => finish(link, then) })
  }

  function finish(link: Link, at: number): void {
    const { operation, plan, next } = link
    links.delete(operation)
    enter(operation, 'finished', at)
    carryOut(operation, at)
    plan.done?.(at)
    take(next, at)
  }

  function carryOut({ action, branchId, endpointId }: NeonOperation, at: number): void {
    const made = state.branches.get(branchId ?? '')
    if (made && (action === 'create_timeline' || action === 'create_branch' || action === 'timeline_archive')) {
      made.currentState = action === 'timeline_archive' ? 'archived' : 'ready'
      made.pendingState = undefined
      made.stateChangedAt = at
      made.updatedAt = at
    }
    const endpoint = state.endpoints.get(endpointId ?? '')
    if (!endpoint) return
    endpoint.updatedAt = at
    if (action === 'start_compute' || action === 'suspend_compute') {
      const isStart = action === 'start_compute'
      endpoint.currentState = isStart ? 'active' : 'idle'
      endpoint.pendingState = undefined
      endpoint[isStart ? 'startedAt' : 'suspendedAt'] = at
    }
    if (action !== 'suspend_compute') watch(endpoint, at)
  }

  // It falls asleep when it has had nothing to do for as long as its settings say.
  function watch(endpoint: NeonEndpoint, at: number): void {
    endpoint.lastActiveAt = at
    const seconds = endpoint.size.suspend_timeout_seconds
    if (seconds < 0) return
    const { project } = endpoint.branch
    later(project, at + (seconds === 0 ? defaultSuspendTimeout : seconds * 1000), (then) => {
      const isIdle = endpoint.lastActiveAt === at && endpoint.currentState === 'active' && !endpoint.pendingState
      if (!isIdle || !state.endpoints.has(endpoint.id)) return
      begin(project, [{ action: 'suspend_compute', branchId: endpoint.branch.id, endpointId: endpoint.id }], then)
    })
  }

  function later(project: NeonProject, at: number, task: (at: number) => void): void {
    due.push({ at, project, link: undefined, run: task })
  }

  function begin(project: NeonProject, plans: readonly Plan[], at: number): NeonOperation[] {
    const operations = plans.map((plan): NeonOperation => {
      lastOrder = Math.max(Math.floor(at * 1000), lastOrder + 1)
      const { action, branchId, endpointId } = plan
      const operation: NeonOperation = {
        id: ids.uuid(),
        project,
        branchId,
        endpointId,
        action,
        status: 'scheduling',
        statuses: ['scheduling'],
        error: undefined,
        failures: 0,
        retryAt: undefined,
        order: lastOrder,
        createdAt: at,
        updatedAt: at,
      }
      state.operations.set(operation.id, operation)
      return operation
    })
    const first = operations.reduceRight<Link | undefined>((next, operation, index) => {
      const link = { operation, plan: plans[index] as Plan, next }
      links.set(operation, link)
      return link
    }, undefined)
    take(first, at)
    return operations
  }

  return {
    settle,
    later,
    isBusy: (project) => [...links.keys()].some((one) => one.project === project),
    schedule: (project, plans, at = now()) => begin(project, plans, at),
    forget: (project) => {
      due = due.filter((one) => one.project !== project)
      for (const operation of [...links.keys()]) if (operation.project === project) links.delete(operation)
    },
    fail: (operation, message, forGood) => {
      const link = links.get(operation)
      if (!link || operation.status !== 'running') {
        throw new Error(`The emulated Neon does not run the operation ${operation.id}`)
      }
      due = due.filter((one) => one.link !== link)
      operation.error = message
      operation.failures += 1
      if (forGood) {
        enter(operation, 'error', now())
        for (let one: Link | undefined = link; one; one = one.next) {
          links.delete(one.operation)
          if (one !== link) enter(one.operation, 'cancelled', now())
        }
        return
      }
      enter(operation, 'failed', now())
      operation.retryAt = now() + retry
      due.push({ at: operation.retryAt, project: operation.project, link, run: (at) => run(link, at) })
    },
  }
}
