import { WebContainer } from '@webcontainer/api'
import {
  autoResume,
  type Deployment,
  type DeploymentState,
  deploy,
  estimateProgress,
  initialState,
  reduce,
} from 'tabship'
import { github } from 'tabship/git/github'
import { netlify } from 'tabship/targets/netlify'

/** What the page is told from outside: by your sign-in and your configuration, or by a test. */
export interface DeploySettings {
  readonly site: string
  readonly relay: string
  readonly github: { readonly auth: string; readonly apiUrl?: string; readonly gitUrl?: string }
  readonly netlify: { readonly auth: string; readonly apiUrl?: string }
}

declare global {
  var deploySettings: DeploySettings
}

/** Milliseconds between two drawings while something runs, so that the bar moves between events. */
const tick = 100

const source = find<HTMLTextAreaElement>('textarea')
const button = find<HTMLButtonElement>('button')
const bar = find<HTMLElement>('[role=progressbar]')
const status = find<HTMLElement>('[role=status]')
const trouble = find<HTMLElement>('[role=alert]')

function find<Kind extends HTMLElement>(selector: string): Kind {
  const element = document.querySelector<Kind>(selector)
  if (!element) throw new Error(`The page has no ${selector}.`)
  return element
}

/** Where it goes: for a deployment, and again for one that lost its tab. */
function destinations() {
  const { site, relay, github: atGithub, netlify: atNetlify } = deploySettings
  return { git: github({ ...atGithub, repository: site }), targets: [netlify({ ...atNetlify, site })], relay }
}

async function start(): Promise<void> {
  const container = await WebContainer.boot({ coep: 'credentialless', workdirName: 'project' })
  const image = await fetch(new URL('../project/src/assets/harbour.png', import.meta.url))
  await container.fs.writeFile('harbour.png', new Uint8Array(await image.arrayBuffer()))
  await container.fs.writeFile('index.html', source.value)

  status.textContent = ''
  // What a reload interrupted goes on by itself.
  for (const interrupted of await autoResume()) await show(interrupted.resume({ ...destinations(), container }))
  button.disabled = false
  button.addEventListener('click', async () => {
    await container.fs.writeFile('index.html', source.value)
    await show(deploy({ ...destinations(), container }))
  })
}

/** Shows what happens to the end. */
async function show(deployment: Deployment): Promise<void> {
  let state = initialState
  button.disabled = true
  const timer = setInterval(() => draw(state), tick)
  for await (const event of deployment.events) {
    state = reduce(state, event)
    draw(state)
  }
  clearInterval(timer)
  button.disabled = false
}

function draw(state: DeploymentState): void {
  const percent = Math.floor(estimateProgress(state, Date.now()).fraction * 100)
  bar.ariaValueNow = String(percent)
  find<HTMLElement>('[role=progressbar] span').style.width = `${percent}%`
  trouble.hidden = state.error === null
  trouble.textContent = state.error ? `${state.error.message} ${state.error.hint}` : ''
  const running = state.steps.filter((step) => step.status === 'running').map(({ title }) => title)
  status.replaceChildren(state.result?.url ? linkTo(state.result.url) : running.join(', '))
}

function linkTo(url: string): HTMLAnchorElement {
  return Object.assign(document.createElement('a'), { href: url, target: '_blank', textContent: url })
}

await start()
