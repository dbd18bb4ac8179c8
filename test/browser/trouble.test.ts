import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DrivenPage, openPage } from '../../examples/support/drive-page.js'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { createRuntime, type Runtime } from '../../src/emulator/runtime/runtime.js'
import { launchBrowser } from '../support/browser.js'
import { endlessBuild, quickBuild, smallProject } from './small-project.js'

const timeLimit = 120_000

let emulator: Emulator
let runtime: Runtime
let server: PageServer
let browser: Browser
let ide: DrivenPage
let page: Page
let number = 0

beforeAll(async () => {
  browser = await launchBrowser()
  emulator = await createEmulator()
}, timeLimit)

afterAll(async () => {
  await browser?.close()
  await emulator?.close()
})

/** Opens the page with a repository and a site of its own. */
async function open(build: string): Promise<void> {
  number += 1
  const name = `trouble-${number}`
  const settings = { ...emulatedSettings(emulator), repository: name, site: name, emulatedRuntime: runtime.url }
  server = await servePage({ settings, project: smallProject(build) })
  ide = await openPage(browser, server.url)
  page = ide.page
  page.setDefaultTimeout(20_000)
}

beforeEach(async () => {
  runtime = await createRuntime()
})

afterEach(async () => {
  await page.close()
  await server.close()
  await runtime.close()
})

const repository = (): string => `owner/trouble-${number}`
const write = (path: string, text: string): Promise<void> =>
  page.evaluate(([file, content]) => container.fs.writeFile(file, content), [path, text] as const)

describe('a container that is lost in the middle of a build', () => {
  it(
    'ends the deployment at once, and the page says that only a reload helps',
    async () => {
      await open(endlessBuild)
      const building = ide.next('process-output')
      const end = ide.next('deployment-end')
      await page.locator('[data-action=deploy]').click()
      await building
      const start = Date.now()
      await runtime.close()
      await end
      expect(Date.now() - start).toBeLessThan(5_000)
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'failure', error: { code: 'container-lost' } })
      await page.getByText('Container lost – reload').waitFor()
      await page.locator('[data-action=reload]').waitFor()
      expect(await page.locator('[data-action=deploy]').isDisabled()).toBe(true)
      expect(ide.errors).toEqual([])
    },
    timeLimit,
  )

  it(
    'is noticed while nothing is deployed',
    async () => {
      await open(quickBuild)
      await page.locator('#terminal-shell .xterm-rows').filter({ hasText: /\S/ }).waitFor()
      await runtime.close()
      await page.getByText('Container lost – reload').waitFor()
      expect(ide.errors).toEqual([])
    },
    timeLimit,
  )
})

describe('a deployment that is under way', () => {
  it(
    'says after a click on Cancel what was done, and which steps were not run',
    async () => {
      await open(endlessBuild)
      const created = ide.next('repository-ready')
      const building = ide.next('process-output')
      await page.locator('[data-action=deploy]').click()
      await Promise.all([created, building])
      await page.locator('[data-action=cancel]').click()
      await page.locator('.hero.canceled').waitFor()
      expect(await page.locator('.deeds').textContent()).toContain(`Created the repository ${repository()}.`)
      expect(await page.locator('.deeds a').first().getAttribute('href')).toContain(repository())
      const skipped = page.locator('tr[data-step=commit]')
      expect(await skipped.getAttribute('data-status')).toBe('skipped')
      expect(await skipped.locator('.about').textContent()).toBe('Not run.')
      expect(await skipped.locator('td').allTextContents()).toEqual(['', '', ''])
    },
    timeLimit,
  )

  it(
    'says that it is being canceled while the provider is told, and links to the commit that stands',
    async () => {
      await open(quickBuild)
      let release: () => void = () => undefined
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      await page.route('**/api/v1/deploys/*/files/**', () => undefined)
      await page.route('**/api/v1/deploys/*/cancel', async (route) => {
        await released
        await route.continue()
      })
      const committed = ide.next('commit-ready')
      const uploading = page.waitForRequest('**/api/v1/deploys/*/files/**')
      await page.locator('[data-action=deploy]').click()
      await Promise.all([committed, uploading])
      await page.locator('[data-action=cancel]').click()
      await page.getByRole('button', { name: 'Canceling…' }).waitFor()
      release()
      await page.locator('.hero.canceled').waitFor()
      const commit = ide.events.findLast((event) => event.type === 'commit-ready')?.commit
      expect(await page.locator('.deeds').textContent()).toContain(`Committed ${commit?.oid.slice(0, 7)} to main.`)
      expect(await page.locator(`.deeds a[href="${commit?.url}"]`).count()).toBe(1)
    },
    timeLimit,
  )

  it(
    'keeps Run waiting, and asks before the page is left',
    async () => {
      await open(endlessBuild)
      const building = ide.next('process-output')
      await page.locator('[data-action=deploy]').click()
      await building
      expect(await page.locator('[data-action=run]').isDisabled()).toBe(true)
      expect(await page.locator('[data-action=run]').getAttribute('title')).toContain('A deployment is under way.')
      const asked = page.waitForEvent('dialog')
      await page.evaluate(() => void setTimeout(() => location.reload()))
      const dialog = await asked
      expect(dialog.type()).toBe('beforeunload')
      await dialog.dismiss()
      const end = ide.next('deployment-end')
      await page.locator('[data-action=cancel]').click()
      await end
      await page.locator('[data-action=run]:enabled').waitFor()
    },
    timeLimit,
  )

  it(
    'waits while Run installs dependencies, and says why',
    async () => {
      await open(quickBuild)
      await write('.npmrc', 'ignore-scripts=false\n')
      await write('slow.js', 'setInterval(() => undefined, 1000)\n')
      const manifest = {
        name: 'small',
        version: '1.0.0',
        scripts: { preinstall: 'node slow.js', dev: 'node server.js' },
      }
      await write('package.json', JSON.stringify(manifest))
      await page.locator('[data-action=run]').click()
      await page.getByRole('tab', { name: 'Deploy', exact: true }).click()
      await page.getByText('Run is installing dependencies.').waitFor()
      expect(await page.locator('[data-action=deploy]').isDisabled()).toBe(true)
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.locator('[data-action=deploy]:enabled').waitFor()
    },
    timeLimit,
  )
})

describe('a commit of somebody else between two deployments', () => {
  it(
    'is a conflict, stays one, and is built upon only by choice',
    async () => {
      await open(quickBuild)
      await ide.deploy()
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'success' })
      const theirs = await emulator.github.state.commit({
        repository: repository(),
        message: 'Correct the note',
        author: { name: 'Ada', email: 'ada@example.org' },
        files: { 'note.txt': 'corrected\n' },
      })
      await write('note.txt', 'mine\n')
      for (const attempt of ['first', 'second']) {
        await ide.deploy()
        expect(ide.events.at(-1), attempt).toMatchObject({ outcome: 'failure', error: { code: 'branch-moved' } })
      }
      expect(await emulator.github.state.head(repository())).toBe(theirs)
      const shown = (await page.locator('.hero.failure').innerText()).replace(/\s+/g, ' ')
      expect(shown).toContain(theirs.slice(0, 7))
      expect(shown).toContain('Correct the note')
      expect(shown).not.toContain(theirs)
      expect(await page.locator('.standing a').getAttribute('href')).toContain(theirs)
      expect(shown).toContain('Nothing: no commit and no release was made.')

      await page.getByRole('button', { name: 'Use their commit as base' }).click()
      await page.getByText(`The next deployment builds on ${theirs.slice(0, 7)}.`).waitFor()
      await ide.deploy()
      const commit = ide.events.findLast((event) => event.type === 'commit-ready')?.commit
      expect(commit?.parent).toBe(theirs)
      expect(await emulator.github.state.head(repository())).toBe(commit?.oid)
    },
    timeLimit,
  )

  it(
    'is met on top of it, or with a pull request where both have changed the same, each by one click',
    async () => {
      await open(quickBuild)
      await ide.deploy()
      const commitTheirs = (files: Record<string, string>) =>
        emulator.github.state.commit({
          repository: repository(),
          message: 'Add a chart',
          author: { name: 'Ada', email: 'ada@example.org' },
          files,
        })
      const theirs = await commitTheirs({ 'chart.txt': 'five fathoms\n' })
      await write('note.txt', 'mine\n')
      await ide.deploy()
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'failure', error: { code: 'branch-moved' } })
      await ide.deployBy('[data-action=rebase]')
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'success' })
      const made = ide.events.findLast((event) => event.type === 'commit-ready')?.commit
      expect(made).toMatchObject({ parent: theirs, changes: { deleted: 0 } })
      expect(await page.locator('.deploy-content').textContent()).toContain(theirs.slice(0, 7))

      // Their chart is not in this project, and stays on the branch all the same.
      await write('note.txt', 'mine, later\n')
      await ide.deploy()
      const later = ide.events.findLast((event) => event.type === 'commit-ready')?.commit
      expect(later).toMatchObject({ parent: made?.oid, changes: { added: 0, changed: 1, deleted: 0 } })

      const head = await commitTheirs({ 'note.txt': 'theirs\n' })
      await write('note.txt', 'mine, last\n')
      await ide.deploy()
      await ide.deployBy('[data-action=rebase]')
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'failure', error: { details: { paths: ['note.txt'] } } })
      expect(await page.locator('.hero.failure .paths').innerText()).toBe('note.txt')
      await ide.deployBy('[data-action=branch]')
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'success' })
      expect(await emulator.github.state.head(repository())).toBe(head)
      const own = ide.events.findLast((event) => event.type === 'commit-ready')?.commit
      expect(own).toMatchObject({ parent: later?.oid, changes: { added: 0, changed: 1, deleted: 0 } })
      expect(await page.locator('.pull-request a').getAttribute('href')).toContain('/pull/1')
    },
    timeLimit,
  )

  it(
    'is a conflict in a tab that knows of no commit yet, and seeing it twice does not make it known',
    async () => {
      await open(quickBuild)
      await ide.deploy()
      const theirs = await emulator.github.state.commit({
        repository: repository(),
        message: 'Add a chart',
        author: { name: 'Ada', email: 'ada@example.org' },
        files: { 'chart.txt': 'five fathoms\n' },
      })
      const fresh = await openPage(browser, server.url)
      for (const attempt of ['first', 'second']) {
        await fresh.deploy()
        expect(fresh.events.at(-1), attempt).toMatchObject({ outcome: 'failure', error: { code: 'branch-foreign' } })
      }
      expect(await emulator.github.state.head(repository())).toBe(theirs)
      expect(await fresh.page.locator('.hero.failure').textContent()).toContain('delete 1 file of theirs')
      await fresh.page.getByRole('button', { name: 'Use their commit as base' }).click()
      await fresh.deploy()
      expect(fresh.events.at(-1)).toMatchObject({ outcome: 'success' })
      expect(fresh.events.findLast((event) => event.type === 'commit-ready')?.commit.parent).toBe(theirs)
      await fresh.close()
    },
    timeLimit,
  )

  it(
    'is a conflict too when it was made in another tab',
    async () => {
      await open(quickBuild)
      const other = await openPage(browser, server.url)
      await ide.deploy()
      await other.deploy()
      await other.page.evaluate(() => container.fs.writeFile('note.txt', 'other\n'))
      await other.deploy()
      expect(other.events.at(-1)).toMatchObject({ outcome: 'success' })
      const head = await emulator.github.state.head(repository())
      await write('note.txt', 'mine\n')
      await ide.deploy()
      expect(ide.events.at(-1)).toMatchObject({ outcome: 'failure', error: { code: 'branch-moved' } })
      expect(await emulator.github.state.head(repository())).toBe(head)
      await other.close()
    },
    timeLimit,
  )
})
