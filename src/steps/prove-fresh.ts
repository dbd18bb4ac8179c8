import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'

/** Milliseconds that the question may take; a project may hold many files. */
const limit = 30_000
/** Milliseconds by which a file system's times may be coarser than the clock. */
const tolerance = 2000

// Runs in the container: exits with 3 where the folder holds files and none was written since then, else with 0.
const script = `
const { readdirSync, statSync } = require('node:fs')
const { join } = require('node:path')
const [folder, since] = process.argv.slice(1)
const folders = [folder]
let files = 0
while (folders.length > 0) {
  const current = folders.pop()
  for (const entry of readdirSync(current, { withFileTypes: true })) {
    const path = join(current, entry.name)
    if (entry.isDirectory()) folders.push(path)
    else if (entry.isFile() && (files++, statSync(path).mtimeMs >= Number(since))) process.exit(0)
  }
}
process.exit(files > 0 ? 3 : 0)
`

/**
 * Asks Node in the container whether a build wrote anything into a folder that could not be moved aside. The answer comes as an
 * exit code, as output may be cut.
 * @param since Milliseconds since the epoch.
 * @returns `unknown` where the container can't tell.
 */
export async function wroteSince(
  container: Container,
  place: { readonly cwd: string; readonly folder: string; readonly since: number },
  context: Context,
): Promise<'yes' | 'no' | 'unknown'> {
  const options = place.cwd === '.' ? {} : { cwd: place.cwd }
  const arguments_ = ['-e', script, place.folder, String(place.since - tolerance)]
  const asked = container.spawn('node', arguments_, { ...options, output: false }).then((process) => process.exit)
  const done = new AbortController()
  const late = context.clock.sleep(limit, done.signal).then(
    () => null,
    () => null,
  )
  const exitCode = await Promise.race([asked.catch(() => null), late]).finally(() => done.abort())
  if (exitCode === 0) return 'yes'
  return exitCode === 3 ? 'no' : 'unknown'
}
