import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../support/browser-module.js'
import { tabsCases } from './conformance.js'
import type { TabsPage } from './page.js'

declare global {
  var tabsPage: TabsPage
}

let served: ServedModule
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  served = await serveModule(new URL('./page.ts', import.meta.url))
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

beforeEach(async () => {
  context = await browser.newContext()
})

afterEach(() => context.close())

const open = (): Promise<Page> => openModule(context, served)

describe('the tabs of a browser', () => {
  it.each(tabsCases)('$title', async ({ title, facts }) => {
    const page = await open()
    expect(await page.evaluate((name) => tabsPage.runCase(name), title)).toEqual(facts)
  })

  it('see each other’s locks, and get them when they are released', async () => {
    const [one, two] = [await open(), await open()]
    expect(await one.evaluate(() => tabsPage.tryLock('site'))).toBe(true)
    expect(await two.evaluate(() => tabsPage.isLocked('site'))).toBe(true)
    expect(await two.evaluate(() => tabsPage.tryLock('site'))).toBe(false)
    const waiting = two.evaluate(() => tabsPage.lock('site'))
    await one.evaluate(() => tabsPage.release('site'))
    await waiting
    expect(await one.evaluate(() => tabsPage.tryLock('site'))).toBe(false)
  })

  it.each([
    ['closed', (page: Page) => page.close()],
    ['reloaded', (page: Page) => page.reload()],
    ['left for another', (page: Page) => page.goto('about:blank')],
  ])('get a lock whose page is %s', async (_how, leave) => {
    const [one, two] = [await open(), await open()]
    await one.evaluate(() => tabsPage.lock('site'))
    const waiting = two.evaluate(() => tabsPage.lock('site'))
    await leave(one)
    await waiting
    expect(await two.evaluate(() => tabsPage.isLocked('site'))).toBe(true)
  })

  it('get a lock whose page has crashed', async () => {
    const [one, two] = [await open(), await open()]
    await one.evaluate(() => tabsPage.lock('site'))
    const waiting = two.evaluate(() => tabsPage.lock('site'))
    const crashed = one.waitForEvent('crash')
    const devtools = await context.newCDPSession(one)
    void devtools.send('Page.crash').catch(() => undefined) // there is nobody left to answer
    await crashed
    await waiting
    expect(await two.evaluate(() => tabsPage.isLocked('site'))).toBe(true)
  })

  it('exchange messages in order', async () => {
    const pages = [await open(), await open(), await open()] as const
    for (const page of pages) await page.evaluate(() => tabsPage.listen('events'))
    const numbers = Array.from({ length: 200 }, (_, number) => number)
    await pages[0].evaluate((sent) => tabsPage.post('events', ...sent), numbers)
    expect(await pages[1].evaluate(() => tabsPage.heard(200))).toEqual(numbers)
    expect(await pages[2].evaluate(() => tabsPage.heard(200))).toEqual(numbers)
    await pages[1].evaluate(() => tabsPage.post('events', { type: 'cancel' }))
    expect(await pages[0].evaluate(() => tabsPage.heard(1))).toEqual([{ type: 'cancel' }])
  })
})

describe('a page that has no other tabs to know of', () => {
  const cases = tabsCases.map(({ title, facts }) => ({ title, facts }))

  it('is in order with itself where there are neither locks nor channels', async () => {
    await context.addInitScript(() => {
      Reflect.deleteProperty(Navigator.prototype, 'locks')
      Reflect.deleteProperty(globalThis, 'BroadcastChannel')
    })
    const page = await open()
    expect(await page.evaluate(() => ['locks' in navigator, 'BroadcastChannel' in globalThis])).toEqual([false, false])
    for (const { title, facts } of cases) {
      expect(await page.evaluate((name) => tabsPage.runCase(name), title), title).toEqual(facts)
    }
  })

  it('is in order with itself in a sandboxed frame, which may use no locks', async () => {
    const page = await open()
    await page.evaluate((url) => {
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts')
      frame.src = url
      document.body.append(frame)
      return new Promise((resolve) => {
        frame.onload = resolve
      })
    }, served.url)
    const frame = page.frames()[1]
    if (!frame) throw new Error('There is no frame.')
    expect(await frame.evaluate(() => origin)).toBe('null')
    for (const { title, facts } of cases) {
      expect(await frame.evaluate((name) => tabsPage.runCase(name), title), title).toEqual(facts)
    }
  })
})
