import { TabshipError } from '../errors/tabship-error.js'
import type { Container } from '../spec/container.js'
import type { Clock } from '../spec/context.js'
import { joinPath } from './normalize-path.js'
import { runProgram } from './run-command.js'

/** What Node in the container tells of a file, and its file system does not. */
export type FileFacts =
  /** `wasExecutable`: this very container has called it executable before. */
  | { readonly mode: '100644'; readonly wasExecutable: boolean }
  | { readonly mode: '100755' }
  /** `target`: where it leads, as it is written there. */
  | { readonly mode: '120000'; readonly target: Uint8Array<ArrayBuffer> }

/** What was told. */
export interface FileModes {
  /** By path below the folder; what is neither a file nor a link is missing. */
  readonly facts: ReadonlyMap<string, FileFacts>
  /** Why more could not be told; `null` where all was. */
  readonly problem: string | null
}

/** Milliseconds that one process may take. */
const timeLimit = 30_000
/** Characters of one argument: Linux takes 131,072 bytes, Windows 32,767 for the whole command line. */
const longestArgument = 20_000

// Runs in the container. Executable is what git takes for it: what its owner may run. What it prints is ASCII, as output is decoded
// chunk by chunk, and bears marks at both ends, as output may be cut.
const script = `
const { lstatSync, readlinkSync } = require('node:fs')
const linked = (target) => (target.includes('\\uFFFD') ? '-' : 'l' + Buffer.from(target).toString('base64'))
const tell = (path) => {
  try {
    const stats = lstatSync(path)
    if (stats.isSymbolicLink()) return linked(readlinkSync(path))
    return stats.isFile() ? (stats.mode & 0o100 ? 'x' : 'f') : '-'
  } catch {
    return '-'
  }
}
console.log('<modes:' + JSON.parse(process.argv[1]).map(tell).join(',') + '>')
`

/**
 * What each container has called executable. Modes live as long as it does: a page that is loaded again writes its files anew, without
 * them, so that only a file that was executable in the same container is known to be so no more.
 */
const onceExecutable = new WeakMap<Container, Set<string>>()

/**
 * Asks Node in the container which files are executable and where links lead. Links are never followed.
 * @param folder Relative to the workdir.
 * @throws BuildError `container-lost`; the signal's reason.
 */
export async function askFileModes(
  container: Container,
  folder: string,
  paths: readonly string[],
  limits: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<FileModes> {
  const facts = new Map<string, FileFacts>()
  const executable = onceExecutable.get(container) ?? new Set<string>()
  onceExecutable.set(container, executable)
  for (const chunk of chunksOf(paths)) {
    const answer = await ask(container, folder, chunk, limits)
    if ('problem' in answer) return { facts, problem: answer.problem }
    for (const [index, word] of answer.words.entries()) {
      const path = chunk[index] ?? ''
      const place = joinPath(folder, path)
      if (word === 'x') {
        executable.add(place)
        facts.set(path, { mode: '100755' })
      } else if (word === 'f') facts.set(path, { mode: '100644', wasExecutable: executable.has(place) })
      else if (word !== '-') facts.set(path, { mode: '120000', target: fromBase64(word.slice(1)) })
    }
  }
  return { facts, problem: null }
}

async function ask(
  container: Container,
  folder: string,
  paths: readonly string[],
  limits: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<{ words: string[] } | { problem: string }> {
  let output = ''
  try {
    const program = { program: 'node', arguments: ['-e', script, JSON.stringify(paths)], environment: {} }
    const { exitCode } = await runProgram(container, program, {
      ...{ command: 'node', cwd: folder, timeLimit, idleLimit: timeLimit, ...limits },
      report: (event) => {
        if (event.type === 'process-output') output += event.data
      },
    })
    if (exitCode !== 0) return { problem: `node ended with exit code ${exitCode}` }
  } catch (error) {
    limits.signal.throwIfAborted()
    if (!TabshipError.isInstance(error) || error.code === 'container-lost') throw error
    return { problem: error.message.replace(/\.$/, '') }
  }
  const words = /<modes:([^>]*)>/.exec(output.replace(/\s+/g, ''))?.[1]?.split(',') ?? []
  const isWhole = words.length === paths.length && words.every((word) => /^(?:[-fx]|l[A-Za-z\d+/]+=*)$/.test(word))
  return isWhole ? { words } : { problem: 'the answer of node did not arrive whole' }
}

/** Divides the paths so that each part fits into one argument. */
function* chunksOf(paths: readonly string[]): Iterable<readonly string[]> {
  let chunk: string[] = []
  let length = 0
  for (const path of paths) {
    const added = JSON.stringify(path).length + 1
    if (chunk.length > 0 && length + added > longestArgument) {
      yield chunk
      chunk = []
      length = 0
    }
    chunk.push(path)
    length += added
  }
  if (chunk.length > 0) yield chunk
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
