import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeFileCommands, readFileCommands } from './environment-files.js'
import { evaluateCondition, interpolate } from './expressions/evaluate.js'
import { WorkflowError } from './expressions/tokens.js'
import { isTrue, toNumber, toText } from './expressions/values.js'
import { githubVariables } from './github-variables.js'
import { runProcess } from './run-process.js'
import { type RunningJob, stepScope } from './running-job.js'
import type { StepRecord } from './state.js'
import { type ActionCall, StepFailure } from './uses/action.js'
import { nameAction } from './uses/known-actions.js'
import type { StepDefinition } from './workflow.js'
import { createStepOutput } from './workflow-commands.js'

/** What is left to do at the end of the job. */
export type PostStep = () => Promise<void>

/** Runs one step to its end. @returns what its action leaves to do at the end of the job. */
export async function runStep(
  job: RunningJob,
  step: StepDefinition,
  record: StepRecord,
): Promise<PostStep | undefined> {
  const { log } = job.record
  const outputs: Record<string, string> = {}
  let post: PostStep | undefined
  let outcome: 'success' | 'failure' | 'cancelled' = 'success'
  const environment = { ...job.environment }
  const before = stepScope(job, environment)
  try {
    const condition = step.if === undefined || step.if === null ? undefined : String(step.if)
    if (!evaluateCondition(condition, before)) return void end(job, step, record, {}, 'skipped')
    begin(job, record)
    for (const [name, value] of Object.entries(step.env ?? {})) {
      environment[name] = typeof value === 'string' ? toText(interpolate(value, before)) : toText(value)
    }
    record.name = nameOf(job, step, environment)
    const limit = timeLimit(step, job, environment)
    post = await withLimit(job, limit, (signal) =>
      step.run === undefined
        ? runAction(job, step, { environment, outputs, signal })
        : runShell(job, step, { environment, outputs, signal }).then(() => undefined),
    )
  } catch (error) {
    begin(job, record)
    if (job.signals.cancelled.aborted && !(error instanceof StepFailure)) {
      log.write('##[error]The operation was canceled.')
      outcome = 'cancelled'
    } else if (error instanceof StepFailure || error instanceof WorkflowError) {
      log.write(`##[error]${error.message}`)
      outcome = 'failure'
    } else throw error
  }
  end(job, step, record, outputs, outcome, environment)
  return post
}

function begin(job: RunningJob, record: StepRecord): void {
  record.status = 'in_progress'
  record.startedAt ??= job.world.now()
}

function end(
  job: RunningJob,
  step: StepDefinition,
  record: StepRecord,
  outputs: Readonly<Record<string, string>>,
  outcome: 'success' | 'failure' | 'cancelled' | 'skipped',
  environment: Readonly<Record<string, string>> = job.environment,
): void {
  const goesOn = outcome === 'failure' && flag(step['continue-on-error'], job, environment)
  const conclusion = goesOn ? 'success' : outcome
  if (conclusion === 'failure') job.failed = true
  record.status = 'completed'
  record.conclusion = conclusion
  record.completedAt = job.world.now()
  record.startedAt ??= record.completedAt
  if (step.id !== undefined) job.steps[step.id] = { outputs, outcome, conclusion }
}

function flag(
  value: boolean | string | undefined,
  job: RunningJob,
  environment: Readonly<Record<string, string>>,
): boolean {
  return typeof value === 'string' ? isTrue(interpolate(value, stepScope(job, environment))) : (value ?? false)
}

/**
 * The first line of what a step is called, or else of what it runs, with its expressions replaced and without the secrets.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs (EvaluateDisplayName)
 */
function nameOf(job: RunningJob, step: StepDefinition, environment: Readonly<Record<string, string>>): string {
  const what = step.name ?? step.uses ?? step.run ?? ''
  const [line = ''] = toText(interpolate(String(what), stepScope(job, environment)))
    .trimStart()
    .split(/[\r\n]/)
  return job.record.log.redact(step.name === undefined ? `Run ${line}` : line)
}

/** Milliseconds; `undefined`: as long as the job. */
function timeLimit(
  step: StepDefinition,
  job: RunningJob,
  environment: Readonly<Record<string, string>>,
): number | undefined {
  const said = step['timeout-minutes']
  if (said === undefined) return undefined
  const minutes = typeof said === 'string' ? toNumber(interpolate(said, stepScope(job, environment))) : said
  return minutes * 60_000
}

async function withLimit<Result>(
  job: RunningJob,
  limit: number | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // What runs after a cancellation, to clean up, only ends when that is forced.
  const { cancelled, forced } = job.signals
  const expired = new AbortController()
  const signal = AbortSignal.any([forced, expired.signal, ...(cancelled.aborted ? [] : [cancelled])])
  const minutes = (limit ?? 0) / 60_000
  const failure = new StepFailure(`The action has timed out after ${minutes} minutes.`)
  const timer = limit === undefined ? undefined : setTimeout(() => expired.abort(failure), limit)
  try {
    return await run(signal)
  } finally {
    clearTimeout(timer)
  }
}

interface Doing {
  readonly environment: Readonly<Record<string, string>>
  readonly outputs: Record<string, string>
  readonly signal: AbortSignal
}

async function runAction(job: RunningJob, step: StepDefinition, doing: Doing): Promise<PostStep | undefined> {
  const { log } = job.record
  const { name, version, action } = nameAction(step.uses ?? '')
  if (!action) throw new StepFailure(`Unable to resolve action ${step.uses}`)
  const scope = stepScope(job, doing.environment)
  const given = Object.entries(step.with ?? {}).map(([key, value]): [string, string] => {
    return [key.toLowerCase(), typeof value === 'string' ? toText(interpolate(value, scope)) : toText(value)]
  })
  const known = [...Object.keys(action.inputs), ...(action.ignored ?? [])]
  log.write(`##[group]Run ${step.uses}`)
  if (given.length > 0) log.write(`with:\n${given.map(([key, value]) => `  ${key}: ${value}`).join('\n')}`)
  log.write('##[endgroup]')
  const unknown = given.map(([key]) => key).filter((key) => !known.some((one) => one.toLowerCase() === key))
  if (unknown.length > 0) {
    const list = (names: readonly string[]) => names.map((one) => `'${one}'`).join(', ')
    log.write(`##[warning]Unexpected input(s) ${list(unknown)}, valid inputs are [${list(known)}]`)
  }
  const inputs: Readonly<Record<string, string>> = Object.fromEntries(given)
  const call: ActionCall = {
    job,
    version,
    environment: doing.environment,
    signal: doing.signal,
    input: (key) => (inputs[key.toLowerCase()] ?? action.inputs[key] ?? '').trim(),
    log: (text) => log.write(text),
    output: (key, value) => {
      doing.outputs[key] = value
    },
  }
  const post = await action.run(call)
  return post && (() => post({ ...call, signal: job.signals.forced, log: (text) => log.write(`${name}: ${text}`) }))
}

async function runShell(job: RunningJob, step: StepDefinition, doing: Doing): Promise<void> {
  const { log } = job.record
  const scope = stepScope(job, doing.environment)
  const text = (value: string): string => toText(interpolate(value, scope))
  const script = text(step.run ?? '')
  const defaults = { ...job.workflow.defaults?.run, ...job.definition.defaults?.run }
  const shell = step.shell ?? defaults.shell
  const own = await mkdtemp(join(job.temporary, 'step-'))
  const file = join(own, 'script.sh')
  await writeFile(file, script)
  const folder = resolve(job.workspace, text(step['working-directory'] ?? defaults['working-directory'] ?? ''))
  await mkdir(job.workspace, { recursive: true })
  const files = await makeFileCommands(own)
  const command = commandOf(shell, file)
  log.write(
    `##[group]Run ${script.trim().split('\n')[0]}\n${script.trimEnd()}\nshell: ${command.join(' ')}\n##[endgroup]`,
  )
  const output = createStepOutput(log, (name, value) => {
    doing.outputs[name] = value
  })
  let code: number
  try {
    const environment = { ...githubVariables(job), ...doing.environment, ...files }
    code = await runProcess(job, { command, folder, environment, signal: doing.signal, onOutput: output.take })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    throw new StepFailure(
      `An error occurred trying to start process with working directory '${folder}'. No such file or directory`,
    )
  } finally {
    output.end()
  }
  const written = await readFileCommands(files)
  Object.assign(doing.outputs, written.outputs)
  Object.assign(job.environment, written.environment)
  job.path.unshift(...[...written.path].reverse())
  job.summary += written.summary
  await rm(own, { recursive: true, force: true })
  if (code !== 0) throw new StepFailure(`Process completed with exit code ${code}.`)
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
const shells: Readonly<Record<string, string>> = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -eo pipefail {0}',
  sh: 'sh -e {0}',
  python: 'python3 {0}',
}

function commandOf(shell: string | undefined, file: string): string[] {
  const template = shells[shell ?? ''] ?? shell ?? ''
  if (!template.includes('{0}')) throw new StepFailure(`The emulator has no shell ${shell}`)
  return template.split(/\s+/).map((part) => part.replace('{0}', file))
}
