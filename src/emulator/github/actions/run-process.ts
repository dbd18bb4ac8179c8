import { delimiter } from 'node:path'
import { startProcess } from '../../runtime/process.js'
import type { RunningJob } from './running-job.js'

/** A command of a step. */
export interface StepCommand {
  readonly command: readonly string[]
  readonly folder: string
  /** Beside what every process of the job gets. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onOutput: (chunk: Uint8Array) => void
}

/** Runs a command in a process group of its own, with nothing to read. Gives its exit code; a signal ends it. */
export async function runProcess(job: RunningJob, options: StepCommand): Promise<number> {
  const { command, folder, environment, signal, onOutput } = options
  signal.throwIfAborted()
  const env = { ...job.machine, ...environment }
  const path = [...job.path, environment.PATH ?? job.machine.PATH ?? ''].join(delimiter)
  let heard = (): void => undefined
  const quiet = new Promise<void>((resolve) => {
    heard = resolve
  })
  const running = await startProcess({
    command: '/bin/sh',
    args: ['-c', 'exec "$@" </dev/null', 'sh', ...command],
    cwd: folder,
    env: { ...env, PATH: path },
    root: job.folder,
    onOutput: (chunk) => (chunk === null ? heard() : onOutput(chunk)),
  })
  job.leaders.add(running.pid)
  signal.addEventListener('abort', running.kill)
  if (signal.aborted) running.kill()
  try {
    const code = await running.exit
    await quiet
    signal.throwIfAborted()
    return code
  } finally {
    signal.removeEventListener('abort', running.kill)
  }
}
