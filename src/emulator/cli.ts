import { parseArgs } from 'node:util'
import { mostPort } from './check-options.js'
import { createEmulator } from './create-emulator.js'
import type { Emulator } from './emulator.js'
import type { EmulatorOptions } from './emulator-options.js'

const usage = `Usage: tabship emulate [--port N] [--json] [--http2] [--seed S] [--profile P] [--cors C]

Serves GitHub, GitLab, Netlify, Vercel, Neon, a relay and a WebContainer runtime on 127.0.0.1 until it is stopped.

  --port N     port of the first provider; the others take the next ones (default: free ones)
  --json       print the addresses and the token as one line of JSON
  --http2      HTTP/2 over TLS with a certificate made for this run
  --seed S     make up the same ids and names in each run
  --profile P  quick, or realistic: delays, lags and limits as the providers have them (default: quick)
  --cors C     known, or strictest: pages may read nothing but GitHub's API (default: known)
  --help       print this text

The page that it prints shows sites, repositories, deployments and requests while they come.
`

/** Something about the command line that the user has to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Runs `tabship emulate`.
 *
 * @param args what follows `emulate`.
 * @returns when a signal has stopped it.
 * @throws UsageError where the arguments make no sense.
 */
export async function emulate(args: readonly string[]): Promise<void> {
  const { json, help, ...options } = parse(args)
  if (help) {
    process.stdout.write(usage)
    return
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    process.once('SIGHUP', () => resolve())
    if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(resolve)
  })
  const emulator = await createEmulator(options).catch((error: unknown) => {
    throw isPortTaken(error) ? new UsageError('A port is taken: choose another with --port, or leave it out.') : error
  })
  process.stdout.write(json ? `${JSON.stringify(emulator.addresses)}\n` : table(emulator))
  await stopped
  await emulator.close()
}

/** A signal to npm ends npm and its shell, but never arrives here: what npm started ends with them. */
function whenOrphaned(callback: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    callback()
  }, 500)
  timer.unref()
}

interface Flags extends Pick<EmulatorOptions, 'port' | 'http2' | 'seed' | 'profile' | 'cors'> {
  readonly json: boolean
  readonly help: boolean
}

function parse(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        http2: { type: 'boolean', default: false },
        seed: { type: 'string' },
        profile: { type: 'string', default: 'quick' },
        cors: { type: 'string', default: 'known' },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > mostPort) {
      throw new UsageError(`--port takes a number from 0 to ${mostPort}, not ${values.port}`)
    }
    const { seed, json, http2, help } = values
    const profile = oneOf('profile', values.profile, ['quick', 'realistic'])
    const cors = oneOf('cors', values.cors, ['known', 'strictest'])
    return { port, json, http2, help, profile, cors, ...(seed === undefined ? {} : { seed }) }
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}\n\n${usage}`)
    throw error
  }
}

function oneOf<Value extends string>(name: string, given: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === given)
  if (found === undefined) throw new UsageError(`--${name} takes ${known.join(' or ')}, not ${given}`)
  return found
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function table(emulator: Emulator): string {
  const lines = Object.entries(emulator.addresses).map(([name, value]) => `  ${name.padEnd(8)} ${value}`)
  const sites = `  sites    ${emulator.netlify.siteUrl('<site>')}`
  const projects = `  projects ${emulator.vercel.siteUrl('<project>')}`
  return ['The emulator serves', ...lines, sites, projects, '', 'Ctrl+C stops it.', ''].join('\n')
}
