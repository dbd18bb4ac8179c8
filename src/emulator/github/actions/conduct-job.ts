import type { Attempt, JobControl } from './attempt.js'
import { passGate } from './environment-gate.js'
import type { ExpandedJob } from './expand-job.js'
import { WorkflowError } from './expressions/tokens.js'
import type { DeploymentOfJob, JobWorld } from './job-world.js'
import type { Slots } from './queues.js'
import { runJob } from './run-job.js'
import { defaultTimeout } from './running-job.js'
import type { Conclusion, JobRecord } from './state.js'
import type { JobDefinition } from './workflow.js'

/** A job that may begin as far as its run is concerned. */
export interface ConductedJob {
  readonly world: JobWorld
  readonly attempt: Attempt
  readonly job: JobRecord
  readonly definition: JobDefinition
  readonly expanded: ExpandedJob
  readonly control: JobControl
  /** Where it has to find room, in this order. */
  readonly slots: readonly Slots[]
  /** Milliseconds that it may take at most. */
  readonly timeLimit: number
  /** Told that its state has changed. */
  readonly touch: (attempt: Attempt) => void
}

/** Brings a job to its end: past its environment, into a slot, through its steps. */
export async function conductJob(order: ConductedJob): Promise<Conclusion> {
  const { attempt, job, expanded, control, world } = order
  const { signal } = control.cancelled
  if (attempt.forced || signal.aborted) return 'cancelled'
  const problem = problemOf(order)
  if (problem !== undefined) return fail(job, problem)
  let deployment: DeploymentOfJob | undefined
  if (expanded.environment !== undefined) {
    const environment = world.settings.environment(job.run.repository, expanded.environment)
    job.environment = { name: environment.name, url: null }
    const refusal = await environment.refuses(job.run.ref)
    if (refusal !== undefined) return fail(job, refusal)
    deployment = world.settings.deploy(job, environment)
    const passing = passGate({ world, attempt, job, environment, signal })
    order.touch(attempt)
    if (!(await passing)) {
      deployment.end(signal.aborted ? 'inactive' : 'failure')
      return signal.aborted ? 'cancelled' : fail(job, `The deployment to ${environment.name} was rejected.`)
    }
  }
  job.status = 'queued'
  order.touch(attempt)
  const conclusion = await takeSlots(order, () => runInTime(order, deployment))
  deployment?.end(conclusion === 'success' ? 'success' : 'failure')
  return conclusion
}

async function takeSlots({ slots, control }: ConductedJob, run: () => Promise<Conclusion>): Promise<Conclusion> {
  const { signal } = control.cancelled
  const leave: (() => void)[] = []
  try {
    for (const slot of slots) leave.push(await slot.take(signal))
    return await run()
  } catch (error) {
    if (signal.aborted && error === signal.reason) return 'cancelled'
    throw error
  } finally {
    for (const one of leave) one()
  }
}

async function runInTime(order: ConductedJob, deployment: DeploymentOfJob | undefined): Promise<Conclusion> {
  const { world, attempt, job, definition, expanded, control, timeLimit, touch } = order
  job.status = 'in_progress'
  deployment?.begin()
  touch(attempt)
  const minutes = expanded.timeout ?? defaultTimeout
  const most = Math.min(minutes * 60_000, timeLimit)
  const timer = setTimeout(() => {
    const said = most / 60_000
    job.log.write(`##[error]The job has exceeded the maximum execution time of ${said} minutes`)
    control.cancelled.abort()
  }, most)
  const signals = { cancelled: control.cancelled.signal, forced: control.forced.signal }
  const { workflow } = attempt
  try {
    return await runJob({ world, record: job, workflow, definition, given: expanded.given, signals })
  } catch (error) {
    if (control.forced.signal.aborted) return 'cancelled'
    // What is wrong here is the emulator itself: whoever reads the log learns of it, and so does its console.
    if (!(error instanceof WorkflowError)) console.error(error)
    return fail(job, error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}

function fail(job: JobRecord, message: string): 'failure' {
  job.log.write(`##[error]${message}`)
  return 'failure'
}

function problemOf({ definition, job }: ConductedJob): string | undefined {
  if (definition.uses !== undefined) return `The emulator runs no reusable workflows: ${definition.uses}`
  const other = job.labels.find((label) => !/^(?:ubuntu-|self-hosted$|linux$)/i.test(label))
  return other === undefined
    ? undefined
    : `The emulator has no runner with the label ${other}: its jobs run on ubuntu-latest`
}
