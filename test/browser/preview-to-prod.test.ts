import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSite } from '../../examples/support/compare-site.js'
import { previewSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { readProject } from '../../examples/support/project-files.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { type DeploymentEvent, removePreviews } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { launchBrowser } from '../support/browser.js'

const site = 'little-harbour'

/** Milliseconds: how often Vercel is asked whether it is ready is for others to try. */
const delays = { initializing: 1, building: 1, ready: 1, alias: 1, promotion: 1 }

const providers = [
  {
    name: 'netlify',
    target: ({ token, netlify: { url } }: Emulator) => netlify({ auth: token, site, apiUrl: url }),
    production: (emulator: Emulator) => emulator.netlify.siteUrl(site),
  },
  {
    name: 'vercel',
    target: ({ token, vercel: { url } }: Emulator) => vercel({ auth: token, project: site, apiUrl: url }),
    production: (emulator: Emulator) => emulator.vercel.siteUrl(site),
  },
]

let emulator: Emulator
let server: PageServer
let browser: Browser

beforeAll(async () => {
  emulator = await createEmulator({ vercel: { delays } })
  const [started, project] = await Promise.all([launchBrowser(), readProject('preview-to-prod/project')])
  browser = started
  server = await servePage({ example: 'preview-to-prod', settings: previewSettings(emulator), project })
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await emulator?.close()
})

describe.each(providers)('the example of previews on $name', ({ name, target, production }) => {
  let page: Page
  let events: DeploymentEvent[]
  const errors: string[] = []

  beforeAll(async () => {
    page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.exposeFunction('reportEvent', (event: DeploymentEvent) => events.push(event))
    await page.addInitScript(() => {
      const report: unknown = Reflect.get(globalThis, 'reportEvent')
      document.addEventListener('deployment-event', (event) => {
        if (event instanceof CustomEvent && typeof report === 'function') report(event.detail)
      })
    })
    await page.goto(`${server.url}?runtime=emulated#${name}`)
    await isIdle()
  })

  afterAll(async () => {
    await page.close()
    expect(errors).toEqual([])
  })

  const isIdle = () => page.locator('[data-action=publish]:enabled').waitFor()
  const releases = () => page.locator('[data-release][data-live]')
  const addressOf = (pane: string) => page.locator(`[aria-label=${pane}] a`).getAttribute('href')
  const headline = (pane: string, text: string) =>
    page.frameLocator(`iframe[title=${pane}]`).getByRole('heading', { name: text }).waitFor()

  /** Bytes of the bodies of all requests since the last click. */
  const sent = () => emulator.requests.reduce((sum, { bytes }) => sum + bytes, 0)

  /** Clicks, and waits for the end, whichever it is. */
  async function act(action: string): Promise<void> {
    events = []
    emulator.clearRequests()
    await page.locator(`[data-action=${action}]`).click()
    await expect.poll(() => events.at(-1)?.type, { timeout: 20_000 }).toBe('deployment-end')
    await isIdle()
  }

  /** Writes a headline and a color, publishes a preview, and resolves with what the container holds then. */
  async function publish(text: string, color: string): Promise<Map<string, Uint8Array>> {
    const editor = page.getByLabel('index.html')
    const before = await editor.inputValue()
    await editor.fill(before.replace(/<h1>.*<\/h1>/, `<h1>${text}</h1>`).replace(/--color: #\w+/, `--color: ${color}`))
    await act('publish')
    const files = await page.evaluate(async () => {
      const names = await container.fs.readdir('.')
      return Promise.all(names.map(async (path) => [path, [...(await container.fs.readFile(path))]] as const))
    })
    return new Map(files.map(([path, bytes]) => [path, Uint8Array.from(bytes)]))
  }

  /** Nothing was built, and no file was sent: at the most their digests. */
  function expectNothingSent(files: ReadonlyMap<string, Uint8Array>): void {
    const end = events.at(-1)
    if (end?.type !== 'deployment-end' || end.outcome !== 'success') throw new Error('It did not succeed.')
    expect(end.result.releases.map(({ uploaded }) => uploaded)).toEqual([{ files: 0, bytes: 0 }])
    expect(end.result.verifications).toMatchObject([{ url: end.result.url, compared: 1 }])
    expect(events.filter(({ type }) => /^(process|project|files)-/.test(type))).toEqual([])
    expect(sent()).toBeLessThan([...files.values()].reduce((sum, { length }) => sum + length, 0))
  }

  it('goes from a preview to production and back, and serves the very bytes at each point', async () => {
    const live = production(emulator)
    const differences = (url: string | null, files: ReadonlyMap<string, Uint8Array>) =>
      compareSite(url ?? '', files, emulator.fetch)
    expect(await releases().count()).toBe(0)
    const first = await publish('First light', '#1d5fd0')
    expect([...first.keys()].sort()).toEqual(['boat.svg', 'index.html', 'style.css'])
    expect(await differences(await addressOf('Preview'), first)).toEqual([])
    expect((await emulator.fetch(live)).status).toBe(404)
    await act('promote')
    expect(await addressOf('Production')).toMatch(new RegExp(`^${live}/?$`))
    expect(await differences(live, first)).toEqual([])
    await headline('Production', 'First light')

    const second = await publish('High tide', '#0a7546')
    expect(sent()).toBeGreaterThan(second.get('index.html')?.length ?? Number.POSITIVE_INFINITY)
    const preview = await addressOf('Preview')
    expect(second.get('index.html')).not.toEqual(first.get('index.html'))
    expect(await differences(live, first)).toEqual([])
    expect(await differences(preview, second)).toEqual([])
    await headline('Preview', 'High tide')
    await headline('Production', 'First light')

    await page.reload()
    await isIdle()
    expect(await page.getByLabel('index.html').inputValue()).toContain('High tide')
    expect(await page.locator('tr[data-live=true]').textContent()).toContain('First light')
    expect(await addressOf('Preview')).toBe(preview)

    await act('promote')
    expectNothingSent(second)
    expect(await differences(live, second)).toEqual([])
    await headline('Production', 'High tide')
    expect(await page.locator('tr[data-live=true]').textContent()).toContain('High tide')

    await act('rollback')
    expectNothingSent(second)
    expect(await differences(live, first)).toEqual([])
    await headline('Production', 'First light')

    await page.reload()
    await isIdle()
    expect(await page.locator('tr[data-live=true]').allTextContents()).toEqual([expect.stringContaining('First light')])
    await headline('Production', 'First light')
  })

  it('says what to do where a preview has gone meanwhile', async () => {
    await publish('Ebb', '#875800')
    await removePreviews({ target: target(emulator), fetch: emulator.fetch })
    await act('promote')
    const end = events.at(-1)
    if (end?.type !== 'deployment-end' || end.outcome === 'success') throw new Error('It did not fail.')
    const alert = await page.getByRole('alert').textContent()
    expect(end.error.code).toBe('release-unknown')
    expect(alert).toContain(end.error.message)
    expect(alert).toContain(end.error.hint)
    expect(await page.locator('tr[data-live=true]').textContent()).toContain('First light')
  })
})
