import { type ChildProcess, spawn } from 'node:child_process'
import { launcherProgram } from './git-launcher-program.js'

/** How git is started. */
export interface LaunchOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Whether it leads a group of processes of its own, which ends with it. @default false */
  readonly detached?: boolean
}

/** What is asked of the launcher about one process. */
export type Order =
  | {
      readonly command: readonly string[]
      readonly options: LaunchOptions
      /** All of it; left out where both ways are streamed. */
      readonly input?: string | Uint8Array
    }
  | { readonly type: 'more' | 'input-end' | 'stop' }
  | { readonly type: 'input'; readonly bytes: Uint8Array }

/** What the launcher tells of one process. */
export type Report =
  | { readonly type: 'output'; readonly bytes: Buffer }
  | { readonly type: 'taken' }
  | { readonly type: 'refused'; readonly code?: string }
  | { readonly type: 'failure'; readonly code?: string; readonly message: string }
  | { readonly type: 'end'; readonly code: number | null; readonly output: Buffer; readonly complaints: Buffer }

/** One process of git, by way of the launcher. */
export interface Launch {
  tell(order: Order): void
}

interface Launcher {
  open(listen: (report: Report) => void): Launch
  end(): Promise<void>
}

// One for all emulators of a process: from the first command that any of them has, until none of them is left.
let shared: Launcher | undefined
let holders = 0

/**
 * Keeps the process that starts git running from its first command on.
 *
 * @returns gives it back: it ends when nobody holds it and no command is under way.
 */
export function holdGitLauncher(): () => Promise<void> {
  holders += 1
  let isHeld = true
  return async () => {
    if (!isHeld) return
    isHeld = false
    holders -= 1
    if (holders > 0 || !shared) return
    const last = shared
    shared = undefined
    await last.end()
  }
}

/**
 * Starts git.
 *
 * @param listen is told what becomes of it; `end` or `failure` comes last.
 */
export function launchGit(order: Order, listen: (report: Report) => void): Launch {
  const release = holdGitLauncher()
  shared ??= startLauncher(() => {
    shared = undefined
  })
  const launch = shared.open((report) => {
    if (report.type !== 'end' && report.type !== 'failure') listen(report)
    else void release().then(() => listen(report))
  })
  launch.tell(order)
  return launch
}

function startLauncher(lost: () => void): Launcher {
  const child: ChildProcess = spawn(process.execPath, ['-e', launcherProgram], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const listeners = new Map<number, (report: Report) => void>()
  let count = 0
  let isOver = false
  const over = new Promise<void>((resolve) => {
    const fail = (why: string): void => {
      if (isOver) return
      isOver = true
      lost()
      for (const listen of listeners.values()) listen({ type: 'failure', message: `what starts git ${why}` })
      listeners.clear()
      resolve()
    }
    child.once('error', (error) => fail(`can't be started: ${error.message}`))
    child.once('exit', (code, signal) => fail(`has ended with ${code ?? signal}`))
  })
  child.on('message', ({ id, ...report }: { readonly id: number } & Report) => {
    const listen = listeners.get(id)
    if (report.type === 'end' || report.type === 'failure') listeners.delete(id)
    // It keeps the process alive only while it has something to do.
    if (listeners.size === 0) child.channel?.unref()
    listen?.(report)
  })
  child.unref()
  child.channel?.unref()
  return {
    open(listen) {
      const id = ++count
      listeners.set(id, listen)
      child.channel?.ref()
      return {
        // What it can't be told any more it need not know: its end is told to all who listen.
        tell: (order) => void child.send({ id, ...order }, () => undefined),
      }
    },
    end() {
      child.ref()
      child.kill('SIGKILL')
      return over
    },
  }
}
