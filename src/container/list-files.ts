import { OptionsError } from '../errors/options-error.js'
import type { ExcludedFile, ExclusionReason } from '../spec/artifact.js'
import type { Container, ContainerEntry } from '../spec/container.js'
import { containerLost, isLost } from './container-error.js'
import { joinPath } from './normalize-path.js'
import { untilAborted } from './until-aborted.js'

/** Why a file or folder is left out, or `undefined` to keep it. Paths are relative to the folder that is read. */
export type Exclude = (path: string, isDirectory: boolean) => ExclusionReason | undefined

/** How a folder is listed. */
export interface ListOptions {
  readonly exclude: Exclude
  readonly signal: AbortSignal
  /** Calls in flight. */
  readonly concurrency: number
  /** Receives the text of every `.gitignore`, by its folder (`.` for the root), before the names beside it are judged. */
  readonly gitignores?: Map<string, string>
}

/** What a folder holds; all paths are relative to it. */
export interface Listing {
  /** Ordered. */
  readonly files: string[]
  readonly excluded: ExcludedFile[]
  /** Folders, `.` for the root, with something left out below them that an archive of the folder could follow or hold. */
  readonly impure: ReadonlySet<string>
}

/**
 * Lists the files below a normalized folder, a bounded number of folders at a time. Folders that are left out are not
 * entered, and are listed once, as `name/`.
 *
 * @throws OptionsError `folder-unreadable` when the folder itself cannot be listed.
 */
export async function listFiles(container: Container, root: string, options: ListOptions): Promise<Listing> {
  const { signal, gitignores } = options
  const files: string[] = []
  const excluded: ExcludedFile[] = []
  const impure = new Set<string>()
  const waiting: string[] = ['.']

  const leaveOut = (path: string, reason: ExclusionReason, folder: string) => {
    excluded.push({ path, reason })
    for (let above = folder; ; above = parentOf(above)) {
      if (impure.has(above)) return
      impure.add(above)
      if (above === '.') return
    }
  }

  const judge = (entry: ContainerEntry, folder: string) => {
    const path = joinPath(folder, entry.name)
    const isDirectory = entry.isDirectory()
    const reason = options.exclude(path, isDirectory)
    if (reason && entry.isFile()) excluded.push({ path, reason })
    else if (reason) leaveOut(isDirectory ? `${path}/` : path, reason, folder)
    else if (isDirectory) waiting.push(path)
    else if (entry.isFile()) files.push(path)
    else leaveOut(path, 'symlink', folder)
  }

  const enter = async (folder: string) => {
    const path = joinPath(root, folder)
    const entries = await attempt(signal, () => container.fs.readdir(path, { withFileTypes: true }))
    if ('error' in entries) {
      if (folder === '.') throw unreadable(root, entries.error)
      return leaveOut(`${folder}/`, 'unreadable', folder)
    }
    if (gitignores && entries.value.some((entry) => entry.name === '.gitignore' && entry.isFile())) {
      const rules = await attempt(signal, () => container.fs.readFile(joinPath(path, '.gitignore')))
      if ('value' in rules) gitignores.set(folder, new TextDecoder().decode(rules.value))
    }
    for (const entry of entries.value) judge(entry, folder)
  }

  const running = new Set<Promise<void>>()
  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && running.size < options.concurrency) {
      const task = enter(waiting.pop() ?? '.').finally(() => running.delete(task))
      running.add(task)
    }
    await Promise.race(running)
  }
  return { files: files.sort(), excluded, impure }
}

/** The value or the error of a call about one file; an abort and a lost container are thrown, as they concern them all. */
export async function attempt<Value>(
  signal: AbortSignal,
  call: () => Promise<Value>,
): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await untilAborted(signal, call()) }
  } catch (error) {
    signal.throwIfAborted()
    if (isLost(error)) throw containerLost(error)
    return { error }
  }
}

/** The folder above a relative path; `.` for the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}

function unreadable(folder: string, cause: unknown): OptionsError {
  return new OptionsError({
    code: 'folder-unreadable',
    message: `The folder "${folder}" cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Check that the folder exists in the container and is a folder.',
    cause,
  })
}
