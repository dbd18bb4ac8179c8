import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.js'
import { type DashboardBench, startDashboard } from './dashboard-support.js'

let browser: Browser
let bench: DashboardBench
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  ;[browser, bench] = await Promise.all([launchBrowser(), startDashboard()])
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(bench.emulator.url)
})
afterEach(() => expect(complaints.splice(0)).toEqual([]))
afterAll(async () => {
  await browser?.close()
  await bench?.close()
})

const section = (name: string) => page.getByRole('region', { name })
const rows = (name: string) => section(name).locator('.rows > li')
const requests = () => page.locator('#log tbody tr')

it('says what to do while there is nothing, and keeps the token to itself', async () => {
  await section('Sites').getByText(`apiUrl: '${bench.emulator.netlify.url}'`).waitFor()
  expect(page.url()).toBe(`${bench.origin}/`)
  expect(await page.content()).not.toContain(bench.token)
  await page.reload()
  await section('Sites').getByText('No site yet').waitFor()
})

it('shows a deployment as it goes on, and the site that it makes live', async () => {
  const filter = page.getByRole('searchbox', { name: 'Filter requests' })
  await page.keyboard.press('/')
  await filter.pressSequentially('PUT ')
  const { id } = await bench.beginDeploy('shop', { 'index.html': 'hello' }, {}, 'First')
  await rows('Sites').filter({ hasText: 'On its way' }).getByText('production: uploading').waitFor()
  await rows('Deployments').filter({ hasText: 'First' }).getByText('uploading', { exact: true }).first().waitFor()
  bench.advance(500)
  await bench.upload(id, 'index.html', 'hello')
  bench.advance(1_000)
  await rows('Deployments').locator('.state').getByText('ready', { exact: true }).waitFor()
  await rows('Sites').getByText('Live').waitFor()
  const link = rows('Sites').getByRole('link', { name: 'shop' })
  expect(await link.getAttribute('href')).toBe(bench.emulator.netlify.siteUrl('shop'))
  const states = await rows('Deployments').locator('.states li').allTextContents()
  expect(states[2]).toBe('uploading for 0.5 s')
  expect(states).toHaveLength(7)
  // All of that came while somebody was typing.
  expect([await filter.inputValue(), await filter.evaluate((input) => input === document.activeElement)]).toEqual([
    'PUT ',
    true,
  ])
})

it('shows the requests that are looked for', async () => {
  const { emulator } = bench
  emulator.faults.add({ provider: 'github', path: '/user', fault: { kind: 'status', status: 503 }, times: 1 })
  await bench.call(`${emulator.github.url}/user/repos`)
  await fetch(`${emulator.github.url}/user`)
  const filter = page.getByRole('searchbox', { name: 'Filter requests' })
  await filter.fill('')
  await page.getByRole('cell', { name: '503', exact: true }).waitFor()
  expect(await requests().count()).toBe(emulator.requests.length)
  await filter.fill('put files')
  expect(await requests().locator('.col-path').allTextContents()).toEqual([
    expect.stringMatching(/\/deploys\/[0-9a-f]{24}\/files\/index\.html$/),
  ])
  await filter.fill('')
  await page.getByLabel('Provider').selectOption('github')
  expect(await requests().locator('.col-status').allTextContents()).toEqual(['503', '200'])
  await page.getByLabel('Failures').check()
  expect(await requests().allTextContents()).toEqual([expect.stringContaining('/userstatus503')])
  await section('Faults').getByText('1 of 1 hit').waitFor()
  await page.getByLabel('Failures').uncheck()
  await page.getByRole('button', { name: 'Clear the view' }).click()
  await page.getByText('Requests to the providers').waitFor()
  await page.getByLabel('Provider').selectOption('')
  await page.getByRole('button', { name: 'Pause' }).click()
  await bench.call(`${emulator.github.url}/user`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await requests().first().waitFor()
  expect(await requests().count()).toBe(1)
})

it('shows what others have written as they wrote it, and runs none of it', async () => {
  const { github, accounts } = bench.emulator
  const evil = '<img src=x onerror="window.ran=1">'
  await github.state.create(accounts.owner, 'shop')
  const author = { name: 'Owner', email: 'owner@example.com' }
  await github.state.commit({ repository: 'owner/shop', files: { 'a.txt': '1' }, message: evil, author })
  await bench.beginDeploy('other', { 'index.html': '1' }, { branch: `"'><script>window.ran=1</script>` }, evil)
  const deployments = `${github.url}/repos/owner/shop/deployments`
  const wanted = { ref: 'main', environment: evil, required_contexts: [] }
  const { id } = await bench.call<{ id: number }>(deployments, 'POST', wanted)
  const status = { state: 'success', environment_url: 'javascript:window.ran=1' }
  await bench.call(`${deployments}/${id}/statuses`, 'POST', status)
  await fetch(`${github.url}/${evil}?${evil}`)
  await rows('Repositories').getByText(evil, { exact: true }).nth(1).waitFor()
  await rows('Deployments').getByText(evil).first().waitFor()
  await requests().filter({ hasText: 'onerror' }).first().waitFor()
  expect(await page.locator('img, main script').count()).toBe(0)
  const addresses = await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  expect(addresses.filter((address) => !address?.startsWith('http://'))).toEqual([])
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
})

it('fits from 360 to 1,800 pixels', async () => {
  for (const width of [360, 700, 1_180, 1_800]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
})

it.each([360, 1_024, 1_280, 1_366])('shows short names and times whole and on one line at %d pixels', async (width) => {
  await page.setViewportSize({ width, height: 800 })
  const shown = page.locator('.rows .name .text:visible, .rows .chip .text:visible, td.col-time:visible')
  const told = await shown.evaluateAll((all) =>
    all.map((one) => {
      const lines = one.clientHeight / Number.parseFloat(getComputedStyle(one).lineHeight)
      return { text: one.textContent, isWhole: one.scrollWidth <= one.clientWidth, lines: Math.round(lines) }
    }),
  )
  const texts = told.map(({ text }) => text)
  expect(texts).toEqual(expect.arrayContaining(['shop', 'other', 'owner/shop', 'main']))
  expect(texts.some((text) => /^\d\d:\d\d:\d\d\.\d{3}$/.test(text ?? ''))).toBe(width > 640)
  expect(told.filter(({ isWhole, lines }) => !isWhole || lines !== 1)).toEqual([])
})

it('resets the emulator for who confirms it, by keys alone', async () => {
  await page.getByRole('button', { name: 'Reset' }).press('Enter')
  await page.getByRole('dialog', { name: 'Reset the emulator?' }).waitFor()
  await page.keyboard.press('Escape')
  expect(bench.emulator.netlify.state.sites.size).toBe(2)
  await page.getByRole('button', { name: 'Reset' }).press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await section('Sites').getByText('No site yet').waitFor()
  expect(bench.emulator.netlify.state.sites.size).toBe(0)
  await section('Requests').getByText('show here as they arrive').waitFor()
})

it('shows nothing to who has no token', async () => {
  const other = await browser.newPage()
  await other.goto(bench.origin)
  await other.getByText('Open the dashboard at the address that the emulator printed').waitFor()
  // As somebody does who pastes an address into the tab that is open.
  await other.goto(`${bench.origin}/#token=of-yesterday`)
  await other.getByText('This token is of another run').waitFor()
  await other.goto(bench.emulator.url)
  await other.getByRole('region', { name: 'Sites' }).waitFor()
  expect(other.url()).toBe(`${bench.origin}/`)
  await other.close()
})
