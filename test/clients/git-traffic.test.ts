import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator, type LoggedRequest } from '../../src/emulator/index.js'
import { artifactsOf, type Files } from '../support/artifacts.js'
import { memoryCache, testContext } from '../support/context.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { reportTraffic } from '../support/report.js'
import { seededRandom } from '../support/seeded-random.js'
import { githubHost, gitlabHost } from './git-hosts.js'
import { commitFiles, listFiles, person, runAs } from './work-tree.js'

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

interface Traffic {
  readonly requests: number
  readonly bytes: number
}

const sum = (requests: readonly LoggedRequest[]): Traffic => ({
  requests: requests.length,
  bytes: requests.reduce((bytes, one) => bytes + one.bytes, 0),
})

/** What was sent since the log was cleared: to git, and to git and the API. */
function sent(): { readonly toGit: Traffic; readonly toAll: Traffic } {
  const { requests } = emulator
  return { toGit: sum(requests.filter(({ path }) => path.includes('.git/'))), toAll: sum(requests) }
}

/** Text files of some KB, which compress as prose does. */
function project(count: number): Files {
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

      const { artifacts } = await artifactsOf(files)
      const context = testContext({ fetch: emulator.fetch, cache })
      emulator.clearRequests()
      const repository = await host.prepare({ branches: [] }, context)
      const { oid } = await host.commit(
        {
          repository,
          branch: 'main',
          artifacts,
          keep: [],
          message: 'Deploy',
          deployment: 'deployment-1',
          author: person,
          expectedHead: repository.heads.main ?? null,
          based: true,
          date: Date.UTC(2024, 4, 17),
        },
        context,
      )
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
