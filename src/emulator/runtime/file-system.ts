import { type FSWatcher, watch } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { ContainerEntry } from '../../spec/container.js'
import type { Paths } from './paths.js'
import { plainError } from './plain-error.js'

/** What happened to a watched file, and its name relative to the watched folder. */
export type WatchListener = (event: 'rename' | 'change', name: string) => void

/** A name in a folder with what it is: a link, a socket or a device is `other`. */
interface TypedName {
  readonly name: string
  readonly type: 'file' | 'directory' | 'other'
}

/** The file system of a local container: the members that a WebContainer has, and no others. */
export interface LocalFileSystem {
  readdir(path: string, options: { withFileTypes: true }): Promise<ContainerEntry[]>
  readdir(path: string, options?: { withFileTypes?: false }): Promise<string[]>
  readFile(path: string, encoding?: null): Promise<Uint8Array>
  readFile(path: string, encoding: BufferEncoding): Promise<string>
  writeFile(
    path: string,
    data: string | Uint8Array,
    options?: string | { encoding?: string | null | undefined } | null,
  ): Promise<void>
  /** With `recursive`, gives the first folder that was created. */
  mkdir(path: string, options?: { recursive?: boolean | undefined }): Promise<string | undefined>
  rm(path: string, options?: { force?: boolean | undefined; recursive?: boolean | undefined }): Promise<void>
  rename(oldPath: string, newPath: string): Promise<void>
  /** Watches a file or a folder until `close()`. Throws at once when it does not exist. */
  watch(path: string, options: { recursive?: boolean | undefined } | null, listener: WatchListener): { close(): void }
  watch(path: string, listener: WatchListener): { close(): void }
}

/** Runs a call to the disk and words its errors as the container does. */
export type Caller = <T>(call: () => Promise<T>) => Promise<T>

/** A {@link LocalFileSystem} over a real folder. */
export function createFileSystem(paths: Paths, call: Caller): LocalFileSystem {
  async function list(path: string, options?: { withFileTypes?: false }): Promise<string[]>
  async function list(path: string, options: { withFileTypes: true }): Promise<ContainerEntry[]>
  async function list(path: string, options?: { withFileTypes?: boolean }): Promise<string[] | ContainerEntry[]> {
    const names = await call(() => readTypedNames(paths, path))
    if (!options?.withFileTypes) return names.map(({ name }) => name)
    return names.map(({ name, type }) => ({
      name,
      isFile: () => type === 'file',
      isDirectory: () => type === 'directory',
    }))
  }

  async function read(path: string, encoding?: null): Promise<Uint8Array>
  async function read(path: string, encoding: BufferEncoding): Promise<string>
  async function read(path: string, encoding?: BufferEncoding | null): Promise<string | Uint8Array> {
    const content = await call(() => readFile(paths.locate(path)))
    return encoding ? content.toString(encoding) : new Uint8Array(content)
  }

  return {
    readdir: list,
    readFile: read,
    writeFile: (path, data, options) =>
      call(async () => {
        const encoding = typeof options === 'string' ? options : options?.encoding
        await writeFile(paths.locate(path), data, encoding && Buffer.isEncoding(encoding) ? { encoding } : {})
      }),
    mkdir: (path, options) =>
      call(async () => {
        const created = await mkdir(paths.locate(path), { recursive: options?.recursive ?? false })
        return created === undefined ? undefined : paths.display(created)
      }),
    rm: (path, options) =>
      call(() =>
        rm(paths.locateLink(path), {
          force: options?.force ?? false,
          recursive: options?.recursive ?? false,
          maxRetries: 3,
        }),
      ),
    rename: (oldPath, newPath) => call(() => rename(paths.locateLink(oldPath), paths.locateLink(newPath))),
    watch: (
      path: string,
      second: { recursive?: boolean | undefined } | null | WatchListener,
      third?: WatchListener,
    ) => {
      const listener = typeof second === 'function' ? second : third
      const recursive = typeof second === 'function' ? false : (second?.recursive ?? false)
      return startWatching(paths, path, recursive, (event, name) => listener?.(event, name))
    },
  }
}

/** Lists a folder, sorted by name. */
async function readTypedNames(paths: Paths, path: string): Promise<TypedName[]> {
  const entries = await readdir(paths.locate(path), { withFileTypes: true })
  return entries
    .map(
      (entry): TypedName => ({
        name: entry.name,
        type: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other',
      }),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function startWatching(paths: Paths, path: string, recursive: boolean, listener: WatchListener): { close(): void } {
  let watcher: FSWatcher
  try {
    watcher = watch(paths.locate(path), { recursive, persistent: false })
  } catch (error) {
    throw plainError(paths, error)
  }
  watcher.on('change', (event, name) => listener(event === 'rename' ? 'rename' : 'change', name.toString()))
  // Folders that vanish while they are watched (node_modules during an install) end their watch, and no more.
  watcher.on('error', () => watcher.close())
  return watcher
}
