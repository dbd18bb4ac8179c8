import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { createEmulator, type Emulator, type NetlifyDeploy } from '../../src/emulator/index.js'
import { bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import type { Client } from '../support/clients.js'
import { reportTraffic } from '../support/report.js'
import { type Traffic, trafficOf } from '../support/traffic.js'

/** A folder, and the CLI in it, pointed at an emulator. */
export interface CliBench {
  readonly emulator: Emulator
  /** Writes files below a folder that the CLI runs in. */
  put(folder: string, files: Files): Promise<void>
  /**
   * Runs the CLI to its end, after clearing the log of requests.
   *
   * @returns what it printed, parsed where that is JSON
   * @throws where it fails, or was answered with the emulator's own failure
   */
  run(folder: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<unknown>
  close(): Promise<void>
}

/** A project whose site is in `public`: two files of one content, one of bytes, and names that need encoding. */
export const pages: Files = {
  ...Object.fromEntries(Object.entries(manyFiles(7)).map(([path, content]) => [path, content.repeat(100)])),
  'index.html': '<!doctype html>\n<title>Shop</title>\n',
  'copy.html': '<!doctype html>\n<title>Shop</title>\n',
  'images/pixel.png': Uint8Array.from({ length: 600 }, (_, index) => (index * 37) % 256),
  'größe & maß/a b%20c.txt': 'odd\n',
  'empty.txt': '',
}

/** A function with a path of its own. */
export const functions: Files = {
  'netlify/functions/hello.mjs': `
    export default async (request) => new Response(request.method + new URL(request.url).search + (await request.text()))
    export const config = { path: '/api/hello' }
  `,
}

export function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]))
}

// Netlify's service of extensions has a fixed address, which the CLI asks beside the API; here none is installed.
const onLoopback = `
  const original = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const { hostname } = new URL(input.url ?? input)
    if (hostname === 'api.netlifysdk.com') return Promise.resolve(Response.json([]))
    return hostname === '127.0.0.1' ? original(input, init) : Promise.reject(new TypeError(hostname + ' is not on loopback'))
  }
`

export async function startCli(client: Client): Promise<CliBench> {
  const emulator = await createEmulator()
  const root = await mkdtemp(join(tmpdir(), 'tabship-netlify-cli-'))
  await mkdir(join(root, 'home'))
  const own = {
    NETLIFY_API_URL: emulator.netlify.url,
    CI: '1',
    HOME: join(root, 'home'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(onLoopback)}`,
    NO_COLOR: '1',
  }
  return {
    emulator,
    async put(folder, files) {
      for (const [path, content] of Object.entries(files)) {
        const place = join(root, folder, path)
        await mkdir(dirname(place), { recursive: true })
        await writeFile(place, bytesOf(content))
      }
    },
    async run(folder, args, env = { NETLIFY_AUTH_TOKEN: emulator.token }) {
      emulator.clearRequests()
      const place = join(root, folder)
      const outcome = await client.run('netlify-cli/bin/run.js', { folder: place, args, env: { ...own, ...env } })
      if (outcome.code !== 0) throw new Error(`netlify ${args.join(' ')} ended with ${outcome.code}\n${outcome.stderr}`)
      expect(emulator.requests.filter(({ status }) => status === null || status >= 500)).toEqual([])
      return outcome.stdout.trim().startsWith('{') ? JSON.parse(outcome.stdout) : outcome.stdout
    },
    async close() {
      await emulator.close()
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** What reached the API since the log was cleared. */
export const apiTraffic = ({ requests }: Emulator): Traffic =>
  trafficOf(requests.filter(({ provider }) => provider === 'netlify'))

/** Adds two rows to the table, and holds ours against theirs. */
export async function compareTraffic(
  deployment: string,
  client: string,
  theirs: Traffic,
  ours: Traffic,
): Promise<void> {
  await reportTraffic({ provider: 'Netlify', deployment, client, ...theirs })
  await reportTraffic({ provider: 'Netlify', deployment, client: 'Tabship', ...ours })
  expect(ours.requests).toBeLessThanOrEqual(theirs.requests)
  expect(ours.bytes).toBeLessThanOrEqual(theirs.bytes)
}

/** The paths of the uploads since the log was cleared, decoded and sorted. */
export function uploadsOf({ requests }: Emulator): string[] {
  return requests
    .filter(({ method, path }) => method === 'PUT' && /\/deploys\/[^/]+\/(?:files|functions)\//.test(path))
    .map(({ path }) => decodeURIComponent(path.replace(/^.*?\/(?=files|functions)/, '').replace(/\?.*$/, '')))
    .sort()
}

/** The deploy that was made last. */
export function lastOf({ netlify }: Emulator): NetlifyDeploy {
  const deploy = [...netlify.state.deploys.values()].at(-1)
  if (!deploy) throw new Error('nothing was deployed')
  return deploy
}

/** Digests by path, without the file of settings that the CLI adds. */
export function manifestOf({ files }: NetlifyDeploy): Record<string, string> {
  return Object.fromEntries([...(files ?? [])].filter(([path]) => path !== 'netlify.toml').sort())
}

/** Holds what an address serves against files, byte for byte. */
export async function expectServed({ fetch }: Emulator, address: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const response = await fetch(`${address}/${path.split('/').map(encodeURIComponent).join('/')}`)
    const served = { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) }
    expect(served, path).toEqual({ status: 200, bytes: bytesOf(content) })
  }
}
