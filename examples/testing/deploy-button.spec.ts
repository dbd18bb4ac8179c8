import { readFile } from 'node:fs/promises'
import { test as base, expect, type Page } from '@playwright/test'
import { createEmulator, type Emulator } from 'tabship/emulator'
import type { DeploySettings } from './deploy-button.js'
import type { EmulatorChoice } from './playwright.config.js'

const site = 'harbour-lights'

/** The page as its user finds it, but with the emulator in the place of the world. */
const test = base.extend<object, EmulatorChoice & { emulator: Emulator }>({
  cors: ['known', { option: true, scope: 'worker' }],
  emulator: [
    async ({ cors }, use) => {
      const emulator = await createEmulator({ seed: 1, cors })
      await use(emulator)
      await emulator.close()
    },
    { scope: 'worker' },
  ],
  page: async ({ page, emulator }, use) => {
    await emulator.reset()
    const { token: auth, relay, runtime, github, git, netlify } = emulator
    const deploySettings: DeploySettings = {
      site,
      relay: relay.url,
      github: { auth, apiUrl: github.url, gitUrl: git.url },
      netlify: { auth, apiUrl: netlify.url },
    }
    const settings = { WEBCONTAINER_API_IFRAME_URL: runtime.url, deploySettings }
    await page.addInitScript((given) => Object.assign(globalThis, given), settings)
    await page.goto('/deploy-button.html')
    await use(page)
  },
})

const deployButton = (page: Page) => page.getByRole('button', { name: 'Deploy' })
const siteLink = (page: Page) => page.getByRole('status').getByRole('link')

/** Exactly one of each: whatever went wrong on the way, nothing was made twice. */
function expectMadeOnce({ netlify, github, requests }: Emulator): void {
  const { sites, deploys } = netlify.state
  expect(github.state.repositories.map(({ name }) => name)).toEqual([site])
  expect([...sites.values()].map(({ name }) => name)).toEqual([site])
  expect([...deploys.values()].map(({ state }) => state)).toEqual(['ready'])
  const uploads = requests.filter(
    ({ provider, method, carriedOut }) => provider === 'netlify' && method === 'PUT' && carriedOut,
  )
  expect(uploads).toHaveLength(2)
}

test('publishes the project, and the link leads to it', async ({ page, emulator }) => {
  await page.getByLabel('index.html').fill('<h1>High tide</h1><img src="harbour.png" alt="The harbour">')
  await deployButton(page).click()
  await expect(siteLink(page)).toHaveText(emulator.netlify.siteUrl(site))
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100')

  const opened = page.waitForEvent('popup')
  await siteLink(page).click()
  const published = await opened
  await expect(published.getByRole('heading')).toHaveText('High tide')
  await expect(published.getByRole('img')).not.toHaveJSProperty('naturalWidth', 0)
  const image = await emulator.fetch(new URL('harbour.png', published.url()))
  const expected = await readFile(new URL('../project/src/assets/harbour.png', import.meta.url))
  expect(expected.equals(Buffer.from(await image.arrayBuffer()))).toBe(true)
  expectMadeOnce(emulator)
})

test('shows what went wrong, and what to do about it', async ({ page, emulator }) => {
  emulator.faults.add({ provider: 'netlify', fault: { kind: 'expired-token' } })
  await deployButton(page).click()
  await expect(page.getByRole('alert')).toContainText('token')
  expect(emulator.netlify.state.sites.size).toBe(0)
  emulator.faults.clear()
  await deployButton(page).click()
  await expect(siteLink(page)).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
  expectMadeOnce(emulator)
})

test('survives a full quota and a lost answer', async ({ page, emulator }) => {
  const creation = { provider: 'netlify', method: 'POST' } as const
  emulator.faults.add({ ...creation, at: 0, fault: { kind: 'status', status: 429, retryAfter: 1 } })
  emulator.faults.add({ ...creation, at: 1, fault: { kind: 'reset-after' } })
  await deployButton(page).click()
  await expect(siteLink(page)).toBeVisible()
  expect(emulator.requests.map(({ fault }) => fault).filter(Boolean)).toEqual(['status', 'reset-after'])
  expectMadeOnce(emulator)
})

test('shows how far it is, and goes on after a reload in the middle', async ({ page, emulator }) => {
  emulator.faults.add({ provider: 'netlify', method: 'PUT', times: 1, fault: { kind: 'slow', milliseconds: 60_000 } })
  await deployButton(page).click()
  await expect.poll(() => emulator.requests.some(({ fault }) => fault === 'slow')).toBe(true)
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[1-9]\d$/)
  await expect(deployButton(page)).toBeDisabled()
  await page.reload()
  await expect(siteLink(page)).toHaveText(emulator.netlify.siteUrl(site))
  expectMadeOnce(emulator)
})

test('goes by the relay where no provider but GitHub lets pages read', { tag: '@strictest' }, async ({
  page,
  emulator,
}) => {
  await deployButton(page).click()
  await expect(siteLink(page)).toBeVisible()
  const relayed = emulator.requests.filter(({ provider }) => provider === 'relay')
  expect(relayed.some(({ path }) => path.includes(new URL(emulator.netlify.url).host))).toBe(true)
  expectMadeOnce(emulator)
})
