import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endGroup } from './process-group.js'

/** A command, and a private folder for notes about it. */
export interface TerminalCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly root: string
}

/** A command that runs in a pseudoterminal. */
export interface Terminal {
  readonly commandLine: [string, string[]]
  resize(size: { cols: number; rows: number }): void
  /** Ends the command, and with it the terminal. Tells whether the command had begun. */
  kill(): boolean
}

/** util-linux's `script` gives a pseudoterminal without a native addon. */
const script = '/usr/bin/script'

/**
 * Wraps a command so that it runs in a pseudoterminal. Gives nothing where there is no util-linux `script` (other systems
 * than Linux): the command then runs without a terminal.
 */
export function wrapInTerminal(launch: TerminalCommand, size: { cols: number; rows: number }): Terminal | undefined {
  if (process.platform !== 'linux' || !existsSync(script)) return undefined
  const facts = join(launch.root, `terminal-${randomUUID()}`)
  const commandLine = [launch.command, ...launch.args].map(quote).join(' ')
  // $$ stays the command's own id after exec: it leads a session of its own, which the group of `script` doesn't hold.
  const line = `echo $$ $(tty) > ${quote(facts)}; stty cols ${size.cols} rows ${size.rows}; exec ${commandLine}`
  return {
    commandLine: [script, ['-q', '-e', '-f', '-c', line, '/dev/null']],
    resize: ({ cols, rows }) => {
      const [, device] = readFacts(facts)
      if (device) execFile('stty', ['-F', device, 'cols', String(cols), 'rows', String(rows)], () => undefined)
    },
    kill: () => {
      const [pid] = readFacts(facts)
      if (pid) endGroup(Number(pid))
      return pid !== undefined && pid !== ''
    },
  }
}

function readFacts(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : []
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
