import { type Attempt, combineResults, createAttempt, type JobGroup, needsOf, statusFor, statusOf } from './attempt.js'
import { createConcurrency } from './concurrency.js'
import { conductJob } from './conduct-job.js'
import { type ExpandedGroup, type ExpandedJob, expandJob, nameOf } from './expand-job.js'
import { evaluateCondition, type Scope } from './expressions/evaluate.js'
import { WorkflowError } from './expressions/tokens.js'
import { createJobLog } from './job-log.js'
import type { JobWorld } from './job-world.js'
import { createMachines } from './machines.js'
import { createSlots, type Slots } from './queues.js'
import { githubContext } from './running-job.js'
import type { Conclusion, JobRecord, RunRecord } from './state.js'
import type { JobDefinition } from './workflow.js'

/** How many jobs run at the same time. */
const jobsAtOnce = 2

/** What carries out runs. */
export interface RunEngine {
  /** Begins an attempt. @param kept results of an earlier one that are not to be made again. */
  start(run: RunRecord, kept?: ReadonlyMap<string, JobGroup>): void
  /** The attempt that is under way, or was last. */
  attemptOf(run: RunRecord): Attempt | undefined
  /** Stops what has not ended. @param forced without a chance to clean up. */
  cancel(run: RunRecord, forced: boolean): void
  /** Lets machines take the jobs that have been queued for long enough. */
  settle(): void
  /** Stops everything. */
  close(): Promise<void>
}

/** What the engine needs beside the world of its jobs. */
export interface EngineOptions {
  readonly world: JobWorld
  readonly nextId: () => number
  /** Milliseconds that a job may take at most, whatever it asks for. */
  readonly timeLimit: number
  /** Milliseconds until a machine takes a job. */
  readonly queued: number
}

/** One job of a group that is to be run. */
interface JobOrder {
  readonly key: string
  readonly definition: JobDefinition
  readonly group: JobGroup
  readonly one: ExpandedJob
  readonly expanded: ExpandedGroup
  /** `max-parallel` */
  readonly few: Slots
}

/** Makes the engine: jobs run in the order of their `needs`, side by side where that allows it. */
export function createRunEngine({ world, nextId, timeLimit, queued }: EngineOptions): RunEngine {
  const attempts = new Map<RunRecord, Attempt>()
  const slots = createSlots(jobsAtOnce)
  const machines = createMachines(queued, world.now)
  const runGrouped = createConcurrency()
  const going = new Set<Promise<void>>()

  function scopeOf(attempt: Attempt, key?: string): Scope {
    const { run } = attempt
    const needs = key === undefined ? {} : { needs: needsOf(attempt, key) }
    return {
      contexts: {
        github: githubContext(run, world),
        inputs: run.inputs,
        vars: { ...world.settings.variables(run.repository, undefined) },
        ...needs,
      },
      ...(key !== undefined && { status: statusFor(attempt, key) }),
    }
  }

  function touch(attempt: Attempt): void {
    const { run } = attempt
    if (run.status !== 'completed') run.status = statusOf(attempt)
    run.updatedAt = world.now()
  }

  function addJob(attempt: Attempt, key: string, name: string, labels: readonly string[]): JobRecord {
    const { run } = attempt
    const time = world.now()
    const fixed = {
      id: nextId(),
      key,
      name,
      run,
      attempt: run.attempt,
      labels,
      createdAt: time,
      log: createJobLog(world.now),
    }
    const job: JobRecord = {
      ...fixed,
      status: 'queued',
      conclusion: null,
      startedAt: time,
      completedAt: null,
      steps: [],
      environment: undefined,
      waiting: undefined,
      outputs: {},
    }
    run.jobs.push(job)
    return job
  }

  function endJob(attempt: Attempt, job: JobRecord, conclusion: Conclusion): Conclusion {
    Object.assign(job, { status: 'completed', conclusion, completedAt: world.now() })
    attempt.controls.delete(job)
    touch(attempt)
    return conclusion
  }

  async function runGroup(attempt: Attempt, key: string, definition: JobDefinition, group: JobGroup): Promise<void> {
    const scope = scopeOf(attempt, key)
    let expanded: ExpandedGroup
    try {
      const condition = definition.if === undefined || definition.if === null ? undefined : String(definition.if)
      if (!evaluateCondition(condition, scope)) {
        const skipped = addJob(attempt, key, nameOf(key, definition, {}, scope), [])
        group.jobs.push(skipped)
        group.result = endJob(attempt, skipped, attempt.cancelled ? 'cancelled' : 'skipped')
        return
      }
      expanded = expandJob(key, definition, needsOf(attempt, key), scope)
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error
      const failed = addJob(attempt, key, key, [])
      failed.log.write(`##[error]${error.message}`)
      group.jobs.push(failed)
      group.result = endJob(attempt, failed, 'failure')
      return
    }
    const few = createSlots(expanded.mostAtOnce)
    const results = await Promise.all(
      expanded.jobs.map((one) => runOne(attempt, { key, definition, group, one, expanded, few })),
    )
    group.outputs = Object.assign({}, ...group.jobs.map((job) => job.outputs))
    group.result = combineResults(results)
  }

  async function runOne(attempt: Attempt, order: JobOrder): Promise<Conclusion> {
    const { key, definition, group, one, expanded, few } = order
    const job = addJob(attempt, key, one.name, one.labels)
    group.jobs.push(job)
    const control = { cancelled: new AbortController(), forced: new AbortController() }
    attempt.controls.set(job, control)
    touch(attempt)
    const member = { cancel: () => control.cancelled.abort() }
    const scope = scopeOf(attempt, key)
    const contexts = { ...scope.contexts, matrix: one.given.matrix, strategy: one.given.strategy }
    const held = (): void => void Object.assign(job, { status: 'pending' })
    const run = () =>
      conductJob({
        world,
        attempt,
        job,
        definition,
        expanded: one,
        control,
        slots: [few, machines, slots],
        timeLimit,
        touch,
      })
    const conclusion = await runGrouped({
      definition: definition.concurrency,
      repository: attempt.run.repository.id,
      scope: { ...scope, contexts },
      signal: control.cancelled.signal,
      member,
      held,
      run,
    })
    endJob(attempt, job, conclusion)
    if (conclusion === 'failure' && expanded.failFast && !one.optional) {
      for (const sibling of group.jobs) attempt.controls.get(sibling)?.cancelled.abort()
    }
    return one.optional && conclusion === 'failure' ? 'success' : conclusion
  }

  /** Begins what can begin, and again whenever something has ended. */
  async function advance(attempt: Attempt): Promise<void> {
    const ready = Object.entries(attempt.workflow.jobs).filter(([key, { needs = [] }]) => {
      const met = needs.every((needed) => attempt.groups.get(needed)?.result)
      return met && !attempt.groups.has(key)
    })
    await Promise.all(
      ready.map(async ([key, definition]) => {
        const group: JobGroup = { result: null, outputs: {}, jobs: [] }
        attempt.groups.set(key, group)
        await runGroup(attempt, key, definition, group)
        await advance(attempt)
      }),
    )
  }

  async function carryOut(attempt: Attempt): Promise<void> {
    const { run, workflow } = attempt
    const member = { cancel: () => cancel(run, false) }
    const held = (): void => void Object.assign(run, { status: 'pending' })
    await runGrouped({
      definition: workflow.concurrency,
      repository: run.repository.id,
      scope: scopeOf(attempt),
      signal: attempt.stop.signal,
      member,
      held,
      run: () => advance(attempt),
    })
    const results = [...attempt.groups.values()].map((group) => group.result ?? 'cancelled')
    const conclusion = attempt.cancelled && !results.includes('failure') ? 'cancelled' : combineResults(results)
    Object.assign(run, { status: 'completed', conclusion, updatedAt: world.now() })
  }

  function cancel(run: RunRecord, forced: boolean): void {
    const attempt = attempts.get(run)
    if (!attempt || run.status === 'completed') return
    attempt.cancelled = true
    attempt.forced ||= forced
    for (const { cancelled, forced: force } of attempt.controls.values()) {
      cancelled.abort()
      if (forced) force.abort()
    }
    attempt.stop.abort()
  }

  return {
    start: (run, kept = new Map()) => {
      if (!run.definition) return
      const attempt = createAttempt(run, run.definition)
      for (const [key, group] of kept) attempt.groups.set(key, group)
      attempts.set(run, attempt)
      const done = carryOut(attempt).catch((error: unknown) => {
        Object.assign(run, { status: 'completed', conclusion: 'failure', updatedAt: world.now() })
        if (!(error instanceof WorkflowError)) console.error(error)
      })
      going.add(done)
      void done.then(() => going.delete(done))
    },
    attemptOf: (run) => attempts.get(run),
    cancel,
    settle: machines.settle,
    close: async () => {
      for (const run of attempts.keys()) cancel(run, true)
      await Promise.all(going)
    },
  }
}
