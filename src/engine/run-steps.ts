import { TabshipError } from '../errors/tabship-error.js'
import { toTabshipError } from '../errors/to-tabship-error.js'
import type { Clock, Context, SendRequest } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { onAbort } from '../toolkit/on-abort.js'
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
/** Milliseconds that an aborted step may take to put back what it moved; one that takes longer is left to itself. */
const windDownLimit = 5_000

/**
 * Runs the steps, each as soon as what it needs has ended, side by side where the graph allows. The first failure aborts the
 * others; they are waited for, so that nothing goes on behind the caller's back.
 * @returns the outputs of all steps, the finished ones among them.
 * @throws what the first failing step threw, as an error of Tabship that names the step; the signal's reason where the abort
 * came first; TypeError, before anything runs, where a step needs one that does not stand before it.
 */
export async function runSteps(
  steps: readonly Step<unknown>[],
  environment: RunEnvironment,
): Promise<Map<Step<unknown>, unknown>> {
  const { signal } = environment
  signal.throwIfAborted()
  const outputs = new Map(environment.finished)
  checkOrder(steps, outputs)
  const stop = new AbortController()
  const release = onAbort(signal, () => stop.abort(signal.reason))
  const tasks = new Map<Step<unknown>, Promise<void>>()

  async function start(step: Step<unknown>): Promise<void> {
    await Promise.all(step.needs.map((need) => tasks.get(need)))
    if (stop.signal.aborted) return
    const outcome = await runStep(step, (need) => outputs.get(need), stop, environment)
    if (outcome) outputs.set(step, outcome.output)
  }

  for (const step of steps) if (!outputs.has(step)) tasks.set(step, start(step))
  await Promise.all(tasks.values())
  release()
  stop.signal.throwIfAborted()
  return outputs
}

function checkOrder(steps: readonly Step<unknown>[], finished: ReadonlyMap<Step<unknown>, unknown>): void {
  const before = new Set(finished.keys())
  for (const step of steps) {
    const missing = step.needs.find((need) => !before.has(need))
    if (missing) throw new TypeError(`step ${step.id} needs step ${missing.id}, which does not stand before it`)
    before.add(step)
  }
}

/** Runs one step and tells how it ended. A failure stops the others. @returns nothing where there is no output. */
async function runStep(
  step: Step<unknown>,
  outputOf: (step: Step<unknown>) => unknown,
  stop: AbortController,
  environment: RunEnvironment,
): Promise<{ output: unknown } | undefined> {
  const { clock } = environment
  const start = clock.now()
  let over = false
  // What a step that was left to itself still reports belongs to nothing any more.
  const report = (event: EventBody) => {
    if (!over) environment.emit(step.id, event)
  }
  const progress = createProgress(clock, report)
  const end = (event: EventBody) => {
    progress.flush()
    report(event)
    over = true
  }
  let saved: unknown
  const contextFor = (signal: AbortSignal): Context => ({
    signal,
    clock,
    request: environment.requestsFor({ signal, report }),
    saved: undefined,
    save: async (checkpoint) => {
      saved = step.checkpoint?.parse(checkpoint)
      signal.throwIfAborted()
    },
    report,
    progress: progress.report,
  })
  let work: Promise<unknown> | undefined
  report({ type: 'step-start', title: step.title })
  try {
    const { timeLimit: milliseconds } = step
    const expired = () => timedOut(step, milliseconds)
    const output = await withTimeLimit({ clock, milliseconds, signal: stop.signal, expired }, (signal) => {
      work = step.execute(outputOf, contextFor(signal))
      return work
    })
    end({ type: 'step-end', duration: clock.now() - start, summary: step.summarize(output) })
    return { output }
  } catch (thrown) {
    const canceled = stop.signal.aborted && thrown === stop.signal.reason
    const error = toTabshipError(thrown)
    if (!canceled) error.step = step.id
    stop.abort(error)
    await windDown(work, clock)
    const { cancel } = step
    const remote = saved
    if (cancel && remote !== undefined) await cleanUp((signal) => cancel(remote, contextFor(signal)), step, environment)
    const duration = clock.now() - start
    end(canceled ? { type: 'step-cancel', duration } : { type: 'step-error', duration, error: error.toJSON() })
    return undefined
  }
}

/** Waits until an aborted step has put things back; how it ends no longer matters. */
async function windDown(work: Promise<unknown> | undefined, clock: Clock): Promise<void> {
  if (work === undefined) return
  const ended = new AbortController()
  await Promise.race([Promise.allSettled([work]), clock.sleep(windDownLimit, ended.signal)])
  ended.abort()
}

/** Stops what was left at the provider. If that fails too, the page is told; the first error stays the one that counts. */
async function cleanUp(
  work: (signal: AbortSignal) => Promise<void>,
  step: Step<unknown>,
  { clock, emit }: RunEnvironment,
): Promise<void> {
  const { signal } = new AbortController()
  try {
    await withTimeLimit({ clock, milliseconds: cancelLimit, signal, expired: () => timedOut(step, cancelLimit) }, work)
  } catch (thrown) {
    const { message, hint } = toTabshipError(thrown)
    emit(step.id, {
      type: 'warning',
      code: 'cancel-failed',
      message: `"${step.title}" could not be canceled at the provider: ${message}.`,
      hint,
    })
  }
}

function timedOut(step: Step<unknown>, milliseconds: number): TabshipError {
  const limit = milliseconds < 120_000 ? `${milliseconds / 1000} s` : `${Math.round(milliseconds / 60_000)} minutes`
  return new TabshipError({
    code: 'step-timeout',
    message: `"${step.title}" took longer than ${limit}.`,
    hint: 'Look at the last lines of its log. A larger limit can be set in the options.',
    retryable: true,
  })
}
