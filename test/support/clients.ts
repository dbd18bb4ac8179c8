import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { access, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A provider's own client, with its version pinned in `test/clients/<name>`. */
export interface Client {
  /** Name and version. */
  readonly label: string
  /** Why it can't be used here; `undefined` where it is installed. */
  readonly missing: string | undefined
  /** Where it and its packages are, if it is installed. */
  readonly folder: string
  /** Runs its program in a folder to its end. */
  run(program: string, options: RunOptions): Promise<Outcome>
}

export interface RunOptions {
  readonly folder: string
  readonly args: readonly string[]
  /** Beside a minimal environment, in which nothing of this machine's user is found. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds after which it is ended. @default 60_000 */
  readonly limit?: number
}

export interface Outcome {
  /** `null` where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Milliseconds that an installation may take. */
const installLimit = 5 * 60_000

/**
 * Installs a client of `test/clients` once, without running any script of its packages, below `node_modules/.cache`. To be awaited at
 * the top of a test file, so that its tests can be left out where it fails: loudly, with `missing` in their title.
 */
export async function installClient(name: string): Promise<Client> {
  const source = join(root, 'test/clients', name)
  const { dependencies } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  const lock = await readFile(join(source, 'package-lock.json'))
  const key = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const folder = join(root, 'node_modules/.cache/tabship-clients', `${name}-${key}`)
  const missing = (await exists(folder)) ? undefined : await install(name, source, folder)
  if (missing) process.stderr.write(`\n${name} can't be installed, so its tests are skipped: ${missing}\n`)
  return {
    label: `${name} ${dependencies[name]}`,
    missing,
    folder: join(folder, 'node_modules'),
    run: (program, options) =>
      runProgram(process.execPath, [join(folder, 'node_modules', program), ...options.args], options),
  }
}

/** Name and version of a client that is a package of this project. */
export async function labelOf(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return `${name} ${version}`
}

// Installed beside its place and then moved there: what stopped half way is never taken for whole.
async function install(name: string, source: string, folder: string): Promise<string | undefined> {
  const draft = `${folder}.${randomUUID().slice(0, 8)}`
  await mkdir(draft, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await copyFile(join(source, file), join(draft, file))
  process.stderr.write(`Installing ${name} …\n`)
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const outcome = await runProgram('npm', args, { folder: draft, args: [], env: ownEnvironment(), limit: installLimit })
  if (outcome.code === 0) {
    try {
      await rename(draft, folder)
      return undefined
    } catch (error) {
      // Another process was faster.
      if (!(await exists(folder))) throw error
    }
  }
  await rm(draft, { recursive: true, force: true })
  if (outcome.code === 0) return undefined
  return outcome.stderr.trim().split('\n').slice(0, 3).join(' ') || `npm ci ended with ${outcome.code}`
}

/** Runs any program to its end. */
export async function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { folder, env = {}, limit = 60_000 } = options
  const home = { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: tmpdir(), LANG: 'C.UTF-8' }
  const child = spawn(command, [...args], {
    cwd: folder,
    env: { ...home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
  })
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)])
  return { code, stdout, stderr }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
}

// npm needs its user's settings: where packages come from.
function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
