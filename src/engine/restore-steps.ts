import { toTabshipError } from '../errors/to-tabship-error.js'
import type { RunEnvironment } from './run-steps.js'
import type { Step } from './step.js'
import { createContext } from './step-context.js'
import type { StepJournal } from './step-record.js'

/** What is left to do of a graph that an earlier run has begun. */
export interface Remainder {
  /** Outputs of the steps that are not run: those that had ended before, and those that an earlier run ended. */
  readonly outputs: Map<Step<unknown>, unknown>
  /** The steps that have to run. */
  readonly steps: readonly Step<unknown>[]
}

/**
 * Brings back what an earlier run of the same steps came to: a step is passed over where its record can be read back, all that it
 * needs was brought back too, and its provider confirms it. Each one is told by `step-skip`.
 */
export async function restoreSteps(
  steps: readonly Step<unknown>[],
  environment: RunEnvironment,
  signal: AbortSignal,
): Promise<Remainder> {
  const outputs = new Map(environment.finished)
  const { journal } = environment
  if (journal) {
    /** Whether nothing that comes before a step has to run for its own sake. */
    const stands = (step: Step<unknown>): boolean => outputs.has(step) || (!step.result && step.needs.every(stands))
    for (const step of steps) {
      if (outputs.has(step) || !step.needs.every(stands)) continue
      const restored = await restore(step, journal, outputs, environment, signal)
      if (restored) outputs.set(step, restored.output)
    }
  }
  const needed = new Set<Step<unknown>>()
  for (const step of [...steps].reverse()) {
    const users = steps.filter((other) => other.needs.includes(step))
    const isWanted = step.result !== undefined || users.length === 0 || users.some((user) => needed.has(user))
    if (!outputs.has(step) && isWanted) needed.add(step)
  }
  return { outputs, steps: steps.filter((step) => needed.has(step)) }
}

async function restore(
  step: Step<unknown>,
  journal: StepJournal,
  outputs: ReadonlyMap<Step<unknown>, unknown>,
  environment: RunEnvironment,
  signal: AbortSignal,
): Promise<{ output: unknown } | undefined> {
  const record = journal.earlier(step.id)
  if (record?.state !== 'ended' || !step.result) return undefined
  const { title } = step
  const output = await step.result.restore(record.result).catch(async (cause: unknown) => {
    await journal.setAside(step.id, cause)
    return undefined
  })
  if (output === undefined) return undefined
  const context = createContext(environment, { signal, report: (event) => environment.emit(step.id, event) })
  const stands = await step
    .confirm(output, (need) => outputs.get(need), context)
    .catch((thrown: unknown) => {
      signal.throwIfAborted()
      throw Object.assign(toTabshipError(thrown), { step: step.id })
    })
  if (!stands) {
    environment.emit(step.id, {
      type: 'warning',
      code: 'step-undone',
      message: `"${title}" had ended, but what it made is no longer there.`,
      hint: 'It is done again.',
    })
    return undefined
  }
  environment.emit(step.id, { type: 'step-skip', title, summary: step.summarize(output) })
  return { output }
}
