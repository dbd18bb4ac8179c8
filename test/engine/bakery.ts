import { type RunEnvironment, runSteps } from '../../src/engine/run-steps.js'
import { defineStep, type Step, type StepDefinition } from '../../src/engine/step.js'
import type { EventBody } from '../../src/spec/event.js'
import { type SimulatedClock, simulatedClock } from '../support/simulated-clock.js'

type Needs = Record<string, Step<unknown>>
type Recipe<Wanted extends Needs, Output, Checkpoint> = Pick<StepDefinition<Wanted, Output, Checkpoint>, 'id' | 'run'> &
  Partial<StepDefinition<Wanted, Output, Checkpoint>>

/** A step of a bakery: the engine knows nothing of what it runs. */
export function work<Output, Wanted extends Needs = Record<never, never>, Checkpoint = undefined>(
  recipe: Recipe<Wanted, Output, Checkpoint>,
): Step<Output> {
  return defineStep<Wanted, Output, Checkpoint>({
    title: recipe.id,
    needs: {} as Wanted,
    line: { description: '', files: null, bytes: null, requests: null, duration: 60_000 },
    timeLimit: 3_600_000,
    summarize: (output) => String(output),
    ...recipe,
  })
}

/** One morning in the bakery: what ran, and all that was told of it. */
export interface Morning {
  readonly clock: SimulatedClock
  readonly outputs: Promise<Map<Step<unknown>, unknown>>
  readonly events: { readonly step: string | null; readonly event: EventBody }[]
  /** The events as `step type`. */
  order(): string[]
  abort(reason: unknown): void
}

/** Runs the steps on a clock that stands still. */
export function open(steps: readonly Step<unknown>[], options: Partial<RunEnvironment> = {}): Morning {
  const clock = simulatedClock()
  const controller = new AbortController()
  const events: { step: string | null; event: EventBody }[] = []
  const outputs = runSteps(steps, {
    finished: new Map(),
    clock,
    signal: controller.signal,
    emit: (step, event) => events.push({ step, event }),
    requestsFor: () => () => Promise.reject(new Error('there is no network in a bakery')),
    ...options,
  })
  outputs.catch(() => undefined) // each test looks at it when its time has come
  return {
    clock,
    outputs,
    events,
    order: () => events.map(({ step, event }) => `${step} ${event.type}`),
    abort: (reason) => controller.abort(reason),
  }
}

/** Never ends by itself, and minds its signal. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

/** Never ends, whatever one tells it. */
export function forever(): Promise<never> {
  return new Promise(() => undefined)
}
