import { render } from 'lit-html'
import { confirmLeave, type Deployment, initialState, reduce, TabshipError } from 'tabship'
import { netlify } from 'tabship/targets/netlify'
import { vercel } from 'tabship/targets/vercel'
import { bootRuntime } from '../../support/runtime.js'
import { goBack, goLive, latestReleases, type Place, publishPreview } from './flow.js'
import type { Actions, Page, Verb } from './page.js'
import { loadSettings, type Settings } from './settings.js'
import { pageView } from './view.js'

const file = 'index.html'
/** Under which the tab remembers what was typed, so that a reload loses nothing. */
const draft = 'draft'
/** Milliseconds between two drawings while something runs, so that the bar moves between events. */
const tick = 200

const page: Page = {
  provider: location.hash === '#vercel' ? 'vercel' : 'netlify',
  settings: null,
  container: null,
  text: '',
  releases: null,
  run: null,
  problem: null,
  isBusy: false,
}

const actions: Actions = {
  choose(provider) {
    history.replaceState(null, '', `#${provider}`)
    Object.assign(page, { provider, run: null, releases: null })
    attempt(list)
  },
  edit(text) {
    page.text = text
    sessionStorage.setItem(draft, text)
  },
  publish: () =>
    attempt(async () => {
      const { container, text } = page
      if (!container) return
      await container.fs.writeFile(file, text)
      await follow('preview', publishPreview(container, place(), titleOf(text)))
    }),
  promote: (release) => attempt(() => follow('promote', goLive(place(), release))),
  rollBack: () => attempt(() => follow('rollback', goBack(place()))),
}

/** Reads what happens to the end, and then what the provider has now. */
async function follow(verb: Verb, deployment: Deployment): Promise<void> {
  confirmLeave(deployment)
  const { cancel } = deployment
  page.run = { verb, state: initialState, cancel }
  const timer = setInterval(draw, tick)
  for await (const event of deployment.events) {
    page.run = { verb, state: reduce(page.run.state, event), cancel }
    // For whoever watches the page: a test, an extension, the console.
    document.dispatchEvent(new CustomEvent('deployment-event', { detail: event }))
    draw()
  }
  clearInterval(timer)
  await list()
}

/** What was known before is shown until the provider has told. */
async function list(): Promise<void> {
  page.releases = await latestReleases(place())
}

function place(): Place {
  const { provider, settings } = page
  if (!settings) throw new Error('The settings are not there yet.')
  return { target: targetOf(provider, settings), relay: settings.relay }
}

function targetOf(
  provider: Page['provider'],
  { site, netlify: atNetlify, vercel: atVercel }: Settings,
): Place['target'] {
  const { token: auth, apiUrl } = provider === 'netlify' ? atNetlify : atVercel
  const account = { auth, ...(apiUrl !== undefined && { apiUrl }) }
  return provider === 'netlify' ? netlify({ ...account, site }) : vercel({ ...account, project: site })
}

/** A release is called as its page is headed. */
function titleOf(text: string): string {
  const headline = new DOMParser().parseFromString(text, 'text/html').querySelector('h1')?.textContent ?? ''
  return headline.replace(/[\s\p{Cc}]+/gu, ' ').trim() || 'Untitled'
}

/** One thing at a time. */
function attempt(work: () => Promise<void>): void {
  if (page.isBusy) return
  Object.assign(page, { isBusy: true, problem: null })
  draw()
  const end = (): void => {
    page.isBusy = false
    draw()
  }
  work().catch(tell).finally(end)
}

function tell(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  page.problem = { message, hint: error instanceof TabshipError ? error.hint : null }
}

function draw(): void {
  const element = document.querySelector<HTMLElement>('.page')
  if (element) render(pageView(page, actions), element)
}

async function start(): Promise<void> {
  page.settings = await loadSettings()
  draw()
  const { container } = await bootRuntime(page.settings, draw)
  // For the curious: the container in the browser's console.
  Object.assign(globalThis, { container })
  page.text = sessionStorage.getItem(draft) ?? (await container.fs.readFile(file, 'utf-8'))
  page.container = container
  await list()
}

attempt(start)
