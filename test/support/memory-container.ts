import { type Zippable, zipSync } from 'fflate'
import type { Container, ContainerEntry, ContainerProcess, ContainerSpawnOptions } from '../../src/spec/container.js'

/** What a path of the tree holds. Text and bytes are files; folders follow from the paths, or are made. */
export type Content = string | Uint8Array | { symlink: string } | { unreadable: 'file' | 'folder' } | { folder: true }

/** A program that was started in the container. */
export interface Invocation {
  readonly command: string
  readonly args: readonly string[]
  readonly options: ContainerSpawnOptions
  /** Aborted when the process is killed. */
  readonly killed: AbortSignal
  readonly container: MemoryContainer
  /** Writes a chunk of terminal output. */
  print(chunk: string): void
}

/** How a container behaves. */
export interface MemoryContainerOptions {
  /** @default '/home/project' */
  readonly workdir?: string
  /** What its programs do: resolves with the exit code. What it throws is what `spawn` rejects with. */
  readonly run?: (invocation: Invocation) => number | Promise<number>
  /** Called before a program starts; `spawn` waits for it, and rejects as it does. */
  readonly beforeSpawn?: (command: string, args: readonly string[]) => Promise<void>
  /** Changes an archive before it is packed: fflate's input, by the path below the exported folder. */
  readonly beforeZip?: (entries: Zippable, folder: string) => Zippable
  /** `false` for a container that packs no archives. @default true */
  readonly exports?: boolean
}

/** A container whose files are in memory and whose programs are functions. It counts what is asked of it. */
export interface MemoryContainer extends Container {
  readonly tree: Map<string, Content>
  readonly calls: Record<'readdir' | 'readFile' | 'mkdir' | 'rename' | 'rm' | 'export' | 'spawn' | 'kill', number>
  /** File system calls under way, and the most there were at once. */
  readonly inFlight: { now: number; most: number }
  write(path: string, content: Content): void
  /** From now on calls never settle, as after a teardown. */
  hang(): void
}

const encoder = new TextEncoder()
const regular = 0o100644
const link = 0o120777

/** Makes a container with the given files, by their paths below its workdir. */
export function memoryContainer(
  files: Record<string, Content> = {},
  options: MemoryContainerOptions = {},
): MemoryContainer {
  const workdir = options.workdir ?? '/home/project'
  const tree = new Map(Object.entries(files))
  const calls = { readdir: 0, readFile: 0, mkdir: 0, rename: 0, rm: 0, export: 0, spawn: 0, kill: 0 }
  const inFlight = { now: 0, most: 0 }
  let hanging = false

  const call = async <Value>(name: keyof typeof calls, answer: () => Value | Promise<Value>): Promise<Value> => {
    calls[name] += 1
    inFlight.now += 1
    inFlight.most = Math.max(inFlight.most, inFlight.now)
    await new Promise((resolve) => setImmediate(resolve))
    if (hanging) await new Promise(() => undefined)
    try {
      return await answer()
    } finally {
      inFlight.now -= 1
    }
  }

  const container: MemoryContainer = {
    workdir,
    tree,
    calls,
    inFlight,
    write: (path, content) => void tree.set(path, content),
    hang: () => {
      hanging = true
    },
    fs: {
      readdir: (path) => call('readdir', () => entriesOf(tree, relative(path))),
      readFile: (path) => call('readFile', () => bytesOf(tree, relative(path))),
      mkdir: (path) => call('mkdir', () => void tree.set(relative(path), { folder: true })),
      rename: (from, to) => call('rename', () => move(tree, relative(from), relative(to))),
      rm: (path, { force }) => call('rm', () => remove(tree, relative(path), force)),
    },
    async spawn(command, args, spawnOptions = {}) {
      calls.spawn += 1
      await options.beforeSpawn?.(command, args)
      return startProcess(
        { command, args, options: spawnOptions, container },
        options.run ?? (() => 127),
        () => (calls.kill += 1),
      )
    },
  }
  if (options.exports === false) return container
  container.export = (path) =>
    call('export', () => {
      const folder = relative(path)
      const entries = zippable(tree, folder)
      return zipSync(options.beforeZip?.(entries, folder) ?? entries, { level: 1 })
    })
  return container
}

function startProcess(
  started: Omit<Invocation, 'killed' | 'print'>,
  run: (invocation: Invocation) => number | Promise<number>,
  onKill: () => void,
): ContainerProcess {
  const killed = new AbortController()
  let output: ReadableStreamDefaultController<string> | undefined
  let open = true
  const stream = new ReadableStream<string>({
    start: (controller) => {
      output = controller
    },
    cancel: () => {
      open = false
    },
  })
  const print = (chunk: string) => {
    if (open) output?.enqueue(chunk)
  }
  const byKill = new Promise<number>((resolve) => {
    killed.signal.addEventListener('abort', () => resolve(143), { once: true })
  })
  const ended = Promise.race([byKill, (async () => run({ ...started, killed: killed.signal, print }))()])
  const exit = ended.finally(() => {
    if (open) output?.close()
    open = false
  })
  const kill = () => {
    onKill()
    killed.abort()
  }
  return { exit, output: stream, kill }
}

function relative(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')
}

function entriesOf(tree: Map<string, Content>, folder: string): ContainerEntry[] {
  const own = tree.get(folder)
  const isMade = own !== undefined && isFolder(own)
  if (own !== undefined && isUnreadable(own)) throw new Error(`EACCES: permission denied, scandir '${folder}'`)
  if (own !== undefined && !isMade) throw new Error(`ENOTDIR: not a directory, scandir '${folder}'`)
  const kinds = new Map<string, 'file' | 'folder' | 'link'>()
  const start = folder === '' ? '' : `${folder}/`
  for (const [path, content] of tree) {
    if (!path.startsWith(start)) continue
    const [name = '', ...below] = path.slice(start.length).split('/')
    const isBelow = below.length > 0 || isFolder(content)
    kinds.set(name, isBelow ? 'folder' : isLink(content) ? 'link' : 'file')
  }
  if (kinds.size === 0 && folder !== '' && !isMade)
    throw new Error(`ENOENT: no such file or directory, scandir '${folder}'`)
  return [...kinds].map(([name, kind]) => ({
    name,
    isFile: () => kind === 'file',
    isDirectory: () => kind === 'folder',
  }))
}

function bytesOf(tree: Map<string, Content>, path: string): Uint8Array {
  const content = tree.get(path)
  if (content === undefined) {
    const isFolder = [...tree.keys()].some((other) => other.startsWith(`${path}/`))
    throw new Error(
      isFolder ? 'EISDIR: illegal operation on a directory, read' : `ENOENT: no such file, open '${path}'`,
    )
  }
  if (typeof content === 'string') return encoder.encode(content)
  if (content instanceof Uint8Array) return content.slice()
  if ('folder' in content) throw new Error('EISDIR: illegal operation on a directory, read')
  if (isLink(content)) return bytesOf(tree, content.symlink)
  throw new Error(`EACCES: permission denied, open '${path}'`)
}

function zippable(tree: Map<string, Content>, folder: string): Zippable {
  const start = folder === '' ? '' : `${folder}/`
  const entries: Zippable = {}
  for (const [path, content] of tree) {
    if (!path.startsWith(start) || isUnreadable(content) || isFolder(content)) continue
    const bytes = isLink(content) ? encoder.encode(content.symlink) : bytesOf(tree, path)
    entries[path.slice(start.length)] = [bytes, { os: 3, attrs: (isLink(content) ? link : regular) * 0x10000 }]
  }
  return entries
}

/** The paths of a file or folder and of all below it. */
function below(tree: Map<string, Content>, path: string): string[] {
  return [...tree.keys()].filter((other) => other === path || other.startsWith(`${path}/`))
}

function move(tree: Map<string, Content>, from: string, to: string): void {
  const moved = below(tree, from).map((path) => [to + path.slice(from.length), tree.get(path) ?? ''] as const)
  if (moved.length === 0) throw new Error(`ENOENT: no such file or directory, rename '${from}' -> '${to}'`)
  remove(tree, from, true)
  for (const [path, content] of moved) tree.set(path, content)
}

function remove(tree: Map<string, Content>, path: string, force: boolean): void {
  const removed = below(tree, path)
  if (removed.length === 0 && !force) throw new Error(`ENOENT: no such file or directory, rm '${path}'`)
  for (const one of removed) tree.delete(one)
}

function isFolder(content: Content): boolean {
  return (
    typeof content === 'object' && ('folder' in content || (isUnreadable(content) && content.unreadable === 'folder'))
  )
}

function isLink(content: Content): content is { symlink: string } {
  return typeof content === 'object' && 'symlink' in content
}

function isUnreadable(content: Content): content is { unreadable: 'file' | 'folder' } {
  return typeof content === 'object' && 'unreadable' in content
}
