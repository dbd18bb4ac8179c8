import { BuildError } from '../errors/build-error.js'
import { TabshipError } from '../errors/tabship-error.js'
import type { Container, ContainerProcess } from '../spec/container.js'
import type { Clock } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { withTimeLimit } from '../toolkit/with-time-limit.js'
import { containerLost, isLost } from './container-error.js'
import { createLogLines } from './log-lines.js'
import { normalizePath } from './normalize-path.js'
import { relevantLines } from './relevant-lines.js'
import { type Command, splitCommand } from './split-command.js'

/** What a command reports while it runs. */
export type CommandEvent = Extract<
  EventBody,
  { readonly type: 'process-start' | 'process-output' | 'process-end' | 'log-line' }
>

/** A command and its limits. */
export interface CommandOptions {
  /** A shell line, split at spaces outside quotes; `NAME=value` in front sets the environment. */
  readonly command: string
  /** Folder to run it in, as {@link normalizePath} takes it. */
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds that the command may take in all. */
  readonly timeLimit: number
  /** Milliseconds that it may take without a byte of output. */
  readonly idleLimit: number
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Called for each event until the promise settles, never after. */
  report(event: CommandEvent): void
}

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number
  /** The last 200 lines of its output, as in `log-line` events. */
  readonly tail: string[]
}

const tailLength = 200
/** Milliseconds to wait for the rest of the output of a process that has ended. */
const drainLimit = 2_000
const commandNotFound = 127

/**
 * Runs a command in the container and resolves with its exit code, zero or not, once its output is complete. The process is
 * killed when the signal is aborted (the promise rejects with the signal's reason) and when a limit is passed. Whatever
 * happens, each `process-start` is followed by one `process-end`, the last event.
 *
 * @throws BuildError `build-timeout`, `build-idle`, `command-unknown`, or `container-lost`; each has the log's relevant
 * lines in `details.log`.
 * @throws OptionsError `command-invalid`, `path-outside`.
 */
export async function runCommand(container: Container, options: CommandOptions): Promise<CommandResult> {
  return runProgram(container, splitCommand(options.command), options)
}

/** The same for a command that is in its parts already; `options.command` is what it is called. */
export async function runProgram(
  container: Container,
  command: Command,
  options: CommandOptions,
): Promise<CommandResult> {
  const { clock, signal, timeLimit, idleLimit } = options
  const cwd = normalizePath(container, options.cwd)
  const over = new AbortController()
  const run: Run = {
    options,
    over: over.signal,
    tail: [],
    lastOutput: clock.now(),
    process: undefined,
    started: false,
    exitCode: null,
  }
  const expired = () => timeoutError(run)
  const running = withTimeLimit({ clock, signal, milliseconds: timeLimit, expired }, () =>
    Promise.race([execute(container, command, cwd, run), idle(run, clock, idleLimit)]),
  )
  const [outcome] = await Promise.allSettled([running])
  over.abort()
  if (run.process) stop(run.process)
  const error = outcome.status === 'rejected' ? outcome.reason : undefined
  if (run.started) {
    const reason = run.exitCode === null ? whyStopped(signal, error) : 'exit'
    options.report({ type: 'process-end', process: options.command, exitCode: run.exitCode, reason })
  }
  if (outcome.status === 'rejected') throw error
  if (outcome.value === commandNotFound) throw unknownCommand(run, command.program, undefined)
  return { exitCode: outcome.value, tail: run.tail }
}

interface Run {
  readonly options: CommandOptions
  /** Aborted as soon as the outcome is known. */
  readonly over: AbortSignal
  readonly tail: string[]
  lastOutput: number
  /** The process while it lives. */
  process: ContainerProcess | undefined
  /** Whether its start was reported, so that its end has to be. */
  started: boolean
  /** `null` until the process has ended by itself. */
  exitCode: number | null
}

async function execute(container: Container, command: Command, cwd: string, run: Run): Promise<number> {
  const { options } = run
  const process = await spawn(container, command, cwd, run)
  run.process = process
  if (run.over.aborted) {
    stop(process) // the answer came too late to be stopped by anyone else
    throw run.over.reason
  }
  run.started = true
  options.report({ type: 'process-start', process: options.command, command: options.command })
  const output = readOutput(process, run)
  const exit = exitOf(process, run)
  // What `report` throws ends the run at once; waiting for the exit alone would leave it unhandled until then.
  const exitCode = await Promise.race([exit, output.then(() => exit)])
  run.process = undefined
  run.exitCode = exitCode
  await Promise.race([output, options.clock.sleep(drainLimit, run.over)])
  return exitCode
}

async function spawn(container: Container, command: Command, cwd: string, run: Run): Promise<ContainerProcess> {
  const env = { ...run.options.env, ...command.environment }
  try {
    return await container.spawn(command.program, command.arguments, {
      env,
      output: true,
      ...(cwd === '.' ? {} : { cwd }), // the default of spawn is the workdir
    })
  } catch (error) {
    throw isLost(error) ? containerLost(error) : unknownCommand(run, command.program, error)
  }
}

async function exitOf(process: ContainerProcess, run: Run): Promise<number> {
  try {
    return await process.exit
  } catch (error) {
    run.process = undefined
    throw containerLost(error)
  }
}

async function readOutput(process: ContainerProcess, run: Run): Promise<void> {
  const { clock, command, signal, report } = run.options
  const lines = createLogLines()
  const log = (texts: string[]) => {
    run.tail.push(...texts)
    run.tail.splice(0, run.tail.length - tailLength)
    for (const text of texts) report({ type: 'log-line', source: 'process', text })
  }
  const reader = process.output.getReader()
  for (;;) {
    const chunk = await reader.read().catch((error: unknown) => {
      if (!run.over.aborted) log([`The output of the process broke off: ${String(error)}`]) // the exit code still decides
      return { done: true as const, value: undefined }
    })
    if (chunk.done) break
    // Read to its end all the same: the client of WebContainer throws into the page when a canceled stream gets a chunk.
    if (run.over.aborted || signal.aborted) continue
    run.lastOutput = clock.now()
    report({ type: 'process-output', process: command, data: chunk.value })
    log(lines.push(chunk.value))
  }
  if (!run.over.aborted && !signal.aborted) log(lines.end())
}

async function idle(run: Run, clock: Clock, limit: number): Promise<never> {
  for (;;) {
    const left = run.lastOutput + limit - clock.now()
    if (left <= 0) throw idleError(run)
    await clock.sleep(left, run.over)
  }
}

/** Why a process did not come to its own end. What is none of ours, such as a `report` that throws, is a cancel. */
function whyStopped(signal: AbortSignal, error: unknown): 'timeout' | 'idle' | 'abort' | 'lost' {
  const code = !signal.aborted && TabshipError.isInstance(error) ? error.code : ''
  if (code === 'build-timeout') return 'timeout'
  if (code === 'build-idle') return 'idle'
  return code === 'container-lost' ? 'lost' : 'abort'
}

function stop(process: ContainerProcess): void {
  try {
    process.kill()
  } catch {
    return // only a container that has gone refuses, and it took its processes along; why it was stopped matters more
  }
}

function timeoutError({ options, tail }: Run): BuildError {
  return new BuildError({
    code: 'build-timeout',
    message: `"${options.command}" did not end within ${seconds(options.timeLimit)}.`,
    hint: 'Look for a step that waits or watches, such as a dev server in the build script; or raise the time limit.',
    details: { command: options.command, timeLimit: options.timeLimit, log: relevantLines(tail) },
  })
}

function idleError({ options, tail }: Run): BuildError {
  return new BuildError({
    code: 'build-idle',
    message: `"${options.command}" has printed nothing for ${seconds(options.idleLimit)} and was stopped.`,
    hint:
      'A tab that runs out of memory falls silent like this. Close other tabs, reload the page and deploy again, ' +
      'build less at once (no source maps, fewer pages), or let the provider build the project.',
    details: { command: options.command, idleLimit: options.idleLimit, log: relevantLines(tail) },
  })
}

function unknownCommand({ options, tail }: Run, program: string, cause: unknown): BuildError {
  return new BuildError({
    code: 'command-unknown',
    message:
      cause === undefined
        ? `"${options.command}" ended with exit code 127: it calls a program that is not installed.`
        : `The program "${program}" could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Check the spelling, and that the package with the program is among the dependencies and was installed.',
    details: { command: options.command, program, log: relevantLines(tail) },
    cause,
  })
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`
}
