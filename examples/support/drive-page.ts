import { setTimeout } from 'node:timers/promises'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { DeploymentEvent } from '../../src/index.js'

/** The example IDE in a browser. */
export interface DrivenPage {
  readonly page: Page
  /** Every event of every deployment of this page so far. */
  readonly events: readonly DeploymentEvent[]
  /** Messages of errors that nothing in the page has caught. */
  readonly errors: readonly string[]
  /** Resolves at the next event of a type. */
  next(type: DeploymentEvent['type']): Promise<void>
  /** Clicks the button and waits for the end, whichever it is. */
  deploy(): Promise<void>
  /** The same by another button, given by its selector. */
  deployBy(selector: string): Promise<void>
  /** The files below a folder of the page's container, by path; read without the library. */
  readFolder(folder: string): Promise<Map<string, Uint8Array>>
  /** Waits until the thumbnail of the live site is painted, for as long as that is worth waiting for. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** How the page is opened. */
export interface OpenOptions {
  readonly onEvent?: (event: DeploymentEvent) => void
  /** Tabs of one context share what they store. @default one of its own */
  readonly context?: BrowserContext
  /** What stands behind the address. @default '?runtime=emulated' */
  readonly query?: string
}

const viewport = { width: 1440, height: 900 }
/** Milliseconds that the container may take to start, and that a deployment may take. */
const startLimit = 60_000
const deployLimit = 180_000
const paintLimit = 10_000

/** Opens the page and waits until it is ready to deploy, or shows what another tab deploys. */
export async function openPage(
  browser: Browser,
  url: string,
  { onEvent = () => undefined, context, query = '?runtime=emulated' }: OpenOptions = {},
): Promise<DrivenPage> {
  const page = await (context ?? (await browser.newContext({ viewport, colorScheme: 'dark' }))).newPage()
  page.setDefaultTimeout(startLimit)
  const events: DeploymentEvent[] = []
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  const waiting = new Set<(event: DeploymentEvent) => void>()
  await page.exposeFunction('reportEvent', (event: DeploymentEvent) => {
    events.push(event)
    onEvent(event)
    for (const listener of waiting) listener(event)
  })
  await page.addInitScript(listen)
  // The emulated runtime by choice: what is shown must not depend on which networks this machine reaches.
  await page.goto(`${url}${query}`)
  const button = page.locator('[data-action=deploy]')
  const trouble = page.locator('.notice.severe')
  await page.locator('[data-action=deploy]:enabled, .notice.severe, .hero[data-tab=other]').first().waitFor()
  if ((await trouble.count()) > 0) throw new Error((await trouble.textContent()) ?? 'The page is not ready.')

  const next = (type: DeploymentEvent['type']): Promise<void> =>
    new Promise((resolve) => {
      waiting.add(function listener(event) {
        if (event.type !== type) return
        waiting.delete(listener)
        resolve()
      })
    })

  const deployBy = async (clicked: Locator): Promise<void> => {
    const end = next('deployment-end')
    await clicked.click()
    await page.locator('.hero.running').waitFor()
    await page.locator('.hero.success, .hero.failure, .hero.canceled').waitFor({ timeout: deployLimit })
    await end
  }

  return {
    page,
    events,
    errors,
    next,
    deploy: () => deployBy(button),
    deployBy: (selector) => deployBy(page.locator(selector)),
    readFolder: async (folder) => {
      const files = await page.evaluate(readContainer, folder)
      return new Map(files.map(([path, content]) => [path, new Uint8Array(Buffer.from(content, 'base64'))]))
    },
    settle: async () => {
      const thumbnail = page.locator('.thumbnail')
      if ((await thumbnail.count()) === 0) return
      const painted = page
        .locator('.thumbnail[data-state=loaded]')
        .waitFor({ timeout: paintLimit })
        .then(() =>
          page.frameLocator('.thumbnail iframe').locator('body').evaluate(paint, undefined, { timeout: paintLimit }),
        )
      const timer = new AbortController()
      // A site that takes longer is shown as it is.
      const late = setTimeout(paintLimit, undefined, { signal: timer.signal }).catch(() => undefined)
      await Promise.race([painted.catch(() => undefined), late])
      timer.abort()
    },
    close: () => (context ? page.close() : page.context().close()),
  }
}

// These run inside the page: they may use nothing of this file.

/** Resolves when the fonts and pictures are there and a frame with them was drawn. */
async function paint(): Promise<void> {
  await document.fonts.ready
  await Promise.allSettled(Array.from(document.images, (image) => image.decode()))
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}

function listen(): void {
  const report: unknown = Reflect.get(globalThis, 'reportEvent')
  document.addEventListener('deployment-event', (event) => {
    if (event instanceof CustomEvent && typeof report === 'function') report(event.detail)
  })
}

async function readContainer(folder: string): Promise<[path: string, base64: string][]> {
  interface Files {
    readdir(path: string, options: { withFileTypes: true }): Promise<{ name: string; isDirectory(): boolean }[]>
    readFile(path: string): Promise<Uint8Array>
  }
  const { fs }: { fs: Files } = Reflect.get(globalThis, 'container')
  const files: [string, string][] = []
  const folders = ['']
  for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
    for (const entry of await fs.readdir(`${folder}/${prefix}`, { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory()) {
        folders.push(`${path}/`)
        continue
      }
      const bytes = await fs.readFile(`${folder}/${path}`)
      files.push([path, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))])
    }
  }
  return files
}
