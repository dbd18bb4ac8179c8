import { parseArgs } from 'node:util'
import { createEmulator } from './create-emulator.js'
import type { Emulator } from './emulator.js'

const usage = `Usage: tabship emulate [--port N] [--json] [--http2]

Serves GitHub, GitLab, Netlify, Vercel, a relay and a WebContainer runtime on 127.0.0.1 until it is stopped.

  --port N   port of the first provider; the others take the next ones (default: free ones)
  --json     print the addresses and the token as one line of JSON
  --http2    HTTP/2 over TLS with a certificate made for this run
  --help     print this text
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
  const options = parse(args)
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(resolve)
  })
  const emulator = await createEmulator({ port: options.port, http2: options.http2 }).catch((error: unknown) => {
    throw isPortTaken(error) ? new UsageError('A port is taken: choose another with --port, or leave it out.') : error
  })
  process.stdout.write(options.json ? `${JSON.stringify(addresses(emulator))}\n` : table(emulator))
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

function parse(args: readonly string[]): { port: number; json: boolean; http2: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        http2: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_526) {
      throw new UsageError(`--port takes a number from 0 to 65526, not ${values.port}`)
    }
    return { ...values, port }
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}\n\n${usage}`)
    throw error
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function addresses({
  netlify,
  github,
  git,
  gitlab,
  vercel,
  pages,
  dns,
  relay,
  runtime,
  accounts,
  token,
}: Emulator): Record<string, string> {
  return {
    netlify: netlify.url,
    github: github.url,
    git: git.url,
    gitlab: gitlab.url,
    vercel: vercel.url,
    pages: pages.siteUrl(accounts.owner.login),
    dns: dns.url,
    relay: relay.url,
    runtime: runtime.url,
    token,
  }
}

function table(emulator: Emulator): string {
  const lines = Object.entries(addresses(emulator)).map(([name, value]) => `  ${name.padEnd(8)} ${value}`)
  const sites = `  sites    ${emulator.netlify.siteUrl('<site>')}`
  const projects = `  projects ${emulator.vercel.siteUrl('<project>')}`
  return ['The emulator serves', ...lines, sites, projects, '', 'Ctrl+C stops it.', ''].join('\n')
}
