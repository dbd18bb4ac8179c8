import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { quickBuild, smallProject } from './small-project.js'

const probe = 'https://stackblitz.com/headless**'
/** Milliseconds that a person would wait without a doubt; the probe gives up after three seconds. */
const patience = 10_000

let emulator: Emulator
let server: PageServer
let browser: Browser
let page: Page

beforeAll(async () => {
  emulator = await createEmulator()
  server = await servePage({ settings: emulatedSettings(emulator), project: smallProject(quickBuild) })
  browser = await launchBrowser()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await emulator?.close()
})

beforeEach(async () => {
  page = await browser.newPage()
  page.setDefaultTimeout(patience)
})

afterEach(async () => {
  await page.close()
})

describe('the page without a wish for a runtime', () => {
  it('falls back to the emulated runtime where StackBlitz cannot be reached, and says so', async () => {
    let asked = 0
    await page.route(probe, (route) => {
      asked += 1
      return route.abort('internetdisconnected')
    })
    await page.goto(server.url)
    await page.locator('.runtime[data-state=ready]').waitFor()
    expect(asked).toBe(1)
    expect(await page.locator('.runtime').textContent()).toContain('Demo: builds on this machine')
    expect(await page.locator('.hero').textContent()).toContain('commits the source to the emulated GitHub')
    await page.locator('[data-action=deploy]:enabled').waitFor()
  })

  it('falls back within seconds where StackBlitz never answers', async () => {
    await page.route(probe, () => undefined)
    await page.goto(server.url)
    await page.locator('.runtime[data-state=ready]').waitFor()
    expect(await page.locator('.runtime').textContent()).toContain('Demo: builds on this machine')
  })

  it('chooses WebContainer where StackBlitz answers, and says so', async () => {
    const framed: string[] = []
    await page.route(probe, (route) => {
      if (route.request().isNavigationRequest()) framed.push(new URL(route.request().url()).hostname)
      return route.fulfill({ contentType: 'text/html', body: '<title>a runtime that never starts</title>' })
    })
    await page.goto(server.url)
    await page.getByText('Starting WebContainer…').waitFor()
    await expect.poll(() => framed, { timeout: patience }).toEqual(['stackblitz.com'])
    expect(await page.locator('.hero').textContent()).toContain('Builds in this tab')
  })

  it('says in red that the settings are missing, and offers to reload', async () => {
    await page.route('**/settings.json', (route) => route.fulfill({ status: 500 }))
    await page.goto(server.url)
    await page.locator('.runtime[data-state=failed]').waitFor()
    expect(await page.locator('.notice.severe').textContent()).toContain('no settings for this page')
    await page.unroute('**/settings.json')
    await page.route(probe, (route) => route.abort())
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.locator('.runtime[data-state=ready]').waitFor()
  })
})
