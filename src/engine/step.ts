import type { Context } from '../spec/context.js'
import type { PlanLine } from '../spec/plan.js'
import type { Schema } from '../spec/schema.js'
import type { Result } from './step-record.js'

/** What a step gets from the steps that it needs, under the names it gave them. */
export type Inputs<Needs extends Record<string, Step<unknown>>> = {
  readonly [Name in keyof Needs]: Needs[Name] extends Step<infer Output> ? Output : never
}

/** How a step is written down. */
export interface StepDefinition<Needs extends Record<string, Step<unknown>>, Output, Checkpoint> {
  /** Unique in its graph. */
  readonly id: string
  readonly title: string
  readonly needs: Needs
  /** Steps that must have ended well before, whose outputs it does not use. */
  readonly after?: readonly Step<unknown>[]
  /** Its line in the plan. */
  readonly line: PlanLine
  /** Milliseconds after which it has failed. */
  readonly timeLimit: number
  /** Steps of the same part fail together, and leave those of other parts alone. @default a failure ends the whole run */
  readonly part?: string | undefined
  readonly checkpoint?: Schema<Checkpoint>
  /**
   * How its output is kept for a later run. Without it, what the step does is gone with the tab (a build in a container): it is
   * run again wherever a step that needs it has to run, or nothing needs it.
   */
  readonly result?: Result<Output>
  run(inputs: Inputs<Needs>, context: Context<Checkpoint>): Promise<Output>
  /** Asks whether what an earlier run came to still stands. Without it, it does. */
  confirm?(output: Output, inputs: Inputs<Needs>, context: Context<Checkpoint>): Promise<boolean>
  /** What it came to, in one line for people. */
  summarize(output: Output): string
  /** Undoes or stops what the checkpoint points to, after the step was aborted. Its own context has a fresh signal. */
  cancel?(checkpoint: Checkpoint, context: Context<Checkpoint>): Promise<void>
}

/** A step whose types the engine need not know. */
export interface Step<Output> {
  readonly id: string
  readonly title: string
  readonly needs: readonly Step<unknown>[]
  readonly line: PlanLine
  readonly timeLimit: number
  readonly part?: string | undefined
  readonly checkpoint: Schema<unknown> | undefined
  readonly result: Result<unknown> | undefined
  execute(outputOf: (step: Step<unknown>) => unknown, context: Context): Promise<Output>
  confirm(output: unknown, outputOf: (step: Step<unknown>) => unknown, context: Context): Promise<boolean>
  summarize(output: unknown): string
  cancel?(checkpoint: unknown, context: Context): Promise<void>
}

/** Makes a step. It is itself the key under which its output is handed to the steps that need it. */
export function defineStep<Needs extends Record<string, Step<unknown>>, Output, Checkpoint = undefined>(
  definition: StepDefinition<Needs, Output, Checkpoint>,
): Step<Output> {
  const { id, title, needs, after = [], line, timeLimit, part, checkpoint, result, cancel } = definition
  // The one place where types are asserted: outputs are stored under the very steps that promised them.
  const inputsOf = (outputOf: (step: Step<unknown>) => unknown): Inputs<Needs> =>
    Object.fromEntries(Object.entries(needs).map(([name, step]) => [name, outputOf(step)])) as Inputs<Needs>
  return {
    id,
    title,
    needs: [...Object.values(needs), ...after],
    line,
    timeLimit,
    part,
    checkpoint,
    result: result && { keep: (output) => result.keep(output as Output), restore: (kept) => result.restore(kept) },
    execute: (outputOf, context) => definition.run(inputsOf(outputOf), context as Context<Checkpoint>),
    confirm: async (output, outputOf, context) =>
      definition.confirm === undefined ||
      definition.confirm(output as Output, inputsOf(outputOf), context as Context<Checkpoint>),
    summarize: (output) => definition.summarize(output as Output),
    ...(cancel && { cancel: (saved, context) => cancel(saved as Checkpoint, context as Context<Checkpoint>) }),
  }
}

/** A step that has ended elsewhere: only its output is of use, which the caller hands in as finished. */
export function endedStep<Output>(id: string): Step<Output> {
  const line = { description: '', files: 0, bytes: 0, requests: null, duration: 0 }
  const run = () => Promise.reject(new TypeError(`step ${id} has ended and can't run again`))
  return defineStep({ id, title: id, needs: {}, line, timeLimit: 1, run, summarize: () => '' })
}

/** The output of a step that has ended, by the step itself. */
export function outputOf<Output>(outputs: ReadonlyMap<Step<unknown>, unknown>, step: Step<Output>): Output {
  return outputs.get(step) as Output
}
