import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSite, missingAssets, servedFiles } from '../../examples/support/compare-site.js'
import { type DrivenPage, openPage } from '../../examples/support/drive-page.js'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { encodePath, readProject } from '../../examples/support/project-files.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import type { DeploymentEvent } from '../../src/index.js'
import { launchBrowser } from '../support/browser.js'

const run = promisify(execFile)
/** Milliseconds that a deployment may take in a browser, on a machine that is busy. */
const timeLimit = 240_000

let emulator: Emulator
let server: PageServer
let browser: Browser
let ide: DrivenPage
let project: Map<string, Uint8Array>

/** Opens the page and clicks Deploy once: what most of the tests look at. */
beforeAll(async () => {
  emulator = await createEmulator()
  project = await readProject()
  server = await servePage({ settings: emulatedSettings(emulator), project })
  browser = await launchBrowser()
  ide = await openPage(browser, server.url)
  await ide.deploy()
}, timeLimit)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await emulator?.close()
})

describe('a click on Deploy in the example IDE', () => {
  it('reports every step in order, and its end exactly once', () => {
    const events = deployments(ide.events)[0] ?? []
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index))
    expect(typesOf(events, null)).toEqual(['deployment-start', 'plan-create', 'deployment-end'])
    expect(typesOf(events, 'detect')).toEqual(['step-start', 'project-detect', 'step-end'])
    expect(typesOf(events, 'source')).toEqual(['step-start', 'files-collect', 'step-end'])
    expect(typesOf(events, 'repository')).toEqual(['step-start', 'repository-ready', 'step-end'])
    expect(typesOf(events, 'site-netlify')).toEqual(['step-start', 'site-ready', 'step-end'])
    expect(typesOf(events, 'install')).toEqual(['step-start', 'process-start', 'process-end', 'step-end'])
    expect(typesOf(events, 'build')).toEqual(['step-start', 'process-start', 'process-end', 'step-end'])
    expect(typesOf(events, 'collect')).toEqual(['step-start', 'files-collect', 'step-end'])
    expect(typesOf(events, 'commit')).toEqual(['step-start', 'plan-update', 'commit-ready', 'step-end'])
    expect(typesOf(events, 'publish-netlify')).toEqual([
      'step-start',
      'plan-update',
      'upload-start',
      'release-state',
      'release-create',
      'step-end',
    ])
    expect(typesOf(events, 'verify-netlify')).toEqual(['step-start', 'release-verify', 'step-end'])
    const ends = events.filter((event) => event.type === 'deployment-end')
    expect(ends).toEqual([expect.objectContaining({ outcome: 'success', sequence: events.length - 1 })])
  })

  it('starts each step of the plan after the steps that it needs', () => {
    const events = deployments(ide.events)[0] ?? []
    const plan = events.find((event) => event.type === 'plan-create')?.plan
    const at = (type: string, step: string): number =>
      events.findIndex((event) => event.type === type && event.step === step)
    expect(plan?.steps.length).toBeGreaterThan(0)
    for (const step of plan?.steps ?? []) {
      expect(at('step-start', step.id), step.id).toBeGreaterThan(0)
      for (const need of step.needs) {
        expect(at('step-end', need), need).toBeGreaterThan(0)
        expect(at('step-end', need), step.id).toBeLessThan(at('step-start', step.id))
      }
    }
  })

  it('shows the end with links to the site, the repository and the commit', async () => {
    const { result, commit, repository } = outcome(ide.events)
    const { page } = ide
    expect((await page.locator('.runtime').textContent())?.trim()).toBe(
      'Demo: builds on this machine; GitHub and Netlify are emulated',
    )
    expect(await page.locator('.live a').getAttribute('href')).toBe(result.url)
    expect(await page.locator('.repository a').getAttribute('href')).toBe(repository.url)
    expect(await page.locator('.commit a').getAttribute('href')).toBe(commit.url)
    expect(await page.locator('tr[data-status=done]').count()).toBe(await page.locator('tr[data-step]').count())
  })

  it('serves what was built, and the image and the font as they are in the source', async () => {
    const built = servedFiles(await ide.readFolder('dist'))
    expect(await compareSite(outcome(ide.events).result.url ?? '', built, emulator.fetch)).toEqual([])
    expect(missingAssets(project, built, /^src\/.*\.(png|woff2)$/)).toEqual([])
    expect(built.get('empty.txt')?.length).toBe(0)
  })

  it('puts a site live that works in a browser', async () => {
    const page = await browser.newPage()
    const loaded = page.waitForResponse((response) => response.url().includes('tide-chart'))
    await page.goto(outcome(ide.events).result.url ?? '')
    await page.getByRole('button').click()
    expect((await loaded).status()).toBe(200)
    await page.locator('.tide svg').waitFor()
    const facts = await page.evaluate(() => ({
      image: document.images[0]?.naturalWidth,
      font: document.fonts.check('16px Fraunces'),
    }))
    expect(facts).toEqual({ image: 960, font: true })
    await page.close()
  })

  it('commits exactly the files of the project, in a repository that git finds sound', async () => {
    const { repository } = outcome(ide.events)
    const folder = await mkdtemp(join(tmpdir(), 'tabship-clone-'))
    try {
      const login = Buffer.from(`x-access-token:${emulator.token}`).toString('base64')
      const address = `${emulator.git.url}/${repository.fullName}.git`
      await run('git', ['-c', `http.extraHeader=Authorization: Basic ${login}`, 'clone', address, folder])
      expect((await run('git', ['-C', folder, 'fsck', '--full', '--strict'])).stdout).toBe('')
      const { stdout } = await run('git', ['-C', folder, 'ls-files', '-z'])
      const paths = stdout.split('\0').filter(Boolean).sort()
      expect(paths).toEqual([...project.keys()].sort())
      for (const path of paths) {
        expect(Buffer.compare(await readFile(join(folder, path)), project.get(path) ?? Buffer.of()), path).toBe(0)
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it(
    'sends nothing again when nothing has changed',
    async () => {
      const before = outcome(ide.events)
      await ide.deploy()
      const after = outcome(ide.events)
      expect(deployments(ide.events)).toHaveLength(2)
      expect(after.result.releases.map((release) => release.uploaded)).toEqual([{ files: 0, bytes: 0 }])
      expect(after.commit).toMatchObject({ oid: before.commit.oid, created: false })
      expect(await ide.page.locator('.outcome').textContent()).toContain('Nothing new to upload')
    },
    timeLimit,
  )

  it(
    'shows what broke a build and what to do about it',
    async () => {
      const { page } = ide
      await page.getByRole('treeitem', { name: 'lights.ts' }).click()
      const editor = page.getByRole('textbox', { name: 'src/lights.ts' })
      await editor.press('Control+Home')
      await editor.pressSequentially('export const depth: number = "deep"\n')
      await ide.deploy()
      const end = ide.events.at(-1)
      if (end?.type !== 'deployment-end' || end.outcome !== 'failure') throw new Error('The build did not fail.')
      expect(end.error).toMatchObject({ code: 'build-failed', step: 'build' })
      const shown = await page.locator('.hero.failure').textContent()
      expect(shown).toContain(end.error.message)
      expect(shown).toContain(end.error.hint)
      expect(shown).toContain('Nothing: no commit and no release was made.')
      expect(shown).toContain("Type 'string' is not assignable to type 'number'")
      expect(await page.locator('tr[data-step=build]').getAttribute('data-status')).toBe('failed')
    },
    timeLimit,
  )

  it(
    'stops at a click on Cancel',
    async () => {
      const output = ide.next('process-output')
      const deployed = ide.deploy()
      await output
      await ide.page.getByRole('button', { name: 'Cancel' }).click()
      await deployed
      expect(ide.events.at(-1)).toMatchObject({ type: 'deployment-end', outcome: 'canceled' })
      expect(await ide.page.locator('.hero.canceled h2').textContent()).toContain('Canceled')
      expect(await ide.page.locator('[data-action=deploy]').isEnabled()).toBe(true)
    },
    timeLimit,
  )

  it(
    'shows the dev server of the project live: an edit shows up without a reload',
    async () => {
      const { page } = ide
      await page.locator('[data-action=run]').click()
      const preview = page.frameLocator('.preview iframe')
      await preview.getByText('Old Head').waitFor()
      const editor = page.getByRole('textbox', { name: 'src/lights.ts' })
      await editor.press('Control+a')
      await page.keyboard.insertText("export const lights = [{ name: 'New Head', character: 'Iso 2s', range: 5 }]\n")
      await preview.getByText('New Head').waitFor()
      expect(await preview.getByText('Old Head').count()).toBe(0)
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.locator('.preview iframe').waitFor({ state: 'detached' })
    },
    timeLimit,
  )

  it('leaves no uncaught error in the page', () => {
    expect(ide.errors).toEqual([])
  })

  it('leaves the live site as it was when a build fails', async () => {
    const { url } = outcome(ide.events).result
    const response = await emulator.fetch(new URL(encodePath('robots.txt'), url ?? ''))
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(project.get('public/robots.txt'))
  })
})

/** The events of each deployment of the page. */
function deployments(events: readonly DeploymentEvent[]): DeploymentEvent[][] {
  const ids = [...new Set(events.map((event) => event.deployment))]
  return ids.map((id) => events.filter((event) => event.deployment === id))
}

/** How often these come depends on the speed of the machine and on what tools print. */
const repeated = new Set(['step-progress', 'process-output', 'log-line'])

/** The types of one step's events in order; a row of equal ones (the states that a release goes through) counts as one. */
function typesOf(events: readonly DeploymentEvent[], step: string | null): string[] {
  const types = events.filter((event) => event.step === step && !repeated.has(event.type)).map((event) => event.type)
  return types.filter((type, index) => type !== types[index - 1])
}

/** What the latest successful deployment came to. */
function outcome(events: readonly DeploymentEvent[]) {
  const end = events.findLast((event) => event.type === 'deployment-end' && event.outcome === 'success')
  const repository = events.findLast((event) => event.type === 'repository-ready')?.repository
  if (end?.type !== 'deployment-end' || end.outcome !== 'success' || !repository) {
    throw new Error(`No deployment has succeeded: ${JSON.stringify(events.at(-1))}`)
  }
  const commit = end.result.commits[0]
  if (!commit) throw new Error('Nothing was committed.')
  return { result: end.result, repository, commit }
}
