import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/spec/event.js'
import { bodies, error, job, planStep, record, run } from '../events/made-events.js'
import { launchBrowser } from '../support/browser.js'
import { openModule, type ServedModule, serveModule } from '../support/browser-module.js'

let served: ServedModule
let browser: Browser
let page: Page

beforeAll(async () => {
  served = await serveModule(new URL('./run-view-page.ts', import.meta.url))
  browser = await launchBrowser()
  page = await openModule(await browser.newContext(), served)
})

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

type Told = readonly (readonly [step: string | null, body: EventBody])[]

const show = (told: Told): Promise<void> =>
  page.evaluate(
    (events) => globalThis.showEvents(events),
    record(told.map(([step, body], second) => [second, step, body])),
  )
const textOf = async (selector: string): Promise<string> =>
  (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim()

const published = { ...run, id: '9', url: 'https://git.example/acme/shop/runs/9' }
const ofPublication = { ...job, id: '10', name: 'Publish' }
const jobStep = { ...bodies['run-step'].jobStep, state: 'completed', conclusion: 'success' }
const planned: Told = [
  [null, bodies['deployment-start']],
  [
    null,
    {
      type: 'plan-create',
      plan: { steps: [planStep('commit', [], 1), planStep('build', ['commit'], 1)], warnings: [] },
    },
  ],
]
const built: Told = [
  ['build', bodies['run-start']],
  ['build', { ...bodies['run-job'], job: { ...job, state: 'completed', conclusion: 'success' } }],
  ['build', { ...bodies['run-step'], jobStep }],
  ['build', bodies['step-end']],
]
const publishing: Told = [
  ['publish-github-pages', { ...bodies['run-start'], run: published }],
  ['publish-github-pages', { ...bodies['run-job'], run: published.id, job: ofPublication }],
  [
    'publish-github-pages',
    { ...bodies['run-step'], run: published.id, jobStep: { ...jobStep, job: ofPublication.id } },
  ],
]

describe('the runs in the panel of the example IDE', () => {
  it('have a place before they begin, and a section each, of which the last one is open', async () => {
    await show(planned)
    expect(await page.locator('.run').count()).toBe(1)
    expect(await textOf('.run h3')).toBe('Build on GitHub Actions')
    await show([...planned, ...built, ...publishing])
    expect(await page.locator('.run h3').allInnerTexts()).toEqual([
      'Build on GitHub Actions',
      'Publication on GitHub Actions',
    ])
    expect(await textOf('.run[data-step=build] .chip')).toBe('ok')
    expect(await page.locator('.run[data-step=build] details').getAttribute('open')).toBeNull()
    expect(await textOf('.run[data-step=publish-github-pages] .chip')).toBe('running')
    expect(await textOf('.run[data-step=publish-github-pages] .run-body')).toContain('Publish')
  })

  it('are left where the deployment is canceled, which says what was told to stop', async () => {
    const step = 'publish-github-pages'
    const stopped = { ...error, code: 'aborted', details: { stopping: [published.url] } }
    await show([
      ...planned,
      ...built,
      ...publishing,
      [step, { type: 'approval-wait', approval: { ...bodies['approval-wait'].approval, run: published.id } }],
      [step, bodies['step-cancel']],
      [null, { type: 'deployment-end', outcome: 'canceled', error: stopped, duration: 1 }],
    ])
    expect(await textOf('.hero [role=status]')).toBe(
      'Nothing is running here any more. GitHub Actions was told to stop run 9.',
    )
    expect(await page.locator('.approval').count()).toBe(0)
    expect(await textOf(`.run[data-step=${step}] .chip`)).toBe('not followed to its end')
    expect(await page.locator(`.run[data-step=${step}] details`).getAttribute('open')).toBe('')
    expect(await page.locator('.run[data-step=build] details').getAttribute('open')).toBeNull()
    expect(await page.locator('.deeds li').allInnerTexts()).toEqual([
      'Started run 7 on GitHub Actions.',
      'Started run 9 on GitHub Actions.',
    ])
  })
})
