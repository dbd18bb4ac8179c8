import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf } from '../support/artifacts.js'
import { launchBrowser } from '../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../support/browser-module.js'
import { type NativeGit, startNativeGit } from '../support/native-git.js'
import { type GitlabBench, startGitlabBench } from './gitlab-bench.js'
import type { GitlabPage } from './gitlab-page.js'

declare global {
  var gitlabPage: GitlabPage
}

describe('gitlab in a page', () => {
  let bench: GitlabBench
  let git: NativeGit
  let served: ServedModule
  let browser: Browser
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    bench = await startGitlabBench()
    git = await startNativeGit()
    served = await serveModule(new URL('./gitlab-page.ts', import.meta.url))
    browser = await launchBrowser()
    context = await browser.newContext()
    page = await openModule(context, served)
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    await git?.close()
    await bench?.close()
  })

  async function commit(repository: string, files: Record<string, string>, relay: string | null) {
    const { gitlab, token: auth } = bench.emulator
    const options = { auth, repository, url: gitlab.url, visibility: 'public' } as const
    const given = { options, files, relay }
    const made = await page.evaluate(({ options, files, relay }) => gitlabPage.commit(options, files, relay), given)
    const expected = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]))
    expect(await git.filesOf(bench.remote(`owner/${repository}`))).toEqual(expected)
    expect(made.oid).toBe(await bench.head(`owner/${repository}`))
    return made
  }

  it('commits without a relay, by the API that the browser lets it reach', async () => {
    const first = await commit('without', { 'index.html': '<h1>Größe</h1>', 'a/b.txt': '1' }, null)
    const second = await commit('without', { 'index.html': '<h1>2</h1>' }, null)
    expect(second).toMatchObject({ parent: first.oid, changes: { added: 0, changed: 1, deleted: 1 } })
    expect(bench.emulator.requests.filter(({ path }) => path.includes('git-receive-pack'))).toEqual([])
  })

  it('pushes with git through a relay', async () => {
    bench.emulator.clearRequests()
    await commit('with', { 'index.html': '<h1>1</h1>' }, bench.relay)
    const { requests } = bench.emulator
    expect(requests.filter(({ path }) => path.endsWith('/repository/commits'))).toEqual([])
    const relayed = requests.filter(({ provider }) => provider === 'relay')
    expect(relayed.length).toBeGreaterThan(0)
    expect(relayed.every(({ path }) => path.includes('.git/'))).toBe(true)
  })

  it('is let to no git by the browser', async () => {
    const address = `${bench.emulator.gitlab.url}/owner/without.git/info/refs?service=git-upload-pack`
    const reach = page.evaluate((address) => fetch(address).then(() => 'reached', String), address)
    expect(await reach).toContain('Failed to fetch')
  })
})
