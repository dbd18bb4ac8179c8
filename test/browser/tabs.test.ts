import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Emulator } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../support/browser-module.js'
import { type EndState, endStateOf } from './end-state.js'
import type { Report } from './lab-page.js'
import { changedFiles, openEmulator, setupOf } from './lab-setup.js'

let emulator: Emulator
let served: ServedModule
let browser: Browser
let context: BrowserContext
let page: Page
/** What a deployment leaves that nobody disturbs. */
let expected: EndState

beforeAll(async () => {
  served = await serveModule(new URL('./lab-page.ts', import.meta.url))
  browser = await launchBrowser()
  emulator = await openEmulator()
  context = await browser.newContext()
  const report = await deploy(await openModule(context, served))
  expect(report.error).toBeNull()
  expected = await endStateOf(emulator)
  await context.close()
  await emulator.close()
})

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

beforeEach(async () => {
  emulator = await openEmulator()
  context = await browser.newContext()
  page = await openModule(context, served)
})

afterEach(async () => {
  await context?.close()
  await emulator?.close()
})

type Options = Parameters<typeof setupOf>[1]

const deploy = (where: Page, options: Options = {}): Promise<Report> =>
  where.evaluate((setup) => labPage.deploy(setup), setupOf(emulator, options))

/** Begins a deployment whose build waits. @returns what resolves with its end, in an object so that nobody waits for it here. */
async function begin(where: Page, options: Options = {}): Promise<{ done: Promise<Report> }> {
  const done = deploy(where, { holdBuild: true, ...options })
  done.catch(() => undefined) // it ends with its page
  await where.evaluate(() => labPage.event('step-start', 'build'))
  return { done }
}

const resume = (where: Page, options: Options = {}) =>
  where.evaluate((setup) => labPage.resume(setup), setupOf(emulator, { start: Date.UTC(2024, 0, 1, 1), ...options }))

/** Follows it from a page. @returns what resolves with its end, once the first event was told. */
async function follow(where: Page, id = 'first') {
  const done = where.evaluate((followed) => labPage.follow(followed), id)
  await where.evaluate(() => labPage.following())
  return { done }
}

const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type)

describe('two tabs', () => {
  it('do not deploy the same site at the same time: the second is told which deployment runs', async () => {
    const first = await begin(page)
    const other = await openModule(context, served)
    const refused = await deploy(other, { id: 'second', files: changedFiles })
    expect(refused.error).toMatchObject({ code: 'deployment-running', details: { deployment: 'first' } })
    expect(refused.error?.hint).toContain('first')
    await page.evaluate(() => labPage.release())
    expect((await first.done).error).toBeNull()
    expect(await endStateOf(emulator)).toEqual(expected)
    const second = await deploy(other, { id: 'third', files: changedFiles })
    expect(second.error).toBeNull()
  })

  it('see the same events in the same order, those from before and those that come', async () => {
    const first = await begin(page)
    const other = await openModule(context, served)
    const followed = await follow(other)
    await page.evaluate(() => labPage.release())
    const { events } = await first.done
    expect(await followed.done).toEqual({ ended: 'ended', events })
    const late = await openModule(context, served)
    expect(await (await follow(late)).done).toEqual({ ended: 'ended', events })
    expect(await late.evaluate(() => labPage.deployments())).toMatchObject([{ id: 'first', state: 'success' }])
  })

  it('take over: when one is closed in the middle, the other one knows and goes on', async () => {
    await begin(page)
    const other = await openModule(context, served)
    const followed = await follow(other)
    expect(await other.evaluate(() => labPage.deployments())).toMatchObject([{ id: 'first', state: 'running' }])
    await page.close()
    const { ended, events } = await followed.done
    expect(ended).toBe('orphaned')
    expect(typesOf(events)).not.toContain('deployment-end')
    const report = await resume(other)
    expect(report).toMatchObject({ outcome: 'success', needsContainer: true })
    expect(await endStateOf(emulator)).toEqual(expected)
  })

  it('take over once where two want to: one goes on, and the other one is told', async () => {
    await begin(page)
    const others = [await openModule(context, served), await openModule(context, served)]
    const followed = await Promise.all(others.map((other) => follow(other)))
    await page.close()
    await Promise.all(followed.map(({ done }) => done))
    // In real time: who resumes waits for a lock that a follower holds for a moment.
    const reports = await Promise.all(others.map((other) => resume(other, { pace: 1 })))
    const outcomes = reports.map((report) => ('known' in report ? report.known : (report.error?.code ?? 'went on')))
    expect(outcomes.filter((outcome) => outcome === 'went on')).toHaveLength(1)
    expect(['running', 'success', 'deployment-running', 'deployment-ended']).toEqual(
      expect.arrayContaining(outcomes.filter((outcome) => outcome !== 'went on')),
    )
    expect(await endStateOf(emulator)).toEqual(expected)
  })

  it('may cancel what the other one runs', async () => {
    const first = await begin(page)
    const other = await openModule(context, served)
    const followed = await follow(other)
    await other.evaluate(() => labPage.cancelFollowed('Enough.'))
    const report = await first.done
    expect(report).toMatchObject({ outcome: 'canceled', error: { code: 'aborted', message: 'Enough.' } })
    expect(await followed.done).toEqual({ ended: 'ended', events: report.events })
    expect(await other.evaluate(() => labPage.deployments())).toMatchObject([{ id: 'first', state: 'canceled' }])
    expect(emulator.netlify.state.deploys.size).toBe(0)
  })
})

describe('a reload in the middle of a deployment', () => {
  it('is survived: the page finds what it left, and goes on', async () => {
    await begin(page)
    await page.reload()
    const report = await resume(page)
    expect(report).toMatchObject({ outcome: 'success', needsContainer: true })
    expect(await endStateOf(emulator)).toEqual(expected)
  })

  it('is survived without a container once the build has ended', async () => {
    await page.route('**/api/v1/sites/*/deploys**', () => undefined)
    const sent = page.waitForRequest('**/api/v1/sites/*/deploys**')
    deploy(page).catch(() => undefined) // it ends with its page
    await sent
    await page.unroute('**/api/v1/sites/*/deploys**')
    await page.reload()
    const report = await resume(page)
    expect(report).toMatchObject({ outcome: 'success', needsContainer: false })
    expect(await endStateOf(emulator)).toEqual(expected)
  })
})

describe('a page without a network', () => {
  it('waits, says so, and goes on when it is back', async () => {
    const first = await begin(page)
    await context.setOffline(true)
    await page.evaluate(() => labPage.release())
    await page.evaluate(() => labPage.event('network-offline'))
    await context.setOffline(false)
    const { error, events } = await first.done
    expect(error).toBeNull()
    const network = events.filter(({ type }) => type.startsWith('network-'))
    expect(typesOf(network)).toEqual(['network-offline', 'network-online'])
    expect(typesOf(events)).not.toContain('step-error')
    expect(await endStateOf(emulator)).toEqual(expected)
  })

  it('loses no upload that was on its way', async () => {
    const uploads = '**/api/v1/deploys/*/files/**'
    let lose: () => void = () => undefined
    const lost = new Promise<void>((resolve) => {
      lose = resolve
    })
    await page.route(
      uploads,
      async (route) => {
        await lost
        await route.abort('internetdisconnected')
      },
      { times: 1 },
    )
    const uploading = page.waitForRequest(uploads)
    const done = deploy(page)
    await uploading
    await context.setOffline(true)
    lose()
    await page.evaluate(() => labPage.event('network-offline'))
    await context.setOffline(false)
    const { error, events } = await done
    expect(error).toBeNull()
    expect(typesOf(events)).toContain('network-online')
    expect(await endStateOf(emulator)).toEqual(expected)
  })
})

describe('what the browser stores', () => {
  it('holds the deployment and its files, and no token', async () => {
    const report = await deploy(page)
    expect(report.error).toBeNull()
    const stored = await page.evaluate(() => labPage.stored())
    expect(stored).toContain('commit-ready')
    expect(stored).toContain('console.log("shop")')
    expect(stored).not.toContain(emulator.token)
    expect(stored).not.toContain(btoa(`x-access-token:${emulator.token}`))
    expect(stored).not.toMatch(/authorization|bearer/i)
  })
})

describe('leaving the page', () => {
  it('is asked about while a deployment runs, and not any more after it', async () => {
    const first = await begin(page, { confirmLeave: true })
    // Browsers ask only where somebody has done something in the page.
    await page.mouse.click(5, 5)
    const asked = page.waitForEvent('dialog')
    await page.evaluate(() => void setTimeout(() => location.reload()))
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await page.evaluate(() => labPage.release())
    expect((await first.done).error).toBeNull()
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.type())
      return dialog.accept()
    })
    await page.reload()
    expect(dialogs).toEqual([])
  })
})

describe('a browser without a database', () => {
  it('deploys all the same, and says once that a closed tab may lose it', async () => {
    await context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The user denied permission to access the database.', 'SecurityError')
      }
    })
    await page.reload()
    const { error, events } = await deploy(page)
    expect(error).toBeNull()
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
    expect(warnings.filter((code) => code === 'journal-not-written')).toHaveLength(1)
    expect(new Set(warnings).size).toBe(warnings.length)
    expect(await endStateOf(emulator)).toEqual(expected)
  })
})

describe('a browser that loses what it stored in the middle of a deployment', () => {
  it('deploys all the same where its database breaks', async () => {
    const first = await begin(page)
    await page.evaluate(() => {
      IDBDatabase.prototype.transaction = () => {
        throw new DOMException('Internal error.', 'UnknownError')
      }
    })
    await page.evaluate(() => labPage.release())
    const { error, events } = await first.done
    expect(error).toBeNull()
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
    expect(warnings).toContain('journal-not-written')
    expect(new Set(warnings).size).toBe(warnings.length)
    expect(await endStateOf(emulator)).toEqual(expected)
  })

  it('deploys all the same where the user clears the data of the site', async () => {
    const first = await begin(page)
    const session = await context.newCDPSession(page)
    await session.send('Storage.clearDataForOrigin', { origin: new URL(served.url).origin, storageTypes: 'all' })
    await page.evaluate(() => labPage.release())
    expect((await first.done).error).toBeNull()
    expect(await endStateOf(emulator)).toEqual(expected)
  })
})
