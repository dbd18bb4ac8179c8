import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { githubPages } from '../../src/targets/github-pages.js'
import { artifactsOf, bytesOf, type Files } from '../support/artifacts.js'
import { installClient, type Outcome } from '../support/clients.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { reportTraffic } from '../support/report.js'
import { type Traffic, totalOf, trafficOf } from '../support/traffic.js'

const client = await installClient('gh-pages')
const title =
  client.missing === undefined ? client.label : `${client.label}, which can't be installed: ${client.missing}`
const clock = hurriedClock()

let emulator: Emulator
let git: NativeGit
let folder: string

beforeAll(async () => {
  emulator = await createEmulator({
    clock,
    github: { pages: { byPush: true, delays: { building: 1000, built: 2000 } } },
  })
  git = await startNativeGit()
  folder = await mkdtemp(join(tmpdir(), 'tabship-gh-pages-'))
})
afterAll(async () => {
  await emulator.close()
  await git.close()
  await rm(folder, { recursive: true, force: true })
})

const site = (changed: Files = {}): Files => ({
  'index.html': '<h1>Hello</h1>',
  'about.html': '<h1>About</h1>',
  '_app/app.js': 'export const answer = 42\n'.repeat(40),
  'images/pixel.bin': Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256),
  'größe und maß.txt': 'unverändert\n',
  ...changed,
})

/** A public repository that holds its source and has never been published. */
async function startRepository(name: string): Promise<void> {
  const author = emulator.accounts.owner
  await emulator.github.state.create(author, name)
  const commit = { repository: `owner/${name}`, files: { 'README.md': '# Shop\n' }, message: 'Begin', author }
  await emulator.github.state.commit(commit)
}

async function publishTheirs(name: string, files: Files): Promise<Outcome> {
  const output = join(folder, name)
  await rm(output, { recursive: true, force: true })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(output, path)), { recursive: true })
    await writeFile(join(output, path), bytesOf(content))
  }
  const remote = new URL(`${emulator.git.url}/owner/${name}.git`)
  remote.username = 'x-access-token'
  remote.password = emulator.token
  const home = join(folder, 'home')
  await mkdir(home, { recursive: true })
  const { name: person, email } = emulator.accounts.owner
  emulator.clearRequests()
  return client.run('gh-pages/bin/gh-pages.js', {
    folder,
    args: ['--dist', output, '--repo', remote.href, '--nojekyll', '--message', 'Publish'],
    env: {
      HOME: home,
      CACHE_DIR: join(folder, `cache-${name}`),
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: person,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: person,
      GIT_COMMITTER_EMAIL: email,
    },
  })
}

async function publishOurs(repository: string, files: Files): Promise<void> {
  const urls = { apiUrl: emulator.github.url, gitUrl: emulator.git.url }
  const host = github({ auth: emulator.token, repository, private: false, transport: 'direct', ...urls })
  const target = githubPages({ host, spaFallback: false })
  const context = testContext({ fetch: emulator.fetch, clock })
  emulator.clearRequests()
  const prepared = await target.prepare({ environment: 'production' }, context)
  const input = {
    site: prepared,
    artifacts: await artifactsOf(files),
    environment: 'production',
    title: 'Publish',
  } as const
  await target.publish({ ...input, deployment: `${repository}-${clock.now()}` }, context)
}

/** What reached a provider since the log was cleared. */
function traffic(asked: 'git' | 'github'): Traffic {
  const requests = emulator.requests.filter(({ provider }) => provider === asked)
  return asked === 'git' ? totalOf(requests) : trafficOf(requests)
}

const listOf = (name: string): Promise<string> =>
  git.run(emulator.github.state.repository(`owner/${name}`).path, 'ls-tree', '-r', '-z', 'gh-pages')

async function expectServed(name: string, files: Files, gone: readonly string[] = []): Promise<void> {
  const get = (path: string) => emulator.fetch(`${emulator.pages.siteUrl('owner')}/${name}/${encodeURI(path)}`)
  for (const [path, content] of Object.entries(files)) {
    const response = await get(path)
    expect([path, response.status]).toEqual([path, 200])
    expect(Buffer.from(await response.arrayBuffer()).equals(bytesOf(content)), path).toBe(true)
  }
  for (const path of gone) expect([path, (await get(path)).status]).toEqual([path, 404])
}

/** Publishes by theirs and by ours, and holds the two against each other. */
async function compare(deployment: string, files: Files, gone: readonly string[] = []) {
  const outcome = await publishTheirs('theirs', files)
  expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('Published') })
  const theirs = traffic('git')
  expect(traffic('github').requests).toBe(0)
  await clock.sleep(10_000)
  await expectServed('theirs', files, gone)
  await publishOurs('ours', files)
  const [ours, asked] = [traffic('git'), traffic('github')]
  await expectServed('ours', files, gone)
  // The same paths, modes and contents.
  expect(await listOf('ours')).toBe(await listOf('theirs'))
  const whole = { requests: ours.requests + asked.requests, bytes: ours.bytes + asked.bytes }
  for (const [provider, sent] of [
    ['GitHub Pages, over git', ours],
    ['GitHub Pages, with the API', whole],
  ] as const) {
    await reportTraffic({ provider, deployment, client: client.label, ...theirs })
    await reportTraffic({ provider, deployment, client: 'Tabship', ...sent })
  }
  return { theirs, ours, asked }
}

/**
 * Over git, both fetch what they build on and push. Beside that we ask GitHub's API, which gh-pages never does: who the token is and
 * what it may (`/user`, the repository), where the branches stand and whose they are (`/git/ref`, `/commits`), whether there is a site
 * (`/pages`, made and set up by us, by hand there), and whether it is built (`/pages/builds/latest`), for which gh-pages does not wait.
 */
describe.skipIf(client.missing)(title, () => {
  const limit = { timeout: 60_000 }

  it('publishes for the first time what we publish, with more requests', limit, async () => {
    await startRepository('theirs')
    await startRepository('ours')
    const { theirs, ours, asked } = await compare('static site, first time, 6 files', site())
    // The push made the site.
    expect(emulator.github.state.pages.find(emulator.github.state.repository('owner/theirs'))?.builds).toMatchObject([
      { status: 'built', pusher: { login: 'owner' } },
    ])
    expect(ours.requests).toBeLessThanOrEqual(theirs.requests)
    expect(ours.bytes).toBeLessThanOrEqual(theirs.bytes)
    expect(asked.requests).toBeLessThanOrEqual(8)
  })

  it('publishes one changed file with what it keeps from before, where we keep nothing', limit, async () => {
    const { theirs, ours, asked } = await compare('one changed file', site({ 'index.html': '<h1>Changed</h1>' }))
    expect(ours.requests).toBeLessThanOrEqual(theirs.requests)
    // Its git sends trees as differences from those before; we send them whole, and a longer message with the commit.
    expect(ours.bytes).toBeLessThanOrEqual(theirs.bytes + 200)
    expect(asked.requests).toBeLessThanOrEqual(6)
    // What is known of a commit stays so.
    expect(emulator.requests.filter(({ path }) => path.includes('/commits/'))).toHaveLength(1)
  })

  it('takes away what is no longer there', limit, async () => {
    const { 'about.html': _gone, ...files } = site({ 'index.html': '<h1>Changed</h1>' })
    const { theirs, ours } = await compare('one removed file', files, ['about.html'])
    expect(ours.requests).toBeLessThanOrEqual(theirs.requests)
    expect(ours.bytes).toBeLessThanOrEqual(theirs.bytes + 200)
  })
})
