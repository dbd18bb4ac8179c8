import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../../support/browser-module.js'
import type {} from './pages/contents.js'

const mebibyte = 1024 * 1024
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9]

let browser: Browser
let served: ServedModule
let context: BrowserContext

beforeAll(async () => {
  served = await serveModule(new URL('./pages/contents.ts', import.meta.url))
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

/** Makes all further pages ones of a browser that reads files but can't write them, as Safari before 26. */
async function forbidWriting(): Promise<void> {
  await context.addInitScript(() => {
    Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable')
  })
}

describe.each(['files', 'database'] as const)('contents in %s of a browser', (place) => {
  beforeEach(async () => {
    if (place === 'database') await forbidWriting()
  })

  it('survive the page, are found by others, and are checked', async () => {
    const page = await open()
    const digests = await page.evaluate(async (all) => {
      const small = await contents.put(all, 4096)
      return [...small, ...(await contents.put([0], 0)), ...(await contents.put([10], 9_000_000))]
    }, seeds)
    const packs = await page.evaluate(() => contents.packs())
    expect(packs[place]).toBe(3)
    expect(packs.files + packs.database).toBe(3)
    const other = await open()
    await page.close()
    expect(await other.evaluate((all) => contents.lacking(all), digests)).toEqual([])
    expect(await other.evaluate((all) => contents.get(all), digests)).toEqual([...seeds.map(() => 4096), 0, 9_000_000])
    expect(await other.evaluate(() => contents.warnings)).toEqual([])
  })

  it('that were used least recently go first at the limit', async () => {
    const page = await open()
    const digests = await page.evaluate(async (size) => {
      const first: string[] = []
      for (const seed of [1, 2, 3]) {
        contents.reopen(3 * size, 2)
        first.push(...(await contents.put([seed], size)))
      }
      contents.reopen(3 * size, 2)
      await contents.get(first.slice(0, 1))
      contents.reopen(3 * size, 2)
      return [...first, ...(await contents.put([4], size))]
    }, mebibyte)
    await page.reload({ waitUntil: 'load' })
    expect(await page.evaluate((all) => contents.lacking(all), digests)).toEqual([digests[1]])
    expect((await page.evaluate(() => contents.packs()))[place]).toBe(3)
  })

  it('are gone when they are deleted', async () => {
    const page = await open()
    const digests = await page.evaluate((all) => contents.put(all, 4096), seeds)
    await page.evaluate((some) => contents.delete(some), digests.slice(0, 6))
    await page.reload({ waitUntil: 'load' })
    expect(await page.evaluate((all) => contents.lacking(all), digests)).toEqual(digests.slice(0, 6))
    expect(await page.evaluate((all) => contents.get(all), digests.slice(6))).toEqual([4096, 4096, 4096])
    await page.evaluate((some) => contents.delete(some), digests)
    expect(await page.evaluate(() => contents.packs())).toEqual({ files: 0, database: 0 })
  })

  it('stay in memory on a full disk, which one warning tells', async () => {
    const page = await open()
    const devtools = await context.newCDPSession(page)
    const { origin } = new URL(served.url)
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3 * mebibyte })
    const kept = await page.evaluate(() => contents.put([100], 1000))
    const digests = await page.evaluate(async (all) => {
      contents.reopen(1_000_000_000)
      return contents.put(all, 1_000_000)
    }, seeds)
    expect(await page.evaluate((all) => contents.get(all), digests)).toEqual(seeds.map(() => 1_000_000))
    expect(await page.evaluate(() => contents.warnings)).toMatchObject([{ code: 'storage-full' }])
    await page.reload({ waitUntil: 'load' })
    expect(await page.evaluate((all) => contents.get(all), kept)).toEqual([1000])
    await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  })
})

describe('files of a browser', () => {
  it('that were damaged by hand cost only the content that is damaged', async () => {
    const page = await open()
    const digests = await page.evaluate((all) => contents.put(all, 4096), seeds)
    await page.evaluate(() => contents.damage(5000))
    await page.reload({ waitUntil: 'load' })
    const expected = [4096, null, ...seeds.slice(2).map(() => 4096)]
    expect(await page.evaluate((all) => contents.get(all), digests)).toEqual(expected)
    await page.reload({ waitUntil: 'load' })
    expect(await page.evaluate((all) => contents.lacking(all), digests)).toEqual([digests[1]])
    await page.evaluate((all) => contents.put(all, 4096), seeds)
    expect(await page.evaluate((all) => contents.get(all), digests)).toEqual(seeds.map(() => 4096))
  })

  it('that the user clears below an open page are lacking, and written anew', async () => {
    const page = await open()
    const large = await page.evaluate(() => contents.put([1], 9_000_000))
    await page.evaluate(() => contents.reopen())
    expect(await page.evaluate((all) => contents.get(all), large)).toEqual([9_000_000])
    await page.evaluate(() => contents.clearFiles())
    expect(await page.evaluate((all) => contents.get(all), large)).toEqual([null])
    await page.evaluate(() => contents.put([1], 9_000_000))
    await page.reload({ waitUntil: 'load' })
    expect(await page.evaluate((all) => contents.get(all), large)).toEqual([9_000_000])
    expect(await page.evaluate(() => contents.packs())).toEqual({ files: 1, database: 0 })
  })

  it('that find the disk full say so, even where what was begun can not be removed', async () => {
    const page = await open()
    const digests = await page.evaluate(async () => {
      FileSystemFileHandle.prototype.createWritable = () =>
        Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'))
      FileSystemDirectoryHandle.prototype.removeEntry = () =>
        Promise.reject(new DOMException('In use.', 'NoModificationAllowedError'))
      return contents.put([1], 4096)
    })
    expect(await page.evaluate(() => contents.warnings)).toMatchObject([{ code: 'storage-full' }])
    expect(await page.evaluate((all) => contents.get(all), digests)).toEqual([4096])
    expect((await page.evaluate(() => contents.packs())).database).toBe(0)
  })

  it('are read still when the browser no longer writes them, and the database is used', async () => {
    const page = await open()
    const first = await page.evaluate(() => contents.put([1], 4096))
    await page.close()
    await forbidWriting()
    const later = await open()
    const second = await later.evaluate(() => contents.put([2], 4096))
    expect(await later.evaluate(() => contents.packs())).toEqual({ files: 1, database: 1 })
    await later.reload({ waitUntil: 'load' })
    expect(await later.evaluate((all) => contents.get(all), [...first, ...second])).toEqual([4096, 4096])
  })
})

describe('persistent storage', () => {
  it('is asked for once, when there is more than 50 MB', async () => {
    const page = await open()
    const asked = await page.evaluate(async () => {
      let count = 0
      StorageManager.prototype.persist = async () => {
        count += 1
        return false
      }
      const counts: number[] = []
      contents.reopen(1_000_000_000)
      for (const seed of [1, 2, 3]) {
        await contents.put([seed], 20_000_000)
        counts.push(count)
      }
      await contents.put([4], 20_000_000)
      return [...counts, count]
    })
    expect(asked).toEqual([0, 0, 1, 1])
    expect(await page.evaluate(() => contents.warnings)).toEqual([])
  })
})
