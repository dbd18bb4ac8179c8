import { startProcess } from '../runtime/process.js'

/** A command of a build. */
export interface BuildCommand {
  readonly command: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Gets each line that it writes, as soon as it is whole. */
  readonly onLine: (line: string) => void
}

/** Runs a command in a shell, in a process group of its own that a signal ends. Gives its exit code. */
export async function runCommand({ command, folder, environment, signal, onLine }: BuildCommand): Promise<number> {
  signal.throwIfAborted()
  const decoder = new TextDecoder()
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
  let quiet = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    quiet = resolve
  })
  const running = await startProcess({
    command: '/bin/sh',
    args: ['-c', command],
    cwd: folder,
    env: environment,
    root: folder,
    onOutput: (chunk) => (chunk === null ? quiet() : take(decoder.decode(chunk, { stream: true }))),
  })
  signal.addEventListener('abort', running.kill, { once: true })
  try {
    const code = await running.exit
    await ended
    if (rest !== '') onLine(rest)
    return code
  } finally {
    signal.removeEventListener('abort', running.kill)
  }
}
