import { readdir } from 'node:fs/promises'
import type { ContainerEnvironment } from './environment.js'
import type { Paths } from './paths.js'
import { type RunningProcess, startProcess } from './process.js'
import { killAll, signalGroup } from './process-group.js'

/** How a process is started: what a container's `spawn` takes. */
export interface RunOptions {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string | number | boolean>> | undefined
  readonly output?: boolean | undefined
  readonly terminal?: { cols: number; rows: number } | undefined
}

/** The processes of one container. */
export interface Processes {
  run(
    command: string,
    args: readonly string[],
    options: RunOptions,
    onOutput: (chunk: Uint8Array | null) => void,
  ): Promise<RunningProcess>
  /** Kills all of them at once. */
  end(): void
}

/** Containers that are alive, so that no process outlives this one when it ends without tearing them down. */
const alive = new Set<() => void>()

/** Starts and ends the processes of a container whose private folder is `root`. */
export function createProcesses(root: string, paths: Paths, environment: ContainerEnvironment): Processes {
  const leaders = new Set<number>()
  const kill = (): void => killAll(leaders, `TABSHIP_CONTAINER=${root}`)
  if (alive.size === 0) process.on('exit', killAlive)
  alive.add(kill)
  let hasEnded = false

  return {
    run: async (command, args, options, onOutput) => {
      const cwd = paths.locate(options.cwd ?? '.')
      await readdir(cwd)
      const started = await startProcess({
        command,
        args,
        cwd,
        env: variables(environment, options),
        terminal: options.terminal,
        root,
        onOutput,
      })
      leaders.add(started.pid)
      if (hasEnded) kill()
      // A group may outlive its leader. An empty one must go: its number may become another's.
      void started.exit.then(() => signalGroup(started.pid, 0) || leaders.delete(started.pid))
      return started
    },
    end: () => {
      hasEnded = true
      kill()
      alive.delete(kill)
      if (alive.size === 0) process.off('exit', killAlive)
    },
  }
}

function killAlive(): void {
  for (const kill of alive) kill()
}

function variables(environment: ContainerEnvironment, options: RunOptions): Record<string, string> {
  const own = Object.entries(options.env ?? {}).map(([name, value]): [string, string] => [name, String(value)])
  const result: Record<string, string> = {
    ...environment.variables,
    ...(options.terminal ? { TERM: 'xterm-256color', COLORTERM: 'truecolor' } : {}),
    ...Object.fromEntries(own),
  }
  const nodeOptions = environment.variables.NODE_OPTIONS ?? ''
  if (result.NODE_OPTIONS !== nodeOptions) result.NODE_OPTIONS = `${nodeOptions} ${result.NODE_OPTIONS}`
  return result
}
