import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { Emulator, VercelDeployment } from '../../src/emulator/index.js'
import type { ArtifactSet } from '../../src/spec/artifact.js'
import type { Cache, Clock } from '../../src/spec/context.js'
import type { Environment } from '../../src/spec/release.js'
import { vercel } from '../../src/targets/vercel.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { type Traffic, trafficOf } from '../support/traffic.js'

/** Fourteen files of a site: two of the same content, one of bytes, names that need encoding. */
export function site(changed: Files = {}): Files {
  const pages = Array.from({ length: 8 }, (_, index): [string, string] => [
    `articles/${index}.html`,
    `<!doctype html>\n<title>Article ${index}</title>\n`.repeat(20),
  ])
  return {
    'index.html': '<!doctype html>\n<title>Shop</title>\n',
    'about/index.html': '<!doctype html>\n<title>About</title>\n',
    '_app/app.js': 'export const answer = 42\n'.repeat(40),
    'copy/app.js': 'export const answer = 42\n'.repeat(40),
    'images/pixel.png': Uint8Array.from({ length: 600 }, (_, index) => (index * 37) % 256),
    'größe & maß.txt': 'unverändert\n',
    ...Object.fromEntries(pages),
    ...changed,
  }
}

/** A Build Output tree with a function, as `vercel build` leaves it. */
export function builtSite(changed: Files = {}): Files {
  const files: Files = {
    'config.json': JSON.stringify({ version: 3, routes: [{ handle: 'filesystem' }, { src: '/hello', dest: '/api' }] }),
    'static/index.html': '<!doctype html>\n<title>Built</title>\n',
    'static/assets/app.js': 'export const built = true\n'.repeat(30),
    'functions/api.func/.vc-config.json': JSON.stringify({
      runtime: 'nodejs22.x',
      handler: 'index.js',
      launcherType: 'Nodejs',
      shouldAddHelpers: true,
    }),
    'functions/api.func/index.js':
      'module.exports = (request, response) => response.json({ hello: request.query.name })\n',
    ...changed,
  }
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`.vercel/output/${path}`, content]))
}

/** Puts files into a folder. */
export async function putFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytesOf(content))
  }
}

/** What reached the API since the log was cleared. */
export const apiTraffic = ({ requests }: Emulator): Traffic =>
  trafficOf(requests.filter(({ provider }) => provider === 'vercel'))

/** The last deployment of a project, or undefined. */
export function lastOf(emulator: Emulator, project: string): VercelDeployment | undefined {
  return [...emulator.vercel.state.deployments.values()].filter((one) => one.project.name === project).at(-1)
}

/** The digest and the size of each file of a deployment by path. */
export function contentsOf(deployment: VercelDeployment | undefined): Record<string, string> {
  const files = [...(deployment?.files ?? [])].map(([path, { sha1, size }]): [string, string] => {
    return [path, `${sha1} ${size}`]
  })
  return Object.fromEntries(files.sort())
}

/** The static files of a Build Output tree, as {@link contentsOf} tells files. */
export function staticContentsOf(deployment: VercelDeployment | undefined): Record<string, string> {
  const root = '.vercel/output/static/'
  const files = Object.entries(contentsOf(deployment)).filter(([path]) => path.startsWith(root))
  return Object.fromEntries(files.map(([path, content]) => [path.slice(root.length), content]))
}

/** Asks for each file at an address, and holds what comes against what it is. */
export async function expectServed(emulator: Emulator, origin: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const response = await emulator.fetch(`${origin}/${encodeURI(path)}`)
    expect([path, response.status]).toEqual([path, 200])
    expect(Buffer.from(await response.arrayBuffer()).equals(bytesOf(content)), path).toBe(true)
  }
}

/** The real time, in which the CLI runs, too; but who asks whether something is ready waits less than in earnest. */
const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => systemClock.sleep(milliseconds < 30_000 ? 20 : milliseconds, signal),
}

/** Who publishes with Tabship, deployment after deployment. */
export interface Ourselves {
  /** Publishes files on a project, or a Build Output tree, and gives what that took. */
  publish(project: string, files: Files, environment: Environment): Promise<Traffic>
}

/** Publishes projects as `deploy` does: what Vercel was sent before is remembered. */
export function publisher(emulatorOf: () => Emulator, cache: Cache): Ourselves {
  return {
    publish: async (project, files, environment) => {
      const emulator = emulatorOf()
      const target = vercel({ auth: emulator.token, project, apiUrl: emulator.vercel.url })
      const set = await artifactsOf(files)
      const isBuilt = Object.keys(files).some((path) => path.startsWith('.vercel/output/'))
      const artifacts: ArtifactSet = isBuilt ? { ...set, host: 'vercel' } : set
      const context = testContext({ fetch: emulator.fetch, clock, cache })
      emulator.clearRequests()
      const prepared = await target.prepare({ environment }, context)
      const known = await target.known?.(prepared, context)
      const input = { site: prepared, artifacts, environment, title: 'Publish', deployment: `at ${clock.now()}` }
      await target.publish({ ...input, ...(known && { known }) }, context)
      return apiTraffic(emulator)
    },
  }
}
