import type { ExcludedFile, FileMode } from '../spec/artifact.js'
import type { Container } from '../spec/container.js'
import { createPacer } from '../toolkit/yield-to-page.js'
import { attempt, type Exclude, type Listing, listFiles, parentOf } from './list-files.js'
import { joinPath, normalizePath } from './normalize-path.js'
import { type ZipEntry, zipEntries } from './zip-entries.js'

/** How a folder is read. */
export interface ReadOptions {
  readonly exclude: Exclude
  readonly signal: AbortSignal
  /**
   * Calls to the container in flight. More cost more: the price of a call grows with their number.
   * @default 16
   */
  readonly concurrency?: number
  /** Folders with more files than this are read as one archive where the container can pack one. @default 300 */
  readonly zipAbove?: number
  /** Receives the text of every `.gitignore`, by its folder (`.` for the root), before the names beside it are judged. */
  readonly gitignores?: Map<string, string>
  /** Called after each file with the number of files read, and of all files. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A file as it was read. */
export interface ReadFile {
  /** Relative to the folder. */
  readonly path: string
  /** Always a regular file: a container's file system tells nobody whether a file is executable. */
  readonly mode: FileMode
  readonly bytes: Uint8Array
}

/** The files of a folder. */
export interface FolderContent {
  /** The files, read as they are asked for; can be walked through once. */
  readonly files: AsyncIterable<ReadFile>
  /** What was left out. Complete only when `files` has ended, as a file may turn out to be unreadable. */
  readonly excluded: readonly ExcludedFile[]
}

/** Larger files are read by themselves: unpacking them would hold the page for longer than a frame. */
const largestUnpacked = 1024 * 1024

/**
 * Reads a folder of the container as bytes: file by file, or, where that is quicker, as archives of those of its folders
 * that hold nothing to leave out. Both give the same files. What the listing did not show is never taken from an archive.
 *
 * @throws OptionsError `folder-unreadable`, `path-outside`; BuildError `container-lost`; the signal's reason. While the files
 * are read, only the last two.
 */
export async function readFiles(container: Container, folder: string, options: ReadOptions): Promise<FolderContent> {
  const root = normalizePath(container, folder)
  const { concurrency = 16, onProgress } = options
  const listing = await listFiles(container, root, { ...options, concurrency })
  const { single, archives } = container.export
    ? divide(listing, options.zipAbove ?? 300)
    : { single: listing.files, archives: [] }

  async function* read(): AsyncGenerator<ReadFile> {
    let done = 0
    const reading = readAll(
      container,
      root,
      { single, archives, excluded: listing.excluded, concurrency },
      options.signal,
    )
    for await (const file of reading) {
      done += 1
      onProgress?.(done, listing.files.length)
      yield file
    }
  }
  return { files: read(), excluded: listing.excluded }
}

interface Archive {
  readonly folder: string
  readonly files: string[]
}

interface Division {
  /** Files to read by themselves. */
  readonly single: string[]
  readonly archives: Archive[]
}

/** Finds the highest folders that an archive may be made of: many files, and nothing below that is left out. */
function divide(listing: Listing, zipAbove: number): Division {
  const counts = new Map<string, number>()
  for (const file of listing.files) {
    for (let folder = parentOf(file); ; folder = parentOf(folder)) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
      if (folder === '.') break
    }
  }
  const archives = new Map<string, string[]>()
  const single: string[] = []
  for (const file of listing.files) {
    let highest: string | undefined
    for (let folder = parentOf(file); !listing.impure.has(folder); folder = parentOf(folder)) {
      highest = folder
      if (folder === '.') break
    }
    if (highest === undefined || (counts.get(highest) ?? 0) <= zipAbove) {
      single.push(file)
      continue
    }
    const files = archives.get(highest) ?? []
    if (files.push(file) === 1) archives.set(highest, files)
  }
  return { single, archives: [...archives].map(([folder, files]) => ({ folder, files })) }
}

async function* readAll(
  container: Container,
  root: string,
  work: Division & { excluded: ExcludedFile[]; concurrency: number },
  signal: AbortSignal,
): AsyncGenerator<ReadFile> {
  const single = [...work.single]
  for (const archive of work.archives) yield* readArchive(container, root, archive, single, signal)

  const waiting: Array<{ path: string; result: Promise<PromiseSettledResult<SingleFile>> }> = []
  for (let next = 0; next < single.length || waiting.length > 0; ) {
    while (next < single.length && waiting.length < work.concurrency) {
      const path = single[next++] ?? ''
      const call = attempt(signal, () => container.fs.readFile(joinPath(root, path)))
      waiting.push({ path, result: Promise.allSettled([call]).then(([settled]) => settled) })
    }
    const first = waiting.shift()
    if (!first) break
    const settled = await first.result
    if (settled.status === 'rejected') throw settled.reason
    if ('value' in settled.value) yield regularFile(first.path, settled.value.value)
    else work.excluded.push({ path: first.path, reason: 'unreadable' })
  }
}

type SingleFile = { value: Uint8Array } | { error: unknown }

/** Yields what the archive of a folder holds of its files, and adds to `single` what has to be read in another way. */
async function* readArchive(
  container: Container,
  root: string,
  archive: Archive,
  single: string[],
  signal: AbortSignal,
): AsyncGenerator<ReadFile> {
  const folder = joinPath(root, archive.folder)
  const zip = await attempt(signal, async () => container.export?.(folder, { format: 'zip' }))
  const entries = 'value' in zip && zip.value ? zipEntries(zip.value) : undefined
  const find = entries ? finder(entries, archive, folder) : () => undefined
  const pause = createPacer()
  for (const path of archive.files) {
    await pause()
    signal.throwIfAborted()
    const bytes = unpack(find(path))
    if (bytes) yield regularFile(path, bytes)
    else single.push(path)
  }
}

function unpack(entry: ZipEntry | undefined): Uint8Array | undefined {
  if (!entry || entry.size > largestUnpacked) return undefined
  try {
    return entry.read()
  } catch {
    return undefined // a damaged archive: the file is read by itself
  }
}

/**
 * Looks files up by their path below the archive's folder. Whether an archive's names start at that folder, above it or at
 * the workdir is nowhere written down: the start under which most files are found is the right one.
 */
function finder(entries: Map<string, ZipEntry>, archive: Archive, folder: string) {
  const below = (path: string) => (archive.folder === '.' ? path : path.slice(archive.folder.length + 1))
  const starts = ['', `${folder.slice(folder.lastIndexOf('/') + 1)}/`, `${folder}/`, './']
  const found = starts.map((start) => archive.files.filter((path) => entries.has(start + below(path))).length)
  const best = starts[found.indexOf(Math.max(...found))] ?? ''
  return (path: string) => entries.get(best + below(path))
}

function regularFile(path: string, bytes: Uint8Array): ReadFile {
  return { path, mode: '100644', bytes }
}
