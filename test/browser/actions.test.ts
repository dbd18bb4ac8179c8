import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DrivenPage, openPage } from '../../examples/support/drive-page.js'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { smallProject } from './small-project.js'

const timeLimit = 90_000

/** Tells the base path that it was built for. */
const build = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const base = process.env.BASE_PATH ?? '/'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/app.js', 'document.title = "it works"')
writeFileSync('dist/index.html', '<p>' + readFileSync('note.txt', 'utf8') + '</p><script src="' + base + 'app.js"></script>')
console.log('\\u001b[32mbuilt\\u001b[0m for ' + base)
`

let emulator: Emulator
let browser: Browser
let server: PageServer
let ide: DrivenPage
let page: Page
let name: string
let number = 0

beforeAll(async () => {
  browser = await launchBrowser()
  emulator = await createEmulator()
}, timeLimit)

afterAll(async () => {
  await browser?.close()
  await emulator?.close()
})

/** The page with a repository and a site of its own. */
beforeEach(async () => {
  number += 1
  name = `hosted-${number}`
  const settings = { ...emulatedSettings(emulator), repository: name, site: name }
  server = await servePage({ settings, project: smallProject(build) })
  ide = await openPage(browser, server.url)
  page = ide.page
  page.setDefaultTimeout(30_000)
}, timeLimit)

afterEach(async () => {
  const { errors } = ide
  await ide.close()
  await server.close()
  expect(errors).toEqual([])
})

const choose = (what: string): Promise<void> => page.getByRole('radio', { name: what }).check()
const shown = async (selector: string): Promise<string> =>
  (await page.locator(selector).first().innerText()).replace(/\s+/g, ' ')
const runs = () => emulator.github.state.actions.runs.filter(({ repository }) => repository.name === name)
const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')

describe('a build on GitHub Actions in the example IDE', () => {
  it(
    'is planned, waits for a click on Approve, is shown step by step, and ends in a live site of GitHub Pages',
    async () => {
      await choose('On GitHub Actions')
      await choose('GitHub Pages')
      await page.locator('tr[data-step=publish-github-pages]').waitFor()
      expect(await shown('tr[data-step=setup-repository] .about')).toBe(
        'Makes the environment production, approved by owner.',
      )
      expect(await shown('tr[data-step=build] .title')).toBe('Build on GitHub Actions')

      await page.locator('[data-action=deploy]').click()
      const approve = page.locator('[data-action=approve-run]')
      await approve.waitFor()
      expect(await shown('.approval')).toContain('The environment production waits for an approval by owner.')
      expect(await page.locator('.approval a').getAttribute('href')).toContain(`/${name}/actions/runs/${runs()[0]?.id}`)
      expect(runs()).toMatchObject([{ status: 'waiting' }])
      const table = page.locator('.steps')
      const before = await table.boundingBox()
      await approve.focus()
      await page.keyboard.press('Enter')
      await expect.poll(focused).toBe('Build on GitHub Actions')
      await page.locator('.run-row[data-status=done]').first().waitFor()
      // What comes and goes in the run moves nothing below it.
      expect((await table.boundingBox())?.y).toBe(before?.y)
      await page.locator('.hero.success').waitFor()

      expect(runs()).toMatchObject([{ status: 'completed', conclusion: 'success' }])
      expect(emulator.github.state.actions.reviews).toMatchObject([{ environment: 'production', state: 'approved' }])
      expect(await shown('.hero .built')).toBe(`Built by run ${runs()[0]?.id} on GitHub Actions`)
      await page.locator('.run-ended summary').click()
      const rows = page.locator('.run-row[data-status=done] .name')
      expect(await rows.allTextContents()).toEqual(
        expect.arrayContaining(['Check out', 'Set up Node', 'Install dependencies', 'Build', 'Keep the output']),
      )
      expect(await page.locator('.run-row:not([data-status=done])').count()).toBe(0)
      await page.locator('.log summary').click()
      const log = await shown('.log ol')
      expect(log).toContain('Environment production: created.')
      expect(log).toContain('The run was approved here.')
      // The terminal shows the end of the log of the job.
      expect(await page.locator('#terminal-deployment .xterm-rows').innerText()).toContain('tabship-output')

      const url = (await page.locator('.live a').getAttribute('href')) ?? ''
      expect(url).toBe(`${emulator.pages.siteUrl('owner')}/${name}/`)
      const site = await browser.newPage()
      await site.goto(url)
      expect(await site.locator('p').innerText()).toBe('first')
      await expect.poll(() => site.title()).toBe('it works')
      await site.close()
    },
    timeLimit,
  )

  it(
    'stops at a click on Reject, and asks again by Try again, also after a reload, which keeps what was chosen',
    async () => {
      await choose('On GitHub Actions')
      await page.locator('[data-action=deploy]').click()
      await page.locator('[data-action=reject-run]').click()
      await page.locator('.hero.failure').waitFor()
      expect(ide.events.at(-1)).toMatchObject({ error: { code: 'build-rejected' } })
      const done = await shown('.deeds')
      expect(done).toContain(`Started run ${runs()[0]?.id} on GitHub Actions.`)
      expect(done).toContain('Set up the environment production: created.')

      await page.getByRole('button', { name: 'Try again' }).click()
      await page.locator('[data-action=approve-run]').waitFor()
      await page.reload()
      expect(await page.getByRole('radio', { name: 'On GitHub Actions' }).isChecked()).toBe(true)
      await page.locator('[data-action=resume]:enabled').click()
      await page.locator('[data-action=approve-run]').click()
      await page.locator('.hero.success').waitFor()
      const resumes = ide.events.filter((event) => event.type === 'deployment-resume')
      expect(resumes.map(({ differences }) => differences)).toEqual([[], [], []])
      expect(runs()).toMatchObject([{ attempt: 2, conclusion: 'success' }])
      expect(await (await emulator.fetch(emulator.netlify.siteUrl(name))).text()).toContain('<p>first')
    },
    timeLimit,
  )

  it(
    'needs no approval where nobody is named, and says what the log says where it fails',
    async () => {
      await page.evaluate(() => container.fs.writeFile('build.js', "throw new Error('no such harbour')"))
      await choose('On GitHub Actions')
      await page.locator('.settings summary').click()
      await page.getByLabel('Actions wait for').fill('')
      await page.getByLabel('Actions wait for').press('Tab')
      await ide.deploy()
      expect(ide.events.some(({ type }) => type === 'approval-wait')).toBe(false)
      expect(await shown('.hero.failure .message')).toContain('The build on GitHub Actions failed in "Build"')
      expect(await shown('.hero.failure pre')).toContain('Error: no such harbour')
      const failed = page.locator('.run-row[data-status=failed] .name')
      expect(await failed.allTextContents()).toEqual(['Build', 'Build'])
      expect(await page.locator('.run-row[data-status=skipped] .name').allTextContents()).toContain('Keep the output')
    },
    timeLimit,
  )
})
