import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DrivenPage, openPage } from '../../examples/support/drive-page.js'
import { emulatedSettings } from '../../examples/support/emulated-settings.js'
import { type PageServer, servePage } from '../../examples/support/page-server.js'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import { launchBrowser } from '../support/browser.js'
import { quickBuild, smallProject } from './small-project.js'

const timeLimit = 90_000

let emulator: Emulator
let server: PageServer
let browser: Browser
let ide: DrivenPage
let page: Page
let editor: Locator

beforeAll(async () => {
  emulator = await createEmulator()
  server = await servePage({ settings: emulatedSettings(emulator), project: smallProject(quickBuild) })
  browser = await launchBrowser()
}, timeLimit)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await emulator?.close()
})

beforeEach(async () => {
  ide = await openPage(browser, server.url)
  page = ide.page
  page.setDefaultTimeout(20_000)
  await page.getByRole('treeitem', { name: 'note.txt' }).click()
  editor = page.getByRole('textbox', { name: 'note.txt' })
  await editor.waitFor()
}, timeLimit)

afterEach(async () => {
  expect(ide.errors).toEqual([])
  await page.close()
})

/** What is on the disk; `null` where there is no such file. */
const read = (path: string): Promise<string | null> =>
  page.evaluate((file) => container.fs.readFile(file, 'utf-8').catch(() => null), path)
const write = (path: string, text: string): Promise<void> =>
  page.evaluate(([file, content]) => container.fs.writeFile(file, content), [path, text] as const)
const focused = (): Promise<string> =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '',
  )

describe('the dev server of the example IDE', () => {
  it(
    'is shown when Run is clicked, and shows an edit',
    async () => {
      await page.locator('[data-action=run]').click()
      const preview = page.frameLocator('.preview iframe')
      await preview.getByText('first').waitFor()
      await editor.press('Control+End')
      await editor.pressSequentially('and an edit')
      await expect.poll(() => read('note.txt')).toContain('and an edit')
      await page.locator('.preview iframe').evaluate((frame) => {
        // The small project has no live reload of its own.
        if (frame instanceof HTMLIFrameElement) frame.src = `${frame.src}?again`
      })
      await preview.getByText('and an edit').waitFor()
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.locator('.preview iframe').waitFor({ state: 'detached' })
    },
    timeLimit,
  )
})

describe('the shell of the example IDE', () => {
  it(
    'runs what is typed, and the tree shows what came of it',
    async () => {
      await page.locator('#terminal-shell .xterm-helper-textarea').focus()
      await page.keyboard.type('echo "from the $((20 + 1))st" > made.txt && cat made.txt\n')
      await page.locator('#terminal-shell .xterm-rows').getByText('from the 21st', { exact: true }).waitFor()
      await page.getByRole('treeitem', { name: 'made.txt' }).waitFor()
      expect(await read('made.txt')).toBe('from the 21st\n')
    },
    timeLimit,
  )

  it(
    'keeps the Tab key to itself until Escape; the other terminals let it go',
    async () => {
      await page.locator('#terminal-shell .xterm-helper-textarea').focus()
      await page.keyboard.press('Tab')
      expect(await focused()).toBe('Shell')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Tab')
      expect(await focused()).not.toBe('Shell')
      await page.getByRole('tab', { name: 'Deployment' }).click()
      await page.locator('#terminal-deployment .xterm-helper-textarea').focus()
      await page.keyboard.press('Tab')
      expect(await focused()).not.toBe('Deployment')
    },
    timeLimit,
  )
})

describe('the editor of the example IDE', () => {
  it(
    'shows what others have written, while nothing is typed',
    async () => {
      await write('note.txt', 'by others\n')
      await expect.poll(() => editor.textContent(), { timeout: 10_000 }).toContain('by others')
      expect(await page.locator('.disk-notice').count()).toBe(0)
    },
    timeLimit,
  )

  it(
    'never overwrites what others have written with what was typed, unless told to',
    async () => {
      // In one breath: the file changes while the typed text waits to be saved.
      await editor.press('Control+End')
      await editor.pressSequentially('mine')
      await write('note.txt', 'theirs\n')
      await page.getByText('This file has changed on disk.').waitFor()
      expect(await read('note.txt')).toBe('theirs\n')
      await page.locator('[data-action=deploy]').click()
      await page.getByText('What you typed in note.txt is not saved.').waitFor()
      expect(ide.events).toEqual([])
      await page.getByRole('button', { name: 'Keep mine' }).click()
      await expect.poll(() => read('note.txt')).toContain('mine')
    },
    timeLimit,
  )

  it(
    'says that a file was deleted, and does not bring it back by a key press',
    async () => {
      await page.evaluate(() => container.fs.rm('note.txt'))
      await page.getByText('This file was deleted on disk.').waitFor()
      await editor.press('Control+End')
      await editor.pressSequentially('typed into nothing')
      // Opening another file saves first, and tells that it may not.
      await page.getByRole('treeitem', { name: 'build.js' }).click()
      await page.getByText('What you typed in note.txt is not saved.').waitFor()
      expect(await read('note.txt')).toBeNull()
      await page.getByRole('button', { name: 'Create it again' }).click()
      await expect.poll(() => read('note.txt')).toContain('typed into nothing')
    },
    timeLimit,
  )
})

describe('the keyboard in the example IDE', () => {
  it(
    'leaves the editor with Tab and writes no tabulator',
    async () => {
      await editor.focus()
      await page.keyboard.press('Tab')
      expect(await focused()).not.toBe('note.txt')
      expect(await editor.textContent()).toBe('first')
    },
    timeLimit,
  )

  it(
    'walks the tree with arrows, Home and End, and stops there once',
    async () => {
      const items = page.getByRole('treeitem')
      await items.first().focus()
      await page.keyboard.press('End')
      expect(await focused()).toBe(
        await items
          .last()
          .textContent()
          .then((text) => text?.trim()),
      )
      await page.keyboard.press('ArrowUp')
      expect(await focused()).toBe(
        await items
          .nth(-2)
          .textContent()
          .then((text) => text?.trim()),
      )
      await page.keyboard.press('Home')
      expect(await focused()).toBe(
        await items
          .first()
          .textContent()
          .then((text) => text?.trim()),
      )
      expect(await page.locator('[role=treeitem][tabindex="0"]').count()).toBe(1)
      await page.getByRole('tab', { name: 'Deploy', exact: true }).focus()
      await page.keyboard.press('ArrowRight')
      expect(await focused()).toBe('Preview')
      await page.getByRole('tab', { name: 'Preview', selected: true }).waitFor()
    },
    timeLimit,
  )

  it(
    'goes from Deploy to Cancel and then to the outcome',
    async () => {
      const end = ide.next('deployment-end')
      await page.locator('[data-action=deploy]').focus()
      await page.keyboard.press('Enter')
      await expect.poll(focused).toBe('Cancel')
      await end
      await expect.poll(focused).toBe('Live')
      const names = page.locator('[data-step] .title')
      expect(await names.allTextContents()).toContain('Publish on Netlify')
      const lines = await page.locator('.log li span').allTextContents()
      expect(new Set(lines).size).toBe(lines.length)
    },
    timeLimit,
  )
})

describe('the plan in the example IDE', () => {
  it(
    'is made anew when files come and go',
    async () => {
      const files = page.locator('tr[data-step=commit] td').first()
      await expect.poll(() => files.textContent()).toBe('7')
      await page.locator('#terminal-shell .xterm-helper-textarea').focus()
      await page.keyboard.type('touch one two\n')
      await expect.poll(() => files.textContent(), { timeout: 10_000 }).toBe('9')
    },
    timeLimit,
  )
})
