import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { endGroup, signalGroup } from './process-group.js'
import { type Terminal, wrapInTerminal } from './terminal.js'

/** What to start. Paths and variables are those of this machine. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Size of a terminal to run in; without it, output is a plain pipe. */
  readonly terminal?: { cols: number; rows: number } | undefined
  /** Folder for files that belong to the container itself. */
  readonly root: string
  /** Gets stdout and stderr in the order in which they were written, then `null`. */
  readonly onOutput: (chunk: Uint8Array | null) => void
}

/** A process, with everything that it starts in its group. */
export interface RunningProcess {
  readonly pid: number
  /** The exit code; 128 + n after signal n; 127 for an unknown command. */
  readonly exit: Promise<number>
  write(data: string): void
  resize(size: { cols: number; rows: number }): void
  /** Ends the whole group: SIGTERM, and SIGKILL after two seconds. */
  kill(): void
}

/** How long output may go on after a process has ended, in milliseconds, when something that it started holds it open. */
const outputGrace = 500

/** Starts a process as the leader of a group of its own. Rejects when it can't be started at all. */
export async function startProcess(launch: Launch): Promise<RunningProcess> {
  const terminal = launch.terminal && wrapInTerminal(launch, launch.terminal)
  const [command, args] = terminal ? terminal.commandLine : mergeOutput(launch)
  const child = spawn(command, args, { cwd: launch.cwd, env: launch.env, detached: true, stdio: 'pipe' })
  const exit = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0))
    child.once('error', reject)
  })
  followOutput(child, launch.onOutput)
  // Writing to a process that has just ended breaks its pipe: like typing into a closed terminal, it changes nothing.
  child.stdin.on('error', () => child.stdin.destroy())
  return {
    pid,
    exit,
    write: (data) => writeInput(child, pid, data, terminal),
    resize: (size) => terminal?.resize(size),
    kill: () => {
      // `script` itself would end with 0 when it is signalled.
      if (!terminal?.kill()) endGroup(pid)
    },
  }
}

/** One pipe for stdout and stderr keeps their order, as a terminal does. The shell is replaced by the command. */
function mergeOutput({ command, args }: Launch): [string, string[]] {
  if (process.platform === 'win32') return [command, [...args]]
  return ['/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...args]]
}

function followOutput(child: ChildProcess, onOutput: (chunk: Uint8Array | null) => void): void {
  let ended = false
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(timer)
    if (!ended) onOutput(null)
    ended = true
  }
  const wait = (): void => {
    clearTimeout(timer)
    timer = setTimeout(end, outputGrace)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      if (ended) return
      onOutput(new Uint8Array(chunk))
      if (timer) wait()
    })
  }
  child.once('exit', wait)
  child.once('close', end)
}

/** Without a terminal nothing turns Ctrl-C into a signal, so this does. */
function writeInput(child: ChildProcess, pid: number, data: string, terminal: Terminal | undefined): void {
  if (!terminal && data === '\u0003') signalGroup(pid, 'SIGINT')
  else child.stdin?.write(data)
}
