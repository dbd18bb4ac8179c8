import { createHash } from 'node:crypto'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoggedRequest } from '../../src/emulator/index.js'
import {
  type Deployment,
  type DeploymentStorage,
  type DeployOptions,
  deploy,
  memoryStorage,
  type ResumeOptions,
  resume,
} from '../../src/index.js'
import { type Lab, labContainer, labPorts, labProject, startLab } from '../support/lab.js'
import { openTab, type Tab, type TabOptions } from '../support/tab.js'
import { outputOf, type Scenario } from './scenarios.js'

/** When deployments begin: their commits bear it. */
const dates = { before: Date.UTC(2024, 0, 1), now: Date.UTC(2024, 1, 1) }

/** A lab with what it takes to begin a scenario again and again, one run at a time. */
export interface Bench {
  readonly lab: Lab
  /** Puts everything as it is before the scenario, under a name that was never used. */
  begin(scenario: Scenario, storage?: DeploymentStorage): Promise<World>
  close(): Promise<void>
}

/** Where one run takes place. */
export interface World {
  readonly scenario: Scenario
  readonly lab: Lab
  /** Of the site and of the repository. */
  readonly name: string
  /** Id of the deployment: the same in each run, so that its commits are too. */
  readonly id: string
  readonly storage: DeploymentStorage
  readonly ports: ReturnType<typeof labPorts>
  openTab(options?: Omit<TabOptions, 'storage' | 'fetch' | 'clock'> & Partial<Pick<TabOptions, 'fetch'>>): Tab
  deploy(tab: Tab, options?: Partial<DeployOptions>): Deployment
  /** Without a container, unless one is asked for. */
  resume(tab: Tab, options?: Partial<ResumeOptions> & { readonly withContainer?: boolean }): Deployment
  endState(): Promise<EndState>
  /** SHA-1 of the files that the site serves in the end. */
  digests(): string[]
  /** Sets the time to when the scenario begins. */
  setTime(): void
  /** The requests since the scenario began. */
  readonly requests: readonly LoggedRequest[]
  /** Paths of the uploads whose answers never came to who sent them. */
  lostUploads(): readonly string[]
}

/** All that a deployment leaves behind at the providers, in a form that compares. */
export interface EndState {
  readonly sites: number
  readonly repositories: number
  /** What the site answers, by path. */
  readonly content: Readonly<Record<string, string>>
  /** Commits by branch. */
  readonly heads: Readonly<Record<string, string>>
  /** Deploys of the site that are ready, and those that nobody has ended. */
  readonly deploys: { readonly ready: number; readonly unfinished: number }
}

/** Starts a lab for runs of scenarios. */
export async function startBench(): Promise<Bench> {
  const lab = await startLab()
  const { emulator, clock } = lab
  /** Bare repositories as earlier deployments left them. */
  const templates = new Map<Scenario, string>()
  let count = 0

  async function begin(scenario: Scenario, storage?: DeploymentStorage): Promise<World> {
    await clock.calm()
    count += 1
    const name = `run-${count}`
    emulator.faults.clear()
    clear(lab)
    clock.set(dates.before)
    if (scenario.before) await putBefore(scenario, scenario.before, name)
    clock.set(dates.now)
    emulator.clearRequests()
    return createWorld(lab, scenario, name, storage)
  }

  /** The repository that an earlier deployment leaves. Nobody else writes to it. */
  async function makeTemplate(scenario: Scenario, files: Readonly<Record<string, string>>): Promise<string> {
    count += 1
    const name = `template-${count}`
    const world = createWorld(lab, { ...scenario, name: 'before', files, before: null }, name)
    await world.deploy(world.openTab()).done
    clock.set(dates.before)
    return emulator.github.state.repository(fullName(lab, name)).path
  }

  /** Makes what an earlier deployment made: a copy of its repository, and its site. */
  async function putBefore(scenario: Scenario, files: Readonly<Record<string, string>>, name: string): Promise<void> {
    const known = templates.get(scenario) ?? (await makeTemplate(scenario, files))
    templates.set(scenario, known)
    clear(lab)
    const { path } = await emulator.github.state.create(emulator.accounts.owner, name)
    for (const folder of ['objects', 'refs']) await cp(join(known, folder), join(path, folder), { recursive: true })
    await publishBefore(lab, name, outputOf({ files }))
  }

  return { lab, begin, close: () => lab.close() }
}

const sha1 = (content: string | Uint8Array) => createHash('sha1').update(content).digest('hex')
const fullName = ({ emulator }: Lab, name: string) => `${emulator.accounts.owner.login}/${name}`

/** Forgets what earlier runs left at Netlify: each run sends all that it publishes. */
function clear({ emulator }: Lab): void {
  const { contents, deploys, sites } = emulator.netlify.state
  for (const one of contents.values()) one.clear()
  deploys.clear()
  sites.clear()
}

async function publishBefore(lab: Lab, name: string, files: ReadonlyMap<string, string>): Promise<void> {
  const { emulator, clock } = lab
  const { login } = emulator.accounts.owner
  const contents = emulator.netlify.state.contents.get(login) ?? new Map()
  emulator.netlify.state.contents.set(login, contents)
  const digests: Record<string, string> = {}
  for (const [path, content] of files) {
    const bytes = new TextEncoder().encode(content)
    digests[path] = sha1(bytes)
    contents.set(digests[path], bytes)
  }
  const post = async (path: string, body: unknown): Promise<{ id: string }> => {
    const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
    const url = `${emulator.netlify.url}${path}`
    return (await emulator.fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  const { id } = await post('/sites', { name })
  await post(`/sites/${id}/deploys`, { files: digests })
  await clock.sleep(10_000)
  if (![...emulator.netlify.state.sites.values()].some((site) => site.published))
    throw new Error('nothing is published')
}

function createWorld(lab: Lab, scenario: Scenario, name: string, storage: DeploymentStorage = memoryStorage()): World {
  const { emulator, clock } = lab
  const id = `the-${scenario.name.replaceAll(/[^a-z]+/g, '-')}`
  const ports = labPorts(lab, name)
  const { git, targets } = ports
  const given = (tab: Tab) => {
    const places = { targets, ...(!scenario.publishOnly && { git }) }
    return { ...places, storage: tab.storage, fetch: tab.fetch, clock: tab.clock }
  }
  const container = () => labContainer(scenario.files)
  const unanswered = new Set<{ readonly path: string }>()
  const countLost = (tab: Tab): Tab => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const upload = { path: new URL(String(input)).pathname }
      if (init?.method === 'PUT') unanswered.add(upload)
      const response = await tab.fetch(input, init)
      unanswered.delete(upload)
      return response
    }
    return Object.create(tab, { fetch: { value: fetch } })
  }
  return {
    scenario,
    lab,
    name,
    id,
    storage,
    ports,
    openTab: (options) => countLost(openTab({ storage, fetch: emulator.fetch, clock, ...options })),
    deploy: (tab, options) =>
      deploy({
        id,
        container: container(),
        project: labProject,
        ...(scenario.commit && { commit: scenario.commit }),
        ...given(tab),
        ...options,
      }),
    resume: (tab, { withContainer = false, ...options } = {}) =>
      resume(id, { ...given(tab), ...(withContainer && { container: container() }), ...options }),
    endState: () => readEndState(lab, scenario, name),
    digests: () => [...new Set([...outputOf(scenario).values()].map((content) => sha1(content)))],
    setTime: () => clock.set(dates.now),
    get requests() {
      return emulator.requests
    },
    lostUploads: () => [...unanswered].map(({ path }) => path),
  }
}

async function readEndState(lab: Lab, scenario: Scenario, name: string): Promise<EndState> {
  const { emulator, clock } = lab
  await clock.calm()
  const { state } = emulator.netlify
  const sites = [...state.sites.values()].filter((site) => site.name === name)
  const deploys = [...state.deploys.values()].filter((deploy) => deploy.site.name === name)
  const repositories = emulator.github.state.repositories.filter((repository) => repository.name === name)
  const content: Record<string, string> = {}
  const paths = [...outputOf(scenario).keys(), ...(scenario.before ? outputOf({ files: scenario.before }).keys() : [])]
  for (const path of new Set([...paths, 'not-there'])) {
    const answer = await emulator.fetch(`${emulator.netlify.siteUrl(name)}/${path}`)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    content[path] = `${answer.status} ${sha1(bytes)}`
  }
  return {
    sites: sites.length,
    repositories: repositories.length,
    content,
    heads: repositories[0] ? await headsOf(repositories[0].path) : {},
    deploys: {
      ready: deploys.filter((deploy) => deploy.state === 'ready').length,
      unfinished: deploys.filter((deploy) => !['ready', 'error'].includes(deploy.state)).length,
    },
  }
}

/** Reads loose refs, which is what a push makes: a process for each of a thousand runs would take its time. */
async function headsOf(repository: string): Promise<Record<string, string>> {
  const folder = join(repository, 'refs', 'heads')
  const names = (await readdir(folder)).sort()
  const heads: Record<string, string> = {}
  for (const name of names) heads[name] = (await readFile(join(folder, name), 'utf8')).trim()
  return heads
}
