import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import type { Cache } from '../../src/spec/context.js'
import type { GitHost } from '../../src/spec/git-host.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { labelOf } from '../support/clients.js'
import { memoryCache, testContext } from '../support/context.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { reportTraffic } from '../support/report.js'
import { seededRandom } from '../support/seeded-random.js'
import { type Traffic, totalOf } from '../support/traffic.js'
import { commitByHand } from './commit-by-hand.js'
import { githubHost, gitlabHost } from './git-hosts.js'
import { commitFiles, listFiles, person, runAs } from './work-tree.js'

const library = await labelOf('@octokit/rest')

let emulator: Emulator
let git: NativeGit
let version: string

beforeAll(async () => {
  emulator = await createEmulator()
  git = await startNativeGit()
  version = (await git.run(git.folder, '--version')).replace(/^git version (\d+\.\d+).*/, 'git $1')
})
afterAll(async () => {
  await git.close()
  await emulator.close()
})

/** What was sent since the log was cleared: to git, and to git and the API. */
function sent(): { readonly toGit: Traffic; readonly toAll: Traffic } {
  const { requests } = emulator
  return { toGit: totalOf(requests.filter(({ path }) => path.includes('.git/'))), toAll: totalOf(requests) }
}

/** Text files of some KB, which compress as prose does. */
function project(count: number): Record<string, string> {
  const random = seededRandom(7)
  const word = () => random.below(5000).toString(36)
  const text = () => Array.from({ length: 300 + random.below(600) }, word).join(' ')
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`src/part-${index % 10}/file-${index}.txt`, `${text()}\n`]),
  )
}

/** Bytes of all objects that the last commit has brought, as git keeps them: whole and deflated. */
async function sizeOfNew(folder: string): Promise<number> {
  const listed = await git.run(folder, 'rev-list', '--objects', '--no-object-names', 'HEAD~1..HEAD')
  const sizes = listed.split('\n').map((id) => stat(join(folder, '.git/objects', id.slice(0, 2), id.slice(2))))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}

/** Commits with Tabship all that a branch is to hold. @returns the commit's id */
async function deploy(host: GitHost, files: Files, cache: Cache): Promise<string> {
  const { artifacts } = await artifactsOf(files)
  const context = testContext({ fetch: emulator.fetch, cache })
  const repository = await host.prepare({ branches: [] }, context)
  const place = { repository, branch: 'main', expectedHead: repository.heads.main ?? null, based: true }
  const content = { artifacts, keep: [], message: 'Deploy', deployment: 'deployment-1', author: person }
  return (await host.commit({ ...place, ...content, date: Date.UTC(2024, 4, 17) }, context)).oid
}

describe.each([
  ['GitHub', githubHost],
  ['GitLab', gitlabHost],
] as const)('a push to the emulated %s', (provider, hostOf) => {
  it('makes the same tree by native git and by Tabship, which asks less often and sends no more than whole objects', async () => {
    const server = hostOf(emulator)
    const files = project(200)
    const changed = { 'src/part-1/file-1.txt': `${files['src/part-1/file-1.txt']}and more\n` }
    const steps = [
      { deployment: 'a push, first time, 200 files', files, change: files },
      { deployment: 'a push, one changed file of 200', files: { ...files, ...changed }, change: changed },
    ]
    const [theirs, ours] = ['owner/by-git', 'owner/by-tabship']
    for (const name of [theirs, ours]) await server.create(name)
    const folder = join(git.folder, `traffic-${provider}`)
    await git.run(git.folder, '-c', 'init.defaultBranch=main', 'clone', '--quiet', server.remote(theirs), folder)
    const host = server.host(ours)
    const cache = memoryCache()

    for (const { deployment, files, change } of steps) {
      await commitFiles(git, folder, change)
      emulator.clearRequests()
      await runAs(git, folder, 'push', '--quiet', 'origin', 'main')
      const native = sent()

      emulator.clearRequests()
      const oid = await deploy(host, files, cache)
      const tabship = sent()
      expect(await server.files(ours, oid)).toEqual(await listFiles(git, folder))
      await reportTraffic({ provider, deployment, client: version, ...native.toGit })
      await reportTraffic({ provider, deployment, client: 'Tabship', ...tabship.toGit })
      await reportTraffic({ provider, deployment, client: 'Tabship, with what it asks the API', ...tabship.toAll })
      // Native git asks once without its token, and is refused.
      expect(tabship.toGit.requests).toBeLessThan(native.toGit.requests)
      // It sends how files and trees differ from what the server has; Tabship, which has not kept that, sends them whole.
      const whole = change === files ? 0 : await sizeOfNew(folder)
      expect(tabship.toGit.bytes).toBeLessThanOrEqual(native.toGit.bytes + whole)
    }
  })
})

describe("a commit by GitHub's API, where git is out of reach", () => {
  it('is the same by Octokit and by Tabship, which sends texts along with their folder', async () => {
    const server = githubHost(emulator)
    const [theirs, ours] = ['owner/by-octokit', 'owner/by-api']
    const readme = { 'README.md': '# Shop\n' }
    for (const repository of [theirs, ours]) {
      await server.create(repository)
      const author = emulator.accounts.owner
      await emulator.github.state.commit({ repository, files: readme, message: 'Begin', author })
    }
    const octokit = new Octokit({ baseUrl: emulator.github.url, auth: emulator.token })
    const urls = { apiUrl: emulator.github.url, gitUrl: emulator.git.url }
    const host = github({ auth: emulator.token, repository: ours, private: false, ...urls })
    const files = project(30)
    const changed = { 'src/part-1/file-1.txt': 'changed\n' }
    const cache = memoryCache()
    for (const { deployment, all, change } of [
      { deployment: 'a commit by the API, 30 new files', all: { ...readme, ...files }, change: files },
      {
        deployment: 'a commit by the API, one changed file of 31',
        all: { ...readme, ...files, ...changed },
        change: changed,
      },
    ]) {
      emulator.clearRequests()
      const theirCommit = await commitByHand(octokit, { owner: 'owner', repo: 'by-octokit' }, change)
      const byHand = sent().toAll
      emulator.clearRequests()
      const ourCommit = await deploy(host, all, cache)
      const { toGit, toAll } = sent()
      expect(await server.files(ours, ourCommit)).toEqual(await server.files(theirs, theirCommit))
      expect(toGit.requests).toBe(0)
      await reportTraffic({ provider: 'GitHub', deployment, client: library, ...byHand })
      await reportTraffic({ provider: 'GitHub', deployment, client: 'Tabship', ...toAll })
      expect(toAll.requests).toBeLessThanOrEqual(byHand.requests)
    }
  })
})
