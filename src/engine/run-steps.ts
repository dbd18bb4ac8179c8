import { TabshipError } from '../errors/tabship-error.js'
import { toTabshipError } from '../errors/to-tabship-error.js'
import type { Cache, Clock, Context, OpenSocket, SendRequest } from '../spec/context.js'
import type { DnsSource } from '../spec/dns.js'
import type { EventBody } from '../spec/event.js'
import { closed } from '../toolkit/parse-reply.js'
import { withTimeLimit } from '../toolkit/with-time-limit.js'
import { createProgress } from './progress.js'
import { restoreSteps } from './restore-steps.js'
import type { Step } from './step.js'
import { createContext } from './step-context.js'
import type { StepJournal } from './step-record.js'
import { createStops } from './stops.js'

/** What a graph of steps runs on. */
export interface RunEnvironment {
  /** Outputs of steps that have ended before; they are not run again. */
  readonly finished: ReadonlyMap<Step<unknown>, unknown>
  readonly clock: Clock
  /** Time that goes on without a network, for limits that must not wait for one. @default clock */
  readonly wallClock?: Clock
  readonly signal: AbortSignal
  /** Takes every event, with the id of the step that it belongs to. */
  emit(step: string | null, event: EventBody): void
  /** Gives a step its way to the network. */
  requestsFor(caller: { signal: AbortSignal; report(event: EventBody): void }): SendRequest
  /** @default false */
  readonly relay?: boolean
  /** @default nothing is remembered */
  readonly cache?: Cache
  /** @default there are no WebSockets */
  readonly openSocket?: OpenSocket | undefined
  /** How the DNS is asked. @default a public resolver over HTTPS */
  readonly dns?: DnsSource | undefined
  /** Keeps a text out of every event from now on. @default nothing is kept out */
  readonly conceal?: (text: string) => void
  /** Keeps what happens, and knows what an earlier run of the same steps came to. @default nothing is kept */
  readonly journal?: StepJournal
}

/** Milliseconds that a step's own clean-up may take after an abort. */
const cancelLimit = 10_000
/** Milliseconds that an aborted step may take to put back what it moved; one that takes longer is left to itself. */
const windDownLimit = 5_000

/**
 * Runs the steps, each as soon as what it needs has ended, side by side where the graph allows. The first failure aborts the
 * others, one of a step with a {@link Step.part} only those of the same part and those that need them; all are waited for, so that
 * nothing goes on behind the caller's back. Before a step does anything its intent is in the journal, and after it its result: what
 * an earlier run ended, and its provider confirms, is not run again.
 * @returns the outputs of all steps that were run or brought back, the finished ones among them.
 * @throws what the first failing step threw, as an error of Tabship that names the step, with the failures of other parts as
 * `details.others`; the signal's reason where the abort came first; TypeError, before anything runs, where a step needs one that does
 * not stand before it.
 */
export async function runSteps(
  steps: readonly Step<unknown>[],
  environment: RunEnvironment,
): Promise<Map<Step<unknown>, unknown>> {
  const { signal } = environment
  signal.throwIfAborted()
  checkOrder(steps, environment.finished)
  const { outputs, steps: remaining } = await restoreSteps(steps, environment, signal)
  const stops = createStops(signal)
  const tasks = new Map<Step<unknown>, Promise<void>>()

  async function start(step: Step<unknown>): Promise<void> {
    await Promise.all(step.needs.map((need) => tasks.get(need)))
    const stop = stops.of(step.part)
    // What it needs may have failed in a part of its own.
    if (stop.signal.aborted || step.needs.some((need) => tasks.has(need) && !outputs.has(need))) return
    const outcome = await runStep(step, (need) => outputs.get(need), stop, environment)
    if (outcome) outputs.set(step, outcome.output)
  }

  for (const step of remaining) tasks.set(step, start(step))
  await Promise.all(tasks.values())
  stops.close()
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
  const { clock, journal } = environment
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
  const earlier = journal?.earlier(step.id)
  let saved: unknown
  const write = async (state: 'begun' | 'ended', result: unknown) =>
    journal?.write(step.id, { state, checkpoint: saved ?? null, result })
  const contextFor = (signal: AbortSignal): Context => {
    const save = async (checkpoint: unknown) => {
      saved = step.checkpoint?.parse(checkpoint)
      await write('begun', null)
      signal.throwIfAborted()
    }
    const saving = { again: earlier !== undefined, saved, save }
    return createContext(environment, { signal, report, progress: progress.report, saving })
  }
  let work: Promise<unknown> | undefined
  report({ type: 'step-start', title: step.title })
  try {
    saved = await savedBy(step, journal)
    await write('begun', null)
    const { timeLimit: milliseconds } = step
    const expired = () => timedOut(step, milliseconds)
    const output = await withTimeLimit({ clock, milliseconds, signal: stop.signal, expired }, (signal) => {
      work = step.execute(outputOf, contextFor(signal))
      return work
    })
    if (step.result) await write('ended', step.result.keep(output))
    end({ type: 'step-end', duration: clock.now() - start, summary: step.summarize(output) })
    return { output }
  } catch (thrown) {
    const canceled = stop.signal.aborted && thrown === stop.signal.reason
    const error = toTabshipError(thrown)
    if (!canceled) error.step = step.id
    stop.abort(error)
    await windDown(work, environment)
    if (saved !== undefined) await leave({ step, saved, contextFor }, stop.signal.reason, environment)
    const duration = clock.now() - start
    end(canceled ? { type: 'step-cancel', duration } : { type: 'step-error', duration, error: error.toJSON() })
    return undefined
  }
}

/** Stops what a step has begun at its provider; what a later run can go on with stays where it is, and the page is told so. */
async function leave(
  begun: { readonly step: Step<unknown>; readonly saved: unknown; contextFor(signal: AbortSignal): Context },
  reason: unknown,
  environment: RunEnvironment,
): Promise<void> {
  const { step, saved, contextFor } = begun
  const { cancel } = step
  if (!cancel) return
  if (environment.journal === undefined || !isResumable(reason))
    return cleanUp((signal) => cancel(saved, contextFor(signal)), step, environment)
  environment.emit(step.id, {
    type: 'warning',
    code: 'remote-kept',
    message: `"${step.title}" is half done at its provider.`,
    hint: 'Resume the deployment: it goes on from there.',
  })
}

/** Whether a run that ended with this error is one that the same run, begun again, may bring to its end; nobody wanted its end. */
function isResumable(reason: unknown): boolean {
  return TabshipError.isInstance(reason) && reason.retryable && reason.name !== 'AbortedError'
}

/** What an earlier run saved in the step, read back; what can't be read is set aside, and the step begins anew. */
async function savedBy(step: Step<unknown>, journal: StepJournal | undefined): Promise<unknown> {
  const kept = journal?.earlier(step.id)?.checkpoint ?? undefined
  if (kept === undefined || !journal) return undefined
  try {
    return step.checkpoint?.parse(kept)
  } catch (cause) {
    await journal.setAside(step.id, cause)
    return undefined
  }
}

/** Waits until an aborted step has put things back; how it ends no longer matters. */
async function windDown(
  work: Promise<unknown> | undefined,
  { clock, wallClock = clock }: RunEnvironment,
): Promise<void> {
  if (work === undefined) return
  const ended = new AbortController()
  await Promise.race([Promise.allSettled([work]), wallClock.sleep(windDownLimit, ended.signal)])
  ended.abort()
}

/** Stops what was left at the provider. If that fails too, the page is told; the first error stays the one that counts. */
async function cleanUp(
  work: (signal: AbortSignal) => Promise<void>,
  step: Step<unknown>,
  { clock, wallClock = clock, emit }: RunEnvironment,
): Promise<void> {
  const { signal } = new AbortController()
  try {
    const expired = () => timedOut(step, cancelLimit)
    await withTimeLimit({ clock: wallClock, milliseconds: cancelLimit, signal, expired }, work)
  } catch (thrown) {
    const { message, hint } = toTabshipError(thrown)
    emit(step.id, {
      type: 'warning',
      code: 'cancel-failed',
      message: `"${step.title}" could not be canceled at the provider: ${closed(message)}`,
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
