import * as z from 'zod/mini'
import type { LocalContainer } from '../local-container.js'
import type { RunningProcess } from './process.js'

/** Something that a page may ask for, with the arguments as they came and the bytes that came beside them. */
export type Method = (args: unknown[], bytes: Uint8Array | undefined) => unknown
/** All that a page may ask for, by name. */
export type Methods = Readonly<Record<string, Method>>
/** Calls a function of the page. */
export type Tell = (listener: number, args: unknown[], bytes?: Uint8Array) => void
/** What is watched for a page, by the page's listener. */
export type Watchers = Map<number, { close(): void }>

const id = z.number()
const path = z.string()
const encoding = z.nullish(z.string().check(z.refine((name) => Buffer.isEncoding(name), 'is not an encoding')))
const encodingOptions = z.nullish(z.union([encoding, z.object({ encoding: z.optional(encoding) })]))
const size = z.object({ cols: z.int(), rows: z.int() })
const writeFileArgs = z.tuple([path, z.nullable(z.string()), encodingOptions])
const readFileArgs = z.tuple([path, encodingOptions])
const mkdirArgs = z.tuple([path, z.nullish(z.object({ recursive: z.optional(z.boolean()) }))])
const rmArgs = z.tuple([
  path,
  z.nullish(z.object({ force: z.optional(z.boolean()), recursive: z.optional(z.boolean()) })),
])
const watchArgs = z.tuple([path, z.nullish(z.object({ recursive: z.optional(z.boolean()) })), id])
const runArgs = z.tuple([
  z.object({
    command: z.string(),
    args: z.array(z.string()),
    cwd: z.optional(path),
    env: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
    terminal: z.optional(size),
  }),
  z.nullable(id),
])
const serializeArgs = z.tuple([
  path,
  z.object({
    format: z.enum(['json', 'binary', 'zip']),
    includes: z.optional(z.array(z.string())),
    excludes: z.optional(z.array(z.string())),
  }),
])
const loadFilesArgs = z.tuple([z.object({ mountPoints: z.optional(path) })])

/** Parses the arguments of a call before it is made. */
export function accept<Schema extends z.core.$ZodType>(
  schema: Schema,
  handler: (args: z.output<Schema>, bytes: Uint8Array | undefined) => unknown,
): Method {
  return (args, bytes) => handler(z.parse(schema, args), bytes)
}

/** What a page may do with files. */
export function fileMethods(container: LocalContainer, watchers: Watchers, tell: Tell): Methods {
  const { fs } = container
  return {
    readFile: accept(readFileArgs, async ([file, wanted]) => {
      const content = await fs.readFile(file)
      const name = typeof wanted === 'string' ? wanted : wanted?.encoding
      return name && Buffer.isEncoding(name) ? Buffer.from(content).toString(name) : content
    }),
    writeFile: accept(writeFileArgs, ([file, text, settings], bytes) =>
      fs.writeFile(file, bytes ?? text ?? '', typeof settings === 'string' ? settings : settings?.encoding),
    ),
    readdir: accept(z.tuple([path]), async ([folder]) => {
      const entries = await fs.readdir(folder, { withFileTypes: true })
      return entries.map((entry) => ({
        name: entry.name,
        type: entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other',
      }))
    }),
    mkdir: accept(mkdirArgs, ([folder, settings]) => fs.mkdir(folder, settings ?? {})),
    rm: accept(rmArgs, ([file, settings]) => fs.rm(file, settings ?? {})),
    rename: accept(z.tuple([path, path]), ([from, to]) => fs.rename(from, to)),
    watch: accept(watchArgs, ([file, settings, listener]) => {
      const watcher = fs.watch(file, settings ?? null, (event, name) => tell(listener, [event, name]))
      watchers.set(listener, watcher)
    }),
    unwatch: accept(z.tuple([id]), ([listener]) => {
      watchers.get(listener)?.close()
      watchers.delete(listener)
    }),
    serialize: accept(serializeArgs, ([folder, settings]) => container.serialize(folder, settings)),
    loadFiles: accept(loadFilesArgs, ([settings], bytes) =>
      container.mount(bytes ?? new Uint8Array(), { mountPoint: settings.mountPoints ?? '.' }),
    ),
  }
}

/** What a page may do with processes. */
export function processMethods(container: LocalContainer, tell: Tell): Methods {
  const processes = new Map<number, RunningProcess>()
  const find = (pid: number): RunningProcess => {
    const found = processes.get(pid)
    if (!found) throw new Error(`ESRCH: no such process, ${pid}`)
    return found
  }
  return {
    run: accept(runArgs, async ([{ command, args, ...settings }, output]) => {
      const started = await container.run(command, args, settings, (chunk) => {
        if (output !== null) tell(output, chunk ? [] : [null], chunk ?? undefined)
      })
      processes.set(started.pid, started)
      return started.pid
    }),
    exit: accept(z.tuple([id]), ([pid]) => find(pid).exit),
    write: accept(z.tuple([id, z.string()]), ([pid, data]) => find(pid).write(data)),
    resize: accept(z.tuple([id, size]), ([pid, dimensions]) => find(pid).resize(dimensions)),
    kill: accept(z.tuple([id]), ([pid]) => find(pid).kill()),
  }
}
