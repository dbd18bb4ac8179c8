import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { indexedDbJournal } from '../../src/journal/indexed-db.js'
import { launchBrowser, launchPersistent } from '../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../support/browser-module.js'
import { thrownBy } from '../support/thrown-by.js'
import { journalCases } from './conformance.js'
import type { JournalPage } from './page.js'

declare global {
  var journalPage: JournalPage
}

let served: ServedModule
let browser: Browser
let context: BrowserContext
let page: Page

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
  page = await openModule(context, served)
})

afterEach(() => context.close())

describe('a journal in IndexedDB', () => {
  it.each(journalCases)('$title', async ({ title, facts }) => {
    expect(await page.evaluate((name) => journalPage.runCase(name), title)).toEqual(facts)
  })

  it('keeps what was written after its page is closed', async () => {
    await page.evaluate(() => journalPage.write({ a: 1, b: { list: [2] } }))
    await page.close({ runBeforeUnload: false })
    const next = await openModule(context, served)
    expect(await next.evaluate(() => journalPage.read('b'))).toEqual({ list: [2] })
  })

  it('keeps what was written after the browser is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tabship-journal-'))
    try {
      const first = await launchPersistent(folder)
      await (await openModule(first, served)).evaluate(() => journalPage.write({ a: 'kept' }))
      await first.close()
      const second = await launchPersistent(folder)
      const read = (await openModule(second, served)).evaluate(() => journalPage.read('a'))
      expect(await read.finally(() => second.close())).toBe('kept')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('has written all or nothing where the page is closed in the middle', async () => {
    await page.evaluate(() => {
      const entries = Array.from({ length: 2000 }, (_, index) => [`many/${index}`, 'x'.repeat(500)])
      void journalPage.write(Object.fromEntries(entries))
    })
    await page.close()
    const next = await openModule(context, served)
    expect([0, 2000]).toContain((await next.evaluate(() => journalPage.keys('many/'))).length)
  })

  it('is read and written by two pages', async () => {
    const other = await openModule(context, served)
    await Promise.all([
      page.evaluate(() => journalPage.write({ a: 1 })),
      other.evaluate(() => journalPage.write({ b: 2 })),
    ])
    expect(await page.evaluate(() => journalPage.read('b'))).toBe(2)
    expect(await other.evaluate(() => journalPage.keys(''))).toEqual(['a', 'b'])
  })
})

describe('a journal whose database is closed', () => {
  it('opens it anew after the data of the site were cleared', async () => {
    await page.evaluate(() => journalPage.write({ a: 1 }))
    const devtools = await context.newCDPSession(page)
    const origin = new URL(served.url).origin
    await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
    expect(await page.evaluate(() => journalPage.read('a'))).toBeUndefined()
    await page.evaluate(() => journalPage.write({ b: 2 }))
    expect(await page.evaluate(() => journalPage.keys(''))).toEqual(['b'])
  })

  it('carries out what is under way while the data of the site are cleared', async () => {
    const devtools = await context.newCDPSession(page)
    const { origin } = new URL(served.url)
    for (let round = 0; round < 3; round += 1) {
      await page.evaluate(() => journalPage.write({ last: false }))
      const written = page.evaluate(async () => {
        // Write after write, so that the connection is closed in the middle of one.
        for (let number = 0; number < 1000; number += 1) await journalPage.write({ number })
        await journalPage.write({ last: true })
      })
      await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
      await written
      expect(await page.evaluate(() => journalPage.read('last'))).toBe(true)
    }
  })

  it('lets another tab delete it, and opens it anew', async () => {
    await page.evaluate(() => journalPage.write({ a: 1 }))
    const other = await openModule(context, served)
    await other.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase(journalPage.databaseName)
          request.onsuccess = () => resolve()
          request.onblocked = () => reject(new Error('It is blocked.'))
        }),
    )
    expect(await page.evaluate(() => Promise.all([journalPage.read('a'), journalPage.keys('')]))).toEqual([
      undefined,
      [],
    ])
    await page.evaluate(() => journalPage.write({ b: 2 }))
    expect(await other.evaluate(() => journalPage.read('b'))).toBe(2)
  })

  it('says so where another tab keeps it from being opened, and works once that is over', async () => {
    const other = await openModule(context, served)
    await other.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open(journalPage.databaseName)
          opening.onsuccess = () => {
            // Does not give way, so the deletion waits, and everyone who opens waits for the deletion.
            const deletion = indexedDB.deleteDatabase(journalPage.databaseName)
            deletion.onblocked = () => resolve()
          }
        }),
    )
    const failure = await page.evaluate(() => journalPage.failureOf(() => journalPage.impatient.read('a')))
    expect(failure).toMatchObject({ code: 'storage-unavailable', retryable: true, details: { reason: 'TimeoutError' } })
    await other.close()
    await page.evaluate(() => journalPage.write({ a: 1 }))
    expect(await page.evaluate(() => journalPage.read('a'))).toBe(1)
  })
})

describe('a journal that has no storage', () => {
  it.each([
    ['missing', 'ReferenceError'],
    ['forbidden', 'SecurityError'],
    ['broken', 'UnknownError'],
  ] as const)('says so where the database is %s, and works once it is back', async (how, reason) => {
    const failures = await page.evaluate(async (kind) => {
      const { prototype } = IDBFactory
      const { open } = prototype
      const own = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB') as PropertyDescriptor
      if (kind === 'missing') Reflect.deleteProperty(globalThis, 'indexedDB')
      if (kind === 'forbidden') {
        prototype.open = () => {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        }
      }
      if (kind === 'broken') {
        prototype.open = () => {
          const request = { error: new DOMException('Internal error.', 'UnknownError'), onerror: () => undefined }
          queueMicrotask(() => request.onerror())
          return request as unknown as IDBOpenDBRequest
        }
      }
      const calls = [() => journalPage.read('a'), () => journalPage.write({ a: 1 }), () => journalPage.keys('')]
      const found = []
      for (const call of calls) found.push(await journalPage.failureOf(call))
      prototype.open = open
      Object.defineProperty(globalThis, 'indexedDB', own)
      await journalPage.write({ a: 'works' })
      return found
    }, how)
    expect(failures).toHaveLength(3)
    for (const failure of failures) {
      expect(failure).toMatchObject({ name: 'JournalError', code: 'storage-unavailable', details: { reason } })
      expect(failure.hint).toContain('Allow this page to store data')
    }
    expect(await page.evaluate(() => journalPage.read('a'))).toBe('works')
  })

  it('says so in Node, and only when it is used', async () => {
    const journal = indexedDbJournal('tabship')
    for (const call of [() => journal.read('a'), () => journal.write(new Map()), () => journal.keys('')]) {
      expect(await thrownBy(call())).toMatchObject({ name: 'JournalError', code: 'storage-unavailable' })
    }
  })
})

describe('a journal whose storage is full', () => {
  const full = { name: 'JournalError', code: 'storage-full', retryable: false, cause: /QuotaExceededError/ }

  it('says so, keeps what it had, and works once there is room', async () => {
    const devtools = await context.newCDPSession(page)
    const { origin } = new URL(served.url)
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 })
    await page.evaluate(() => journalPage.write({ a: 1 }))
    const failure = await page.evaluate(() => journalPage.failureOf(() => journalPage.fill('b', 5_000_000)))
    expect(failure).toMatchObject({ ...full, cause: expect.stringMatching(full.cause) })
    expect(failure.hint).toContain('Free space')
    await devtools.send('Storage.overrideQuotaForOrigin', { origin })
    expect(await page.evaluate(() => Promise.all([journalPage.read('a'), journalPage.keys('')]))).toEqual([1, ['a']])
    await page.evaluate(() => journalPage.fill('b', 5_000_000))
    expect(await page.evaluate(() => journalPage.keys(''))).toEqual(['a', 'b'])
  })

  it('has written nothing where there was room for some of many', async () => {
    const [failure, keys] = await page.evaluate(async () => {
      const { prototype } = IDBObjectStore
      const { put } = prototype
      let puts = 0
      prototype.put = function (this: IDBObjectStore, ...given: Parameters<typeof put>) {
        puts += 1
        if (puts === 3) throw new DOMException('Quota exceeded.', 'QuotaExceededError')
        return put.apply(this, given)
      }
      const found = await journalPage.failureOf(() => journalPage.write({ a: 1, b: 2, c: 3, d: 4 }))
      prototype.put = put
      return [found, await journalPage.keys('')] as const
    })
    expect(failure).toMatchObject({ ...full, cause: expect.stringMatching(full.cause) })
    expect(keys).toEqual([])
  })
})
