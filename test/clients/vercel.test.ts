import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDeployment } from '@vercel/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEmulator, type Emulator, type VercelDeployment } from '../../src/emulator/index.js'
import type { Environment } from '../../src/spec/release.js'
import type { Files } from '../support/artifacts.js'
import { installClient, labelOf, type Outcome } from '../support/clients.js'
import { memoryCache } from '../support/context.js'
import { reportTraffic } from '../support/report.js'
import type { Traffic } from '../support/traffic.js'
import {
  apiTraffic,
  builtSite,
  contentsOf,
  expectServed,
  lastOf,
  publisher,
  putFiles,
  site,
  staticContentsOf,
} from './vercel-support.js'

const client = await installClient('vercel')
const cli = client.label
const library = await labelOf('@vercel/client')
const title = client.missing === undefined ? cli : `${cli}, which can't be installed: ${client.missing}`
const changed = { 'index.html': '<!doctype html>\n<title>Sale</title>\n' }

let emulator: Emulator
let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tabship-vercel-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const folder = (project: string): string => join(root, project)
const shown = ({ label }: VercelDeployment): string => emulator.vercel.siteUrl(label)
const text = async (url: string): Promise<string> => (await emulator.fetch(url)).text()

/** The deployments of a project, oldest first. @throws where there are fewer than three */
function deploymentsOf(project: string): [VercelDeployment, VercelDeployment, VercelDeployment] {
  const all = [...emulator.vercel.state.deployments.values()].filter((one) => one.project.name === project)
  const [first, second, third] = all
  if (!first || !second || !third) throw new Error(`${project} has ${all.length} deployments`)
  return [first, second, third]
}

/** The last deployment of a project, once all names that it is to have lead to it. */
function settled(project: string): Promise<VercelDeployment> {
  return vi.waitFor(() => {
    const last = lastOf(emulator, project)
    expect(last?.aliasAssignedAt).toBeDefined()
    return last as VercelDeployment
  })
}

function expectNothingBroken(): void {
  expect(emulator.requests.filter(({ status }) => (status ?? 500) >= 500)).toEqual([])
}

/** Runs the CLI in the folder of a project, whose name it takes from the folder. */
async function run(project: string, scope: string, ...args: readonly string[]): Promise<Outcome> {
  emulator.clearRequests()
  const outcome = await client.run('vercel/dist/index.js', {
    folder: folder(project),
    args: [...args, '--api', emulator.vercel.url, '--token', emulator.token, '--scope', scope],
    env: { HOME: join(root, 'home'), NO_UPDATE_NOTIFIER: '1', VERCEL_TELEMETRY_DISABLED: '1' },
  })
  expect(outcome.code, outcome.stderr).toBe(0)
  expectNothingBroken()
  return outcome
}

interface Compared {
  /** The same words for theirs and for ours. */
  readonly deployment: string
  readonly client: string
  readonly theirs: Traffic
  readonly ours: Traffic
  /** What we may need more, for a reason. @default nothing */
  readonly more?: Partial<Traffic>
}

/** Deployments of which the table has our row. */
const told = new Set<string>()

async function compare({ deployment, client, theirs, ours, more = {} }: Compared): Promise<void> {
  const row = { provider: 'Vercel', deployment }
  await reportTraffic({ ...row, client, ...theirs })
  if (!told.has(deployment)) await reportTraffic({ ...row, client: 'Tabship', ...ours })
  told.add(deployment)
  expect(ours.requests).toBeLessThanOrEqual(theirs.requests + (more.requests ?? 0))
  expect(ours.bytes).toBeLessThanOrEqual(theirs.bytes + (more.bytes ?? 0))
}

/**
 * A list of files alone is longer than theirs: names begin with `.vercel/output/static/`, which stands for the file's mode in theirs, and
 * beside them are the configuration of the output, and the mark by which a deployment is found again whose answer was lost.
 */
const longerList = (files: Files): number => 250 + 9 * Object.keys(files).length

/** One story: each test goes on from where the one before has left the project. */
describe.skipIf(client.missing)(title, () => {
  beforeAll(async () => {
    emulator = await createEmulator()
  })
  afterAll(() => emulator.close())

  const ours = publisher(() => emulator, memoryCache())
  /** Deploys the same with both, and holds what came of it side by side. */
  async function both(
    deployment: string,
    files: Files,
    environment: Environment,
    more: Partial<Traffic> = {},
  ): Promise<VercelDeployment> {
    await putFiles(folder('shop'), files)
    await run('shop', 'owner', 'deploy', '--yes', ...(environment === 'production' ? ['--prod'] : []))
    const made = await settled('shop')
    const theirs = apiTraffic(emulator)
    const publishing = await ours.publish('our-shop', files, environment)
    // Ours is a Build Output tree, for its routes.
    expect(staticContentsOf(lastOf(emulator, 'our-shop'))).toEqual(contentsOf(made))
    await compare({ deployment, client: cli, theirs, ours: publishing, more })
    return made
  }

  it('deploys a preview that leaves production alone', async () => {
    const preview = await both('static site of 14 files, first time, preview', site(), 'preview')
    expect(preview).toMatchObject({ target: undefined, readyState: 'READY', source: 'cli' })
    expect(preview.project).toMatchObject({ name: 'shop', production: undefined })
    await expectServed(emulator, shown(preview), site())
    expect((await emulator.fetch(emulator.vercel.siteUrl('shop'))).status).toBe(404)
  })

  it('deploys to production, and sends only what has changed the next time', async () => {
    const first = await both('static site of 14 files, the same ones to production', site(), 'production', {
      bytes: longerList(site()),
    })
    expect(first.project.production).toBe(first)
    await expectServed(emulator, emulator.vercel.siteUrl('shop'), site())
    const second = await both('static site of 14 files, one changed file', site(changed), 'production')
    expect(second.project.production).toBe(second)
    await expectServed(emulator, emulator.vercel.siteUrl('shop'), site(changed))
    expect(await text(shown(first))).toBe(site()['index.html'])
  })

  it('adds a variable that it never shows, and one that it shows', async () => {
    await run('shop', 'owner', 'env', 'add', 'PASSWORD', 'production', '--value', 'geheim', '--yes')
    const plain = ['--value', 'Grüße', '--type', 'config', '--yes']
    await run('shop', 'owner', 'env', 'add', 'GREETING', 'preview', ...plain)
    const kept = [...(lastOf(emulator, 'shop')?.project.variables.values() ?? [])]
    expect(kept).toMatchObject([
      { key: 'PASSWORD', value: 'geheim', type: 'sensitive', target: ['production'] },
      { key: 'GREETING', value: 'Grüße', target: ['preview'] },
    ])
    const { stdout } = await run('shop', 'owner', 'env', 'ls')
    expect(stdout).toMatch(/PASSWORD .*Production/)
    expect(stdout).toMatch(/GREETING .*Preview/)
    expect(stdout).not.toContain('geheim')
  })

  it('lets names lead to a deployment: one below the domain of all sites, and one of its own', async () => {
    const [preview, , live] = deploymentsOf('shop')
    await run('shop', 'owner', 'alias', 'set', preview.id, 'stable')
    expect(await text(emulator.vercel.siteUrl('stable'))).toBe(site()['index.html'])
    const added = await emulator.fetch(`${emulator.vercel.url}/v10/projects/shop/domains`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${emulator.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'www.shop.example' }),
    })
    expect(added.status).toBe(200)
    expect(live.alias).toContain('www.shop.example')
    await run('shop', 'owner', 'alias', 'set', preview.id, 'www.shop.example')
    expect(emulator.vercel.state.aliases.get('www.shop.example')?.deployment).toBe(preview)
    expect(live.alias).not.toContain('www.shop.example')
    expect(await text(emulator.vercel.siteUrl('shop'))).toBe(changed['index.html'])
  })

  it('rolls production back, and promotes what was there before and what is a preview', async () => {
    const [preview, first, second] = deploymentsOf('shop')
    await run('shop', 'owner', 'rollback', first.id, '--yes')
    expect(first.project).toMatchObject({ production: first, rolledBack: true })
    expect(await text(emulator.vercel.siteUrl('shop'))).toBe(site()['index.html'])
    await run('shop', 'owner', 'promote', second.id, '--yes')
    expect(second.project).toMatchObject({ production: second, rolledBack: false })
    expect(await text(emulator.vercel.siteUrl('shop'))).toBe(changed['index.html'])
    await run('shop', 'owner', 'promote', preview.id, '--yes')
    const made = await settled('shop')
    expect(made).toMatchObject({ target: 'production', source: 'redeploy' })
    expect(made.project.production).toBe(made)
    expect(contentsOf(made)).toEqual(contentsOf(preview))
    expect(await text(emulator.vercel.siteUrl('shop'))).toBe(site()['index.html'])
  })

  it('deploys for a team what was built before', async () => {
    const files = builtSite()
    await putFiles(folder('built'), files)
    await run('built', 'organization', 'deploy', '--prebuilt', '--prod', '--yes')
    const made = await settled('built')
    const theirs = apiTraffic(emulator)
    expect(made).toMatchObject({ prebuilt: true, project: { account: { login: 'organization' }, production: made } })
    expect(await text(emulator.vercel.siteUrl('built'))).toBe(files['.vercel/output/static/index.html'])
    expect(await text(`${emulator.vercel.siteUrl('built')}/hello?name=A%26B`)).toBe('{"hello":"A&B"}')
    const publishing = await ours.publish('our-built', files, 'production')
    expect(contentsOf(lastOf(emulator, 'our-built'))).toEqual(contentsOf(made))
    await compare({ deployment: 'built site with a function, first time', client: cli, theirs, ours: publishing })
  })
})

describe(library, () => {
  // What an account was sent once is never sent again, whatever the project.
  beforeEach(async () => {
    emulator = await createEmulator()
  })
  afterEach(() => emulator.close())

  /** Lets the client deploy a folder to production, to the end. */
  async function deploy(project: string, more: object = {}): Promise<VercelDeployment> {
    const path = folder(project)
    const auth = { apiUrl: emulator.vercel.url, token: emulator.token }
    const options = { ...auth, path, isDirectory: true, skipAutoDetectionConfirmation: true, ...more }
    emulator.clearRequests()
    for await (const { type, payload } of createDeployment(options, { name: project, target: 'production' })) {
      if (type === 'error') throw new Error(JSON.stringify(payload))
    }
    expectNothingBroken()
    return settled(project)
  }

  const ours = publisher(() => emulator, memoryCache())

  it('sends what we send', async () => {
    const deployments: readonly (readonly [string, Files, Partial<Traffic>])[] = [
      // What goes along with the one request that we need instead of theirs does so as often as it is in the site, and bytes go as base64.
      ['static site of 14 files, first time, production', site(), { bytes: 300 }],
      // Whose project it is, and where it is served, is not asked by a client that shows neither.
      ['static site of 14 files, the same ones again', site(), { requests: 2, bytes: longerList(site()) }],
      ['static site of 14 files, one changed file', site(changed), {}],
    ]
    for (const [deployment, files, more] of deployments) {
      await putFiles(folder('plain'), files)
      const made = await deploy('plain')
      const theirs = apiTraffic(emulator)
      await expectServed(emulator, emulator.vercel.siteUrl('plain'), files)
      const publishing = await ours.publish('our-plain', files, 'production')
      expect(staticContentsOf(lastOf(emulator, 'our-plain'))).toEqual(contentsOf(made))
      await compare({ deployment, client: library, theirs, ours: publishing, more })
    }
  })

  it('sends what we send of what was built before', async () => {
    for (const [deployment, files] of [
      ['built site with a function, first time', builtSite()],
      ['built site with a function, one changed file', builtSite({ 'static/index.html': 'changed' })],
    ] as const) {
      await putFiles(folder('client'), files)
      const made = await deploy('client', { prebuilt: true, vercelOutputDir: join(folder('client'), '.vercel/output') })
      const theirs = apiTraffic(emulator)
      expect(await text(emulator.vercel.siteUrl('client'))).toBe(files['.vercel/output/static/index.html'])
      const publishing = await ours.publish('our-client', files, 'production')
      expect(contentsOf(lastOf(emulator, 'our-client'))).toEqual(contentsOf(made))
      await compare({ deployment, client: library, theirs, ours: publishing })
    }
  })
})
