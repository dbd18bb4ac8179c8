import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createTemporaryFolder, type TemporaryFolder } from '../temporary-folder.js'

/** How long a function may take to load, in milliseconds. */
const longestStart = 15_000

/** A function, and what runs it. */
export interface RunnableFunction {
  /** Tells it from the others of its owner. */
  readonly path: string
  /** Its files, by path in its folder. */
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly mode: number }>
  /** The file to load, relative to its folder. */
  readonly entry: string
  /** Whether its files are modules whatever their ending says. */
  readonly isModule: boolean
  /**
   * The program that loads it and lets it answer, as text. It is started with one argument, JSON of `settings` and of `file`, the file
   * to load; it prints `listening <port>` as soon as the function is loaded.
   */
  readonly launcher: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** Runs functions, each in a process of its own that goes on for later requests. */
export interface FunctionRunner {
  /**
   * The port of 127.0.0.1 at which a function answers; starts its process where there is none yet.
   *
   * @param owner what the function belongs to; its processes are told apart by it
   * @throws where the function can't be loaded
   */
  port(owner: object, called: RunnableFunction, environment: Readonly<Record<string, string>>): Promise<number>
  /** Ends all processes, and removes their files. */
  close(): Promise<void>
}

/** Makes a runner without processes. Its functions run on this machine, as its user. */
export function createFunctionRunner(): FunctionRunner {
  const started = new WeakMap<object, Map<string, Promise<number>>>()
  const children = new Set<ChildProcess>()
  let temporary: Promise<TemporaryFolder> | undefined
  let count = 0

  async function start(called: RunnableFunction, environment: Readonly<Record<string, string>>): Promise<number> {
    temporary ??= createTemporaryFolder('tabship-functions-')
    const { path: folder } = await temporary
    count += 1
    const own = join(folder, String(count))
    for (const [path, { bytes, mode }] of called.files) {
      const file = join(own, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes, { mode: mode & 0o777 || 0o644 })
    }
    if (called.isModule) await writeFile(join(own, 'package.json'), '{"type":"module"}')
    const program = join(folder, `launch-${count}.mjs`)
    await writeFile(program, called.launcher)
    const how = JSON.stringify({ ...called.settings, file: join(own, called.entry) })
    const child = spawn(process.execPath, [program, how], {
      cwd: own,
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return listen(child)
  }

  return {
    port: (owner, called, environment) => {
      const known = started.get(owner) ?? new Map<string, Promise<number>>()
      started.set(owner, known)
      const running = known.get(called.path) ?? start(called, environment)
      known.set(called.path, running)
      // What could not be loaded is tried again with the next request, as a new instance would.
      running.catch(() => known.delete(called.path))
      return running
    },
    close: async () => {
      const ended = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
      await (await temporary)?.remove()
    },
  }
}

function listen(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), longestStart)
    child.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk)
      const port = /^listening (\d+)$/m.exec(said)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      said = ''
      resolve(Number(port))
    })
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + String(chunk)).slice(-4000)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`The function ended with ${code ?? 'a signal'} before it could be called:\n${complaint}`))
    })
  })
}
