import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Deployment,
  type DeploymentEvent,
  type DeployOptions,
  deploy,
  deployments,
  memoryStorage,
  resume,
} from '../../src/index.js'
import { type Lab, labContainer, labPorts, labProject, startLab } from '../support/lab.js'
import { endOf, eventsOf } from '../support/stage.js'

let lab: Lab
let count = 0

beforeAll(async () => {
  lab = await startLab()
})

afterAll(() => lab.close())

const steps = [
  'detect',
  'source',
  'repository',
  'site-netlify',
  'build',
  'collect',
  'commit',
  'publish-netlify',
  'verify-netlify',
]

/** When a deployment is canceled: as soon as one of its events fits, or while one of its requests is under way. */
interface Moment {
  readonly name: string
  onEvent?(event: DeploymentEvent): boolean
  readonly request?: number
  /** Whether the provider has carried that request out. */
  readonly carriedOut?: boolean
}

const moments: Moment[] = [
  ...steps.flatMap((step): Moment[] => [
    { name: `at the start of ${step}`, onEvent: (event) => event.type === 'step-start' && event.step === step },
    { name: `at the end of ${step}`, onEvent: (event) => event.type === 'step-end' && event.step === step },
  ]),
  ...Array.from({ length: 14 }, (_, request): Moment => ({ name: `as request ${request} is sent`, request })),
  ...Array.from({ length: 14 }, (_, request): Moment => {
    return { name: `as the answer to request ${request} is on its way`, request, carriedOut: true }
  }),
]

describe('cancel', () => {
  it.each(moments)('$name ends everything, says so once, and lets the deployment be resumed', async (moment) => {
    count += 1
    const name = `cancel-${count}`
    const storage = memoryStorage()
    // Contents that no other site has: they have to be sent.
    const container = labContainer({ 'src/name.txt': name })
    const ports = labPorts(lab, name)
    let underWay = 0
    let sent = 0
    const counting: typeof fetch = async (input, init) => {
      const isMoment = sent === moment.request
      sent += 1
      if (isMoment && moment.carriedOut) await lab.emulator.fetch(input, { ...init, signal: null })
      if (isMoment) deployment.cancel('the user pressed Cancel')
      init?.signal?.throwIfAborted()
      underWay += 1
      return lab.emulator.fetch(input, init).finally(() => {
        underWay -= 1
      })
    }
    const options: DeployOptions = {
      ...ports,
      id: name,
      container,
      project: labProject,
      fetch: counting,
      storage,
    }
    const deployment: Deployment = deploy(options)
    const events: DeploymentEvent[] = []
    for await (const event of deployment.events) {
      events.push(event)
      if (moment.onEvent?.(event)) deployment.cancel('the user pressed Cancel')
    }
    const end = endOf(events)
    expect(end.outcome).toBe('canceled')
    const before = sent
    await expect.poll(() => underWay).toBe(0)
    await expect(storage.tabs.isLocked(`deployment ${name}`)).resolves.toBe(false)
    await expect(storage.tabs.isLocked(`site ${ports.targets[0]?.resource}`)).resolves.toBe(false)
    const started = events.filter((event) => event.type === 'step-start').map(({ step }) => step)
    const ended = events.filter(({ type }) => /^step-(?:end|error|cancel)$/.test(type)).map(({ step }) => step)
    expect(ended.sort()).toEqual(started.sort())
    const states = remoteStates(name)
    expect(states.filter((state) => state !== 'ready' && state !== 'error')).toEqual([])
    expect(await deployments({ storage })).toMatchObject([{ id: name, state: 'canceled' }])
    expect(sent).toBe(before)

    const resumed = resume(name, { ...ports, container, fetch: lab.emulator.fetch, storage })
    const { url, commits } = await resumed.done
    expect(url).toBe(lab.emulator.netlify.siteUrl(name))
    expect(commits).toHaveLength(1)
    const all = await eventsOf(resumed)
    expect(endOf(all).outcome).toBe('success')
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index))
    expect(remoteStates(name).filter((state) => state === 'ready')).toHaveLength(1)
    expect([...lab.emulator.netlify.state.sites.values()].filter((site) => site.name === name)).toHaveLength(1)
    expect(lab.emulator.github.state.repositories.filter((repository) => repository.name === name)).toHaveLength(1)
  })
})

function remoteStates(name: string): string[] {
  return [...lab.emulator.netlify.state.deploys.values()]
    .filter((deployed) => deployed.site.name === name)
    .map(({ state }) => state)
}
