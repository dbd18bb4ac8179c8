import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compareSite, servedFiles } from '../../examples/support/compare-site.js'
import { type DrivenPage, openPage } from '../../examples/support/drive-page.js'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { smallProject } from './small-project.js'

const timeLimit = 120_000
/** Requests that upload a file. */
const uploads = '**/api/v1/deploys/*/files/**'

let emulator: Emulator
let browser: Browser
let context: BrowserContext
let server: PageServer
let folder: string
let name: string
let number = 0
const tabs: DrivenPage[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  emulator = await createEmulator()
}, timeLimit)

afterAll(async () => {
  await browser?.close()
  await emulator?.close()
})

/** One browser profile, one project, and a repository and a site of its own. */
beforeEach(async () => {
  number += 1
  name = `survivor-${number}`
  folder = await mkdtemp(join(tmpdir(), 'tabship-gate-'))
  const settings = { ...emulatedSettings(emulator), repository: name, site: name }
  server = await servePage({ settings, project: smallProject(gatedBuild(gate(), name)) })
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
}, timeLimit)

afterEach(async () => {
  const errors = tabs.splice(0).flatMap((tab) => tab.errors)
  emulator.faults.clear()
  await context.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
  expect(errors).toEqual([])
})

const gate = (): string => join(folder, 'open')
/** Lets builds end. */
const openGate = (): Promise<void> => writeFile(gate(), '')

/**
 * Says that it runs, waits until a file is there, and writes a page with twelve scripts.
 * @param mark makes their content another one than that of other tests: providers take no content twice.
 */
function gatedBuild(file: string, mark: string): string {
  return `import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
console.log('building')
while (!existsSync(${JSON.stringify(file)})) await setTimeout(20)
const note = ' ${mark} ' + readFileSync('note.txt', 'utf8')
mkdirSync('dist/scripts', { recursive: true })
writeFileSync('dist/index.html', '<p>' + note + '</p>')
for (let index = 0; index < 12; index += 1) writeFileSync('dist/scripts/' + index + '.js', '// ' + index + note)
`
}

async function openTab(): Promise<DrivenPage> {
  const tab = await openPage(browser, server.url, { context })
  tab.page.setDefaultTimeout(30_000)
  tabs.push(tab)
  return tab
}

/** Clicks Deploy and waits until half of the files were uploaded; the others are held back until `unroute`. */
async function deployHalf(tab: DrivenPage): Promise<void> {
  const { page } = tab
  let arrived = 0
  await page.route(uploads, async (route) => {
    arrived += 1
    if (arrived <= 6) await route.continue()
  })
  const stuck = page.waitForEvent('request', { predicate: (request) => isUpload(request.url()) && arrived >= 6 })
  await page.locator('[data-action=deploy]').click()
  await stuck
}

const isUpload = (url: string): boolean => /\/api\/v1\/deploys\/[^/]+\/files\//.test(url)
const shown = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).innerText()).replace(/\s+/g, ' ')
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
const writeNote = (page: Page, text: string): Promise<void> =>
  page.evaluate((note) => container.fs.writeFile('note.txt', note), text)

/** What there is at the providers of this test's project. */
function made() {
  const { sites, deploys } = emulator.netlify.state
  return {
    sites: [...sites.values()].filter((site) => site.name.startsWith(name)).length,
    deploys: [...deploys.values()].filter((deploy) => deploy.site.name === name).length,
    uploaded: emulator.requests.filter(
      ({ method, path, carriedOut }) => method === 'PUT' && isUpload(path) && carriedOut,
    ).length,
  }
}

async function differences(built: ReadonlyMap<string, Uint8Array>) {
  expect(built.size).toBe(13)
  return compareSite(emulator.netlify.siteUrl(name), servedFiles(built), emulator.fetch)
}

describe('a page that is reloaded in the middle of a deployment', () => {
  it(
    'offers to go on, and builds again where the build had not ended',
    async () => {
      const tab = await openTab()
      const { page } = tab
      const building = tab.next('process-output')
      await page.locator('[data-action=deploy]').click()
      await building
      await page.reload()
      await page.locator('.card.interrupted').waitFor()
      const card = await shown(page, '.card.interrupted')
      expect(card).toContain('A deployment was interrupted')
      expect(card).toContain(name)
      expect(card).toMatch(/Started .*\d of 13 steps were done/)
      expect(card).toContain('it is run again')
      await page.locator('[data-action=resume]:enabled').focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => focused(page)).toBe('Cancel')
      await openGate()
      await expect.poll(() => focused(page), { timeout: 30_000 }).toBe('Live')
      expect(await differences(await tab.readFolder('dist'))).toEqual([])
      expect(made()).toMatchObject({ sites: 1, deploys: 1 })
      const titles = page.locator('tr[data-step=detect] .title, tr[data-step=source] .title')
      expect(await titles.count()).toBe(2)
      expect(await page.locator('tr[data-step=build] .before').count()).toBe(0)
    },
    timeLimit,
  )

  it(
    'goes on with the upload without a build, and uploads nothing twice',
    async () => {
      await openGate()
      emulator.clearRequests()
      const tab = await openTab()
      const { page } = tab
      await deployHalf(tab)
      const built = await tab.readFolder('dist')
      await page.unroute(uploads)
      await page.reload()
      await page.locator('.card.interrupted').waitFor()
      expect(await shown(page, '.card.interrupted')).toContain('nothing is built again')
      const before = tab.events.length
      await page.locator('[data-action=resume]:enabled').click()
      await page.locator('.hero.success').waitFor()
      const later = tab.events.slice(before)
      const resumed = later.findIndex(({ type }) => type === 'deployment-resume')
      expect(resumed).toBeGreaterThan(0)
      expect(later.slice(resumed).some(({ type }) => type === 'process-start')).toBe(false)
      expect(await differences(built)).toEqual([])
      expect(made()).toEqual({ sites: 1, deploys: 1, uploaded: 13 })
      for (const step of ['build', 'collect', 'commit']) {
        expect(await page.locator(`tr[data-step=${step}] .before`).innerText(), step).toBe('before')
      }
      expect(await page.locator('tr[data-step=publish-netlify] .before').count()).toBe(0)
    },
    timeLimit,
  )

  it(
    'forgets it when told to, and for good',
    async () => {
      const tab = await openTab()
      const { page } = tab
      const building = tab.next('process-output')
      await page.locator('[data-action=deploy]').click()
      await building
      await page.reload()
      await page.locator('[data-action=forget]').click()
      await page.locator('.card.interrupted').waitFor({ state: 'detached' })
      expect(await page.locator('.history').count()).toBe(0)
      await page.reload()
      await page.locator('[data-action=deploy]:enabled').waitFor()
      expect(await page.locator('.card.interrupted').count()).toBe(0)
    },
    timeLimit,
  )
})

describe('a second tab', () => {
  it(
    'follows what the first one deploys, and can cancel it there',
    async () => {
      const first = await openTab()
      const second = await openTab()
      const building = first.next('process-output')
      await first.page.locator('[data-action=deploy]').click()
      await building
      await second.page.getByText('This deployment runs in another tab.').waitFor()
      await second.page.locator('tr[data-step=build][data-status=running]').waitFor()
      expect(await second.page.locator('[data-action=deploy]').count()).toBe(0)
      await second.page.locator('[data-action=cancel]').click()
      for (const { page } of [first, second]) await page.locator('.hero.canceled').waitFor()
      expect(first.events.at(-1)).toMatchObject({ type: 'deployment-end', outcome: 'canceled' })
    },
    timeLimit,
  )

  it(
    'takes over when the first one is closed',
    async () => {
      await openGate()
      emulator.clearRequests()
      const first = await openTab()
      await deployHalf(first)
      const built = await first.readFolder('dist')
      const second = await openTab()
      await second.page.locator('.hero[data-tab=other]').waitFor()
      await first.close()
      await second.page.getByRole('heading', { name: 'Its tab was closed' }).waitFor()
      const step = second.page.locator('tr[data-step=publish-netlify] .about')
      expect(await step.innerText()).toBe('Interrupted.')
      await second.page.getByRole('button', { name: 'Take over' }).click()
      await second.page.locator('.hero.success').waitFor()
      expect(await differences(built)).toEqual([])
      expect(made()).toEqual({ sites: 1, deploys: 1, uploaded: 13 })
    },
    timeLimit,
  )

  it(
    'goes back to its own project where what the first one left is forgotten',
    async () => {
      const first = await openTab()
      const building = first.next('process-output')
      await first.page.locator('[data-action=deploy]').click()
      await building
      const { page } = await openTab()
      await first.close()
      await page.getByRole('heading', { name: 'Its tab was closed' }).waitFor()
      await page.getByRole('button', { name: 'Forget' }).click()
      await page.getByRole('heading', { name: 'Put it live' }).waitFor()
      await page.locator('[data-action=deploy]:enabled').waitFor()
      await page.locator('tr[data-step=commit][data-status=waiting]').waitFor()
      expect(await page.locator('.history').count()).toBe(0)
    },
    timeLimit,
  )

  it(
    'follows the first one instead of deploying the same site at the same time',
    async () => {
      await openGate()
      const second = await openTab()
      await second.deploy()
      const first = await openTab()
      await writeNote(first.page, 'from the first tab\n')
      await deployHalf(first)
      // What came of a click in this tab stays until the next click.
      await second.page.locator('.hero.success').waitFor()
      await second.page.locator('[data-action=deploy]').click()
      await second.page.getByText('This deployment runs in another tab.').waitFor()
      expect(await second.page.locator('.hero.failure').count()).toBe(0)
      await first.page.unroute(uploads)
      await first.page.locator('[data-action=cancel]').click()
      await second.page.locator('.hero.canceled').waitFor()
      expect(made()).toMatchObject({ sites: 1, deploys: 2 })
    },
    timeLimit,
  )
})

describe('the deploy panel in trouble that passes', () => {
  it(
    'says that there is no network, and goes on when it is back',
    async () => {
      await openGate()
      const { page } = await openTab()
      await page.route(uploads, async (route) => {
        await page.locator('.strip').waitFor()
        await route.abort()
      })
      const uploading = page.waitForRequest(uploads)
      await page.locator('[data-action=deploy]').click()
      await uploading
      await context.setOffline(true)
      await page.locator('.strip').waitFor()
      expect(await shown(page, '.strip')).toMatch(/^No network: waiting since .+; nothing is lost\.$/)
      expect(await shown(page, '.hero.running')).toContain('Waiting for the network')
      await page.unroute(uploads)
      await context.setOffline(false)
      await page.locator('.strip').waitFor({ state: 'detached' })
      await page.locator('.hero.success').waitFor()
    },
    timeLimit,
  )

  it(
    'counts down while a provider asks to wait',
    async () => {
      await openGate()
      const { page } = await openTab()
      emulator.faults.add({
        provider: 'github',
        method: 'GET',
        times: 1,
        fault: { kind: 'status', status: 429, retryAfter: 5 },
      })
      await page.locator('[data-action=deploy]').click()
      const wait = page.locator('tr[data-step=access] .about.wait')
      await wait.waitFor()
      const texts = new Set<string>()
      await expect
        .poll(async () => texts.add((await wait.innerText({ timeout: 1_000 })) ?? '').size, { interval: 100 })
        .toBeGreaterThan(1)
      for (const text of texts) expect(text).toMatch(/^GitHub asks to wait: [1-9] s$/)
      await wait.waitFor({ state: 'detached' })
      await page.locator('.hero.success').waitFor()
    },
    timeLimit,
  )

  it(
    'tries again where a deployment failed, without what was done before',
    async () => {
      await openGate()
      const tab = await openTab()
      const { page } = tab
      const mend = emulator.faults.add({
        provider: 'netlify',
        path: /\/deploys\/[^/]+\/files\//,
        fault: { kind: 'status', status: 503 },
      })
      await tab.deploy()
      expect(tab.events.at(-1)).toMatchObject({ outcome: 'failure', error: { retryable: true } })
      mend()
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.locator('.hero.success').waitFor()
      expect(await page.locator('tr[data-step=build] .before').count()).toBe(1)
      expect(await differences(await tab.readFolder('dist'))).toEqual([])
      expect(made()).toMatchObject({ sites: 1 })
    },
    timeLimit,
  )
})

describe('the list of earlier deployments', () => {
  it(
    'holds what this browser remembers, and forgets one when told to',
    async () => {
      await openGate()
      const tab = await openTab()
      const { page } = tab
      await tab.deploy()
      await page.reload()
      const list = page.locator('.history')
      await list.locator('summary').click()
      const row = list.locator('li')
      expect(await row.count()).toBe(1)
      expect(await row.getAttribute('data-state')).toBe('success')
      expect(await row.locator('a').getAttribute('href')).toContain(name)
      await row.getByRole('button', { name: `Forget the deployment of ${name}` }).click()
      await list.waitFor({ state: 'detached' })
    },
    timeLimit,
  )
})
