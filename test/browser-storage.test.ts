import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserStorage } from '../src/browser-storage.js'
import type { StoragePage } from './browser-storage-page.js'
import { launchBrowser } from './support/browser.js'
import { openModule, type ServedModule, serveModule } from './support/browser-module.js'
import { optionsError } from './support/options-error.js'

declare global {
  var storagePage: StoragePage
}

let served: ServedModule
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  served = await serveModule(new URL('./browser-storage-page.ts', import.meta.url))
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

beforeEach(async () => {
  context = await browser.newContext()
  page = await openModule(context, served)
})

afterEach(() => context.close())

const nothing = { databases: [], folders: [], locks: [] }

describe('the storage of a browser', () => {
  it('gives the next page all that the last one kept', async () => {
    await page.evaluate(() => storagePage.write('a', { site: 'shop' }))
    const digest = await page.evaluate(() => storagePage.keep('<p>Hello</p>'))
    await page.close()
    const next = await openModule(context, served)
    expect(await next.evaluate(() => storagePage.read('a'))).toEqual({ site: 'shop' })
    expect(await next.evaluate((key) => storagePage.get(key), digest)).toBe('<p>Hello</p>')
    expect(await next.evaluate(() => storagePage.reported)).toEqual([])
  })

  it('shares nothing with a storage of another name, and everything with one of its own', async () => {
    const other = await openModule(context, served)
    await other.evaluate(() => storagePage.open({ name: 'tabship-2' }))
    await page.evaluate(() => storagePage.write('a', 1))
    const digest = await page.evaluate(() => storagePage.keep('<p>Hello</p>'))
    const look = (key: string) =>
      Promise.all([storagePage.read('a'), storagePage.get(key), storagePage.tryLock('site')])
    expect(await page.evaluate(() => storagePage.tryLock('site'))).toBe(true)
    expect(await other.evaluate(look, digest)).toEqual([undefined, undefined, true])
    await other.evaluate(() => storagePage.open({ name: 'tabship' }))
    expect(await other.evaluate(look, digest)).toEqual([1, '<p>Hello</p>', false])
  })

  it('calls all that it makes by its name, and makes nothing before it is used', async () => {
    await page.evaluate(() => storagePage.open({ name: 'My-IDE' }))
    expect(await page.evaluate(() => storagePage.names())).toEqual(nothing)
    await page.evaluate(() => storagePage.write('a', 1))
    await page.evaluate(() => storagePage.keep('<p>Hello</p>'))
    await page.evaluate(() => storagePage.tryLock('site'))
    const names = await page.evaluate(() => storagePage.names())
    expect(names).toMatchObject({ folders: ['My-IDE'], locks: ['My-IDE/site'] })
    expect(names.databases).toContain('My-IDE')
    for (const name of names.databases) expect(name).toMatch(/^My-IDE(\/|$)/)
  })

  it('says when the files do not fit into their limit, and has them for as long as the page is there', async () => {
    await page.evaluate(() => storagePage.open({ contentLimit: 10 }))
    const digest = await page.evaluate(() => storagePage.keep('more than ten bytes'))
    expect(await page.evaluate(() => storagePage.reported)).toEqual(['contents-not-kept'])
    expect(await page.evaluate((key) => storagePage.get(key), digest)).toBe('more than ten bytes')
  })

  it('can be made where there is no browser', () => {
    const month = 30 * 24 * 60 * 60_000
    expect(browserStorage().retention).toEqual({ count: 20, age: month })
    expect(browserStorage({ name: 'ide', retention: { age: 5 } }).retention).toEqual({ count: 20, age: 5 })
  })

  it.each([
    ['a name with a slash', { name: 'a/b' }, 'browserStorage.name: expected letters, digits and hyphens'],
    ['a name that begins with a hyphen', { name: '-a' }, 'browserStorage.name'],
    ['an empty name', { name: '' }, 'browserStorage.name'],
    ['no room at all', { contentLimit: 0 }, 'browserStorage.contentLimit: expected a number of bytes above 0'],
    ['half a deployment', { retention: { count: 0.5 } }, 'browserStorage.retention.count'],
    ['an endless time', { retention: { age: Number.POSITIVE_INFINITY } }, 'browserStorage.retention.age'],
    ['a misspelt option', { limit: 1 } as object, 'browserStorage: there is no option limit'],
  ])('refuses %s', (_what, options, message) => {
    expect(optionsError(() => browserStorage(options)).message).toContain(message)
  })
})
