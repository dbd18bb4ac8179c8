import { runProcess } from '../run-process.js'
import type { RunningJob } from '../running-job.js'

/** Something that makes a step fail, as its log tells it. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
}

/** A step that uses an action. */
export interface ActionCall {
  readonly job: RunningJob
  /** The version after `@`, as written. */
  readonly version: string
  /** Of `env`, all that the step sees. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** An input, or its default. */
  input(name: string): string
  log(text: string): void
  output(name: string, value: string): void
}

/** What a well-known action does here. */
export interface Action {
  /** Defaults of the inputs that it takes. */
  readonly inputs: Readonly<Record<string, string>>
  /** Inputs of the real one that mean nothing here. */
  readonly ignored?: readonly string[]
  /** Whether it may have something to do at the end of the job. */
  readonly hasPost?: boolean
  /** @returns what is to be done at the end of the job. */
  run(call: ActionCall): Promise<((call: ActionCall) => Promise<void>) | undefined>
}

/**
 * Runs a program for an action; its output goes into the log.
 *
 * @throws StepFailure where it does not end with 0.
 */
export async function runTool(
  { job, log, environment, signal }: ActionCall,
  command: readonly string[],
): Promise<string> {
  const output: Uint8Array[] = []
  const code = await runProcess(job, {
    command,
    folder: job.workspace,
    environment,
    signal,
    onOutput: (chunk) => output.push(chunk),
  })
  const text = Buffer.concat(output).toString().trimEnd()
  if (code === 0) return text
  if (text !== '') log(text)
  throw new StepFailure(`The process '${command[0]}' failed with exit code ${code}`)
}
