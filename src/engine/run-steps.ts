import { TabshipError } from '../errors/tabship-error.js'
import { toTabshipError } from '../errors/to-tabship-error.js'
import type { Clock, Context, SendRequest } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { withTimeLimit } from '../toolkit/with-time-limit.js'
import { createProgress } from './progress.js'
import type { Step } from './step.js'

/** What a graph of steps runs on. */
export interface RunEnvironment {
  /** Outputs of steps that have ended before; they are not run again. */
  readonly finished: ReadonlyMap<Step<unknown>, unknown>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Takes every event, with the id of the step that it belongs to. */
  emit(step: string | null, event: EventBody): void
  /** Gives a step its way to the network. */
  requestsFor(caller: { signal: AbortSignal; report(event: EventBody): void }): SendRequest
}

/** Milliseconds that a step's own clean-up may take after an abort. */
const cancelLimit = 10_000

/**
 * Runs the steps, each as soon as what it needs has ended, side by side where the graph allows. The first failure aborts the
 * others; they are waited for, so that nothing goes on behind the caller's back.
 * @returns the outputs of all steps, the finished ones among them.
 * @throws what the first failing step threw, as an error of Tabship that names the step; the signal's reason after an abort.
 */
export async function runSteps(
  steps: readonly Step<unknown>[],
  environment: RunEnvironment,
): Promise<Map<Step<unknown>, unknown>> {
  const { signal } = environment
  signal.throwIfAborted()
  const outputs = new Map(environment.finished)
  const stop = new AbortController()
  const forward = () => stop.abort(signal.reason)
  signal.addEventListener('abort', forward, { once: true })
  const tasks = new Map<Step<unknown>, Promise<void>>([...outputs.keys()].map((step) => [step, Promise.resolve()]))
  let failure: { error: unknown } | undefined

  async function start(step: Step<unknown>): Promise<void> {
    await Promise.all(step.needs.map((need) => taskOf(need)))
    if (stop.signal.aborted) return
    try {
      outputs.set(step, await runStep(step, (need) => outputs.get(need), stop.signal, environment))
    } catch (error) {
      failure ??= { error }
      stop.abort(error)
    }
  }

  function taskOf(step: Step<unknown>): Promise<void> {
    const task = tasks.get(step)
    if (task === undefined)
      throw new TypeError(`step ${step.id} is needed but not part of the graph, or stands after its user`)
    return task
  }

  for (const step of steps) if (!tasks.has(step)) tasks.set(step, start(step))
  await Promise.all(tasks.values())
  signal.removeEventListener('abort', forward)
  signal.throwIfAborted()
  if (failure) throw failure.error
  return outputs
}

async function runStep(
  step: Step<unknown>,
  outputOf: (step: Step<unknown>) => unknown,
  signal: AbortSignal,
  environment: RunEnvironment,
): Promise<unknown> {
  const { clock } = environment
  const start = clock.now()
  const report = (event: EventBody) => environment.emit(step.id, event)
  const progress = createProgress(clock, report)
  let saved: unknown
  const contextFor = (signal: AbortSignal): Context => ({
    signal,
    clock,
    request: environment.requestsFor({ signal, report }),
    saved: undefined,
    save: async (checkpoint) => {
      saved = step.checkpoint?.parse(checkpoint)
    },
    report,
    progress: progress.report,
  })
  report({ type: 'step-start', title: step.title })
  try {
    const output = await withTimeLimit(
      { clock, milliseconds: step.timeLimit, signal, expired: () => timedOut(step) },
      (signal) => step.execute(outputOf, contextFor(signal)),
    )
    progress.flush()
    report({ type: 'step-end', duration: clock.now() - start, summary: step.summarize(output) })
    return output
  } catch (thrown) {
    const { cancel } = step
    const remote = saved
    if (cancel && remote !== undefined) await cleanUp((signal) => cancel(remote, contextFor(signal)), step, environment)
    const duration = clock.now() - start
    if (signal.aborted && thrown === signal.reason) {
      report({ type: 'step-cancel', duration })
      throw thrown
    }
    const error = toTabshipError(thrown)
    error.step = step.id
    report({ type: 'step-error', duration, error: error.toJSON() })
    throw error
  }
}

/** Stops what was left at the provider. If that fails too, the page is told; the first error stays the one that counts. */
async function cleanUp(
  work: (signal: AbortSignal) => Promise<void>,
  step: Step<unknown>,
  { clock, emit }: RunEnvironment,
): Promise<void> {
  const { signal } = new AbortController()
  try {
    await withTimeLimit({ clock, milliseconds: cancelLimit, signal, expired: () => timedOut(step) }, work)
  } catch (thrown) {
    const { message, hint } = toTabshipError(thrown)
    emit(step.id, {
      type: 'warning',
      message: `"${step.title}" could not be cancelled at the provider: ${message}`,
      hint,
    })
  }
}

function timedOut(step: Step<unknown>): TabshipError {
  return new TabshipError({
    code: 'step-timeout',
    message: `"${step.title}" took longer than ${Math.round(step.timeLimit / 60_000)} minutes`,
    hint: 'Look at the last lines of its log. A larger limit can be set in the options.',
    retryable: true,
  })
}
