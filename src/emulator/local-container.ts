import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod/mini'
import type { Container, ContainerProcess, ContainerSpawnOptions } from '../spec/container.js'
import { createEnvironment } from './runtime/environment.js'
import { type ExportFormat, type FileSystemTree, fromTree, packSnapshot, toTree } from './runtime/export.js'
import { createFileSystem, type LocalFileSystem } from './runtime/file-system.js'
import { createPaths } from './runtime/paths.js'
import { withPlainErrors } from './runtime/plain-error.js'
import { watchPorts } from './runtime/ports.js'
import type { RunningProcess } from './runtime/process.js'
import { createProcesses, type RunOptions } from './runtime/processes.js'
import {
  parseSnapshot,
  readSnapshot,
  type SnapshotFilter,
  type SnapshotNode,
  writeSnapshot,
} from './runtime/snapshot.js'
import { isSimulated, type SimulatedClock } from './simulated-clock.js'
import { createTemporaryFolder } from './temporary-folder.js'

/** How a local container is made. */
export interface LocalContainerOptions {
  /**
   * Real folder to work in. It stays after `teardown()`.
   * @default a temporary folder, removed by `teardown()`
   */
  directory?: string
  /**
   * Name of the working directory as the container shows it.
   * @default 'project'
   */
  workdirName?: string
  /**
   * Whether native addons may be loaded. A WebContainer can't, so neither does its stand-in.
   * @default false
   */
  addons?: boolean
  /** Further environment variables of every process. */
  env?: Record<string, string>
  /** A simulated clock, whose time then stands still while a process runs and while files are read and written. */
  clock?: SimulatedClock
}

/** What a container tells its listeners. */
export interface LocalContainerEvents {
  /** A process starts or stops to listen on a port. */
  port: (port: number, type: 'open' | 'close', url: string) => void
  /** A server can be reached. */
  'server-ready': (port: number, url: string) => void
}

/** A process of a {@link LocalContainer}. */
export interface LocalProcess extends ContainerProcess {
  readonly input: WritableStream<string>
  resize(size: { cols: number; rows: number }): void
}

/** A container whose files are a real folder and whose processes are real processes. */
export interface LocalContainer extends Container {
  readonly workdir: string
  /** The PATH of its processes. */
  readonly path: string
  /** The real folder behind {@link LocalContainer.workdir}. */
  readonly directory: string
  readonly fs: LocalFileSystem
  spawn(command: string, args: string[], options?: ContainerSpawnOptions): Promise<LocalProcess>
  spawn(command: string, options?: ContainerSpawnOptions): Promise<LocalProcess>
  /** As `spawn`, with the output's bytes given to a function, and `null` at their end. */
  run(
    command: string,
    args: string[],
    options: RunOptions,
    onOutput: (chunk: Uint8Array | null) => void,
  ): Promise<RunningProcess>
  export(path: string, options?: SnapshotFilter & { format?: 'json' }): Promise<FileSystemTree>
  export(path: string, options: SnapshotFilter & { format: 'binary' | 'zip' }): Promise<Uint8Array>
  /** As `export`, packed for the client: also `json` comes as bytes. */
  serialize(path: string, options: SnapshotFilter & { format: ExportFormat }): Promise<Uint8Array>
  mount(tree: FileSystemTree | Uint8Array | ArrayBuffer, options?: { mountPoint?: string }): Promise<void>
  /** Gives a function that ends the subscription. */
  on<Name extends keyof LocalContainerEvents>(event: Name, listener: LocalContainerEvents[Name]): () => void
  /** Kills every process and removes temporary folders. Calls in flight never settle, and later ones reject. */
  teardown(): Promise<void>
}

const optionsSchema = z.strictObject({
  directory: z.optional(z.string()),
  workdirName: z.optional(z.string()),
  addons: z.optional(z.boolean()),
  env: z.optional(z.record(z.string(), z.string())),
  clock: z.optional(z.custom<SimulatedClock>(isSimulated, 'must be a clock that createSimulatedClock() has made')),
})

type Listeners = { [Name in keyof LocalContainerEvents]: Set<LocalContainerEvents[Name]> }

/**
 * Makes a container out of a folder and real processes on loopback, for tests and demos without a browser. It behaves as
 * a WebContainer does where that matters to a caller: plain errors (`ENOENT: …`) without a code, links that are neither
 * file nor folder, one stream of strings for stdout and stderr, decoded chunk by chunk, no native addons, and silence after
 * `teardown()`.
 *
 * What differs: programs see real paths and the machine's real ports; output is a terminal's only when `terminal` is given
 * to `spawn` (on Linux, with util-linux; else a plain pipe, in which most programs drop their colours); only Node's servers
 * are seen to listen. It is no sandbox: what runs in it has the rights of the user.
 *
 * @throws TypeError where an option is wrong, and Error when the folder can't be made or used.
 * @example
 * ```ts
 * const container = await createLocalContainer()
 * await container.mount({ 'a.js': { file: { contents: 'console.log(1)' } } })
 * const { exit } = await container.spawn('node', ['a.js'])
 * ```
 */
export async function createLocalContainer(options: LocalContainerOptions = {}): Promise<LocalContainer> {
  const { error } = optionsSchema.safeParse(options, { error: z.locales.en().localeError })
  if (error) throw new TypeError(`These are no options of a container.\n${z.prettifyError(error)}`)
  const temporary = await createTemporaryFolder('tabship-')
  const root = temporary.path
  const folder = options.directory ?? join(root, 'project')
  await mkdir(folder, { recursive: true })
  const paths = createPaths(folder, `/home/${options.workdirName ?? 'project'}`)
  const listeners: Listeners = { port: new Set(), 'server-ready': new Set() }
  const ports = await watchPorts(root, (type, { port, host }) => {
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
    for (const listener of listeners.port) listener(port, type, url)
    if (type === 'open') for (const listener of listeners['server-ready']) listener(port, url)
  })
  const nodeOptions = options.addons ? ports.nodeOptions : `${ports.nodeOptions} --no-addons`
  const environment = await createEnvironment(root, paths.directory, nodeOptions, options.env ?? {})
  const processes = createProcesses(root, paths, environment)

  let isTornDown = false
  /** After teardown calls reject; those in flight never settle, as with the real client. */
  const during = <T>(work: () => Promise<T>): Promise<T> => (options.clock ? options.clock.during(work) : work())
  const whileAlive = async <T>(call: () => Promise<T>): Promise<T> => {
    if (isTornDown) throw new Error('Proxy has been released and is not useable')
    const settled = await during(() => withPlainErrors(paths, call)).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if (isTornDown) return new Promise<never>(() => undefined)
    if ('error' in settled) throw settled.error
    return settled.value
  }

  const run: LocalContainer['run'] = async (command, args, spawnOptions, onOutput) => {
    const started = await whileAlive(() =>
      processes.run(command, args, spawnOptions, (chunk) => {
        if (!isTornDown && spawnOptions.output !== false) onOutput(chunk)
      }),
    )
    const ended = during(() => started.exit)
    const exit = ended.then((code) => (isTornDown ? new Promise<never>(() => undefined) : code))
    return { ...started, exit }
  }
  const read = (path: string, filter: SnapshotFilter): Promise<SnapshotNode> =>
    whileAlive(() => readSnapshot(paths, path, filter))
  const serialize: LocalContainer['serialize'] = async (path, settings) =>
    packSnapshot(await read(path, settings), settings.format, basename(path))

  async function pack(path: string, settings?: SnapshotFilter & { format?: 'json' }): Promise<FileSystemTree>
  async function pack(path: string, settings: SnapshotFilter & { format: 'binary' | 'zip' }): Promise<Uint8Array>
  async function pack(path: string, settings: SnapshotFilter & { format?: ExportFormat } = {}) {
    const { format = 'json' } = settings
    return format === 'json' ? toTree(await read(path, settings)) : serialize(path, { ...settings, format })
  }

  async function spawn(command: string, args: string[], options?: ContainerSpawnOptions): Promise<LocalProcess>
  async function spawn(command: string, options?: ContainerSpawnOptions): Promise<LocalProcess>
  async function spawn(command: string, second: string[] | ContainerSpawnOptions = [], third?: ContainerSpawnOptions) {
    const [args, settings] = Array.isArray(second) ? [second, third ?? {}] : [[], second]
    return toProcess((onOutput) => run(command, args, settings, onOutput))
  }

  return {
    workdir: paths.workdir,
    path: environment.path,
    directory: paths.directory,
    fs: createFileSystem(paths, whileAlive),
    run,
    spawn,
    export: pack,
    serialize,
    mount: (tree, settings) => whileAlive(() => writeSnapshot(paths, toSnapshot(tree), settings?.mountPoint ?? '.')),
    on: (event, listener) => {
      const set: Listeners[typeof event] = listeners[event]
      set.add(listener)
      return () => void set.delete(listener)
    },
    teardown: async () => {
      if (isTornDown) throw new Error('WebContainer already torn down')
      isTornDown = true
      processes.end()
      listeners.port.clear()
      listeners['server-ready'].clear()
      await ports.close()
      await temporary.remove()
    },
  }
}

/** The client's own shape of a process: output as strings, decoded chunk by chunk, so that a character may break. */
async function toProcess(
  start: (onOutput: (chunk: Uint8Array | null) => void) => Promise<RunningProcess>,
): Promise<LocalProcess> {
  const decoder = new TextDecoder()
  let push: (chunk: Uint8Array | null) => void = () => undefined
  const output = new ReadableStream<string>({
    start: (controller) => {
      push = (chunk) => (chunk ? controller.enqueue(decoder.decode(chunk)) : controller.close())
    },
    cancel: () => {
      push = () => undefined
    },
  })
  const { exit, kill, resize, write } = await start((chunk) => push(chunk))
  return { exit, output, kill, resize, input: new WritableStream({ write }) }
}

function toSnapshot(tree: FileSystemTree | Uint8Array | ArrayBuffer): SnapshotNode {
  if (tree instanceof Uint8Array) return parseSnapshot(tree)
  return tree instanceof ArrayBuffer ? parseSnapshot(new Uint8Array(tree)) : fromTree(tree)
}
