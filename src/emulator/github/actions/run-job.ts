import { mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createEnvironment } from '../../runtime/environment.js'
import { killAll } from '../../runtime/process-group.js'
import { interpolate, interpolateAll } from './expressions/evaluate.js'
import { WorkflowError } from './expressions/tokens.js'
import { toText } from './expressions/values.js'
import type { JobWorld } from './job-world.js'
import { tokenPermissions } from './permissions.js'
import { type PostStep, runStep } from './run-step.js'
import { type JobSignals, type RunningJob, stepScope } from './running-job.js'
import type { Conclusion, JobRecord, StepRecord } from './state.js'
import { nameAction, unknownAction } from './uses/known-actions.js'
import type { JobDefinition, Workflow } from './workflow.js'

/** A job that is to be run. */
export interface JobOrder extends Pick<RunningJob, 'given'> {
  readonly world: JobWorld
  readonly record: JobRecord
  readonly workflow: Workflow
  readonly definition: JobDefinition
  readonly signals: JobSignals
}

/** Runs a job to its end: all its steps, on this machine, in a folder of its own that is gone afterwards. */
export async function runJob(order: JobOrder): Promise<Conclusion> {
  const { record, world } = order
  planSteps(order)
  const folder = await world.storage.makeFolder()
  const job = await prepare(order, folder)
  try {
    if (setUp(job)) await runSteps(job)
    tellOutputs(job)
    return job.signals.cancelled.aborted ? 'cancelled' : job.failed ? 'failure' : 'success'
  } finally {
    record.log.write('Cleaning up orphan processes')
    killAll(job.leaders, `TABSHIP_CONTAINER=${folder}`)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function planSteps({ definition, record, world }: JobOrder): void {
  const steps = definition.steps ?? []
  const posts = steps.filter((step) => step.uses !== undefined && nameAction(step.uses).action?.hasPost)
  const names = [
    'Set up job',
    ...steps.map((step) => String(step.name ?? `Run ${step.uses ?? (step.run ?? '').trim().split('\n')[0]}`)),
    ...posts.map((step) => `Post ${step.name ?? `Run ${step.uses}`}`).reverse(),
    'Complete job',
  ]
  record.steps.push(
    ...names.map((name, index): StepRecord => {
      return { number: index + 1, name, status: 'queued', conclusion: null, startedAt: null, completedAt: null }
    }),
  )
  record.startedAt = world.now()
}

async function prepare(order: JobOrder, folder: string): Promise<RunningJob> {
  const { world, record, workflow, definition } = order
  const { repository, payload } = record.run
  const [workspace, home, temporary] = [
    join(folder, 'work', repository.name),
    join(folder, 'home'),
    join(folder, 'tmp'),
  ]
  const environment = record.environment?.name
  const permissions = tokenPermissions(workflow.permissions, definition.permissions)
  const token = world.settings.issueToken(record.run, permissions)
  const secrets = world.settings.secrets(repository, environment)
  for (const secret of [token, ...Object.values(secrets)]) record.log.mask(secret)
  await mkdir(workspace, { recursive: true })
  const { variables } = await createEnvironment(folder, workspace, '', {})
  // What a script of the person at the machine has put in front is none of the job's business.
  const path = (process.env.PATH ?? '').split(delimiter).filter((one) => !/node_modules[\\/]\.bin$/.test(one))
  const machine = { ...variables, PATH: [dirname(process.execPath), ...path].join(delimiter) }
  await writeFile(join(temporary, 'event.json'), JSON.stringify(payload))
  const job: RunningJob = {
    ...order,
    workflow,
    definition,
    secrets,
    variables: world.settings.variables(repository, environment),
    token,
    folder,
    workspace,
    home,
    temporary,
    machine,
    environment: {},
    path: [],
    steps: {},
    leaders: new Set(),
    failed: false,
    summary: '',
  }
  return job
}

/** @returns whether the job can begin. */
function setUp(job: RunningJob): boolean {
  const { record, definition, workflow } = job
  const { log, steps } = record
  const [first] = steps
  const now = job.world.now()
  if (first) Object.assign(first, { status: 'completed', conclusion: 'success', startedAt: now, completedAt: now })
  log.write(`Job is about to start running on this machine: ${process.platform} ${process.arch}`)
  const problems = (definition.steps ?? []).flatMap(({ uses }) =>
    uses === undefined || nameAction(uses).action ? [] : [unknownAction(uses)],
  )
  for (const [name, given] of [
    ['container', definition.container],
    ['services', definition.services],
  ] as const) {
    if (given !== undefined) problems.push(`The emulator has no ${name} for jobs`)
  }
  try {
    for (const source of [workflow.env, definition.env]) {
      const values = interpolateAll(source ?? {}, stepScope(job, job.environment))
      for (const [name, value] of Object.entries(values ?? {})) job.environment[name] = toText(value)
    }
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error
    problems.push(error.message)
  }
  if (problems.length === 0) return true
  for (const problem of problems) log.write(`##[error]${problem}`)
  if (first) first.conclusion = 'failure'
  job.failed = true
  finish(job, steps.slice(1), 'skipped')
  return false
}

async function runSteps(job: RunningJob): Promise<void> {
  const { steps } = job.record
  const definitions = job.definition.steps ?? []
  const posts: (PostStep | undefined)[] = []
  for (const [index, step] of definitions.entries()) {
    const record = steps[index + 1]
    if (!record) continue
    const post = await runStep(job, step, record)
    if (step.uses !== undefined && nameAction(step.uses).action?.hasPost) posts.unshift(post)
  }
  const well = !job.failed && !job.signals.cancelled.aborted
  for (const [index, post] of posts.entries()) {
    const record = steps[definitions.length + 1 + index]
    // A cache is kept only by a job that has gone well.
    if (post && well && record) {
      record.startedAt = job.world.now()
      await post()
    }
    if (record) finish(job, [record], post && well ? 'success' : 'skipped')
  }
  finish(job, steps.slice(-1), 'success')
}

function finish(job: RunningJob, records: readonly StepRecord[], conclusion: Conclusion): void {
  const now = job.world.now()
  for (const record of records) {
    Object.assign(record, { status: 'completed', conclusion, startedAt: record.startedAt ?? now, completedAt: now })
  }
}

function tellOutputs(job: RunningJob): void {
  const { definition, record } = job
  const scope = stepScope(job, job.environment)
  const outputs: Record<string, string> = {}
  for (const [name, value] of Object.entries(definition.outputs ?? {})) {
    const text = typeof value === 'string' ? toText(interpolate(value, scope)) : toText(value)
    // GitHub keeps back what may be a secret.
    if (record.log.redact(text) === text) outputs[name] = text
    else record.log.write(`##[warning]Skip output '${name}' since it may contain secret.`)
  }
  record.outputs = outputs
  const { environment } = definition
  if (!record.environment || typeof environment !== 'object' || environment.url === undefined) return
  record.environment = { ...record.environment, url: toText(interpolate(environment.url, scope)) || null }
}
