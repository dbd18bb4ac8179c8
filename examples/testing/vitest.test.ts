import { deploy } from 'tabship'
import { createEmulator, createLocalContainer, createSimulatedClock, type FaultRule } from 'tabship/emulator'
import { github } from 'tabship/git/github'
import { netlify } from 'tabship/targets/netlify'
import { test as base, describe, expect } from 'vitest'

const site = 'harbour-lights'

/** A world of one's own for each test, whose time moves only while everybody waits for it. */
const test = base
  .extend('seed', 1)
  .extend('faults', (): FaultRule[] => [])
  .extend('clock', () => createSimulatedClock())
  .extend('emulator', async ({ seed, faults, clock }, { onCleanup }) => {
    const emulator = await createEmulator({ seed, faults, clock, profile: 'realistic' })
    onCleanup(emulator.close)
    return emulator
  })
  .extend('container', async ({ clock }, { onCleanup }) => {
    const container = await createLocalContainer({ clock })
    onCleanup(container.teardown)
    await container.fs.writeFile('index.html', '<h1>Harbour lights</h1>')
    await container.fs.writeFile('about.html', '<h1>About the harbour</h1>')
    return container
  })
  // What stands here is what your IDE does when its button is clicked.
  .extend('clickDeploy', ({ clock, emulator, container }) => () => {
    const { token: auth, netlify: atNetlify, github: atGithub, git, relay } = emulator
    return deploy({
      container,
      git: github({ auth, repository: site, apiUrl: atGithub.url, gitUrl: git.url }),
      targets: [netlify({ auth, site, apiUrl: atNetlify.url })],
      relay: relay.url,
      clock,
      fetch: emulator.fetch,
    }).done
  })

describe('the Deploy button', () => {
  test('publishes the project, and commits it', async ({ emulator, clickDeploy }) => {
    const { url } = await clickDeploy()
    expect(url).toBe(emulator.netlify.siteUrl(site))
    expect(await (await emulator.fetch(`${url}/about`)).text()).toBe('<h1>About the harbour</h1>')
    const [repository] = emulator.github.state.repositories
    expect(repository?.name).toBe(site)
  })

  test('sends only what has changed', async ({ emulator, container, clickDeploy }) => {
    await clickDeploy()
    emulator.clearRequests()
    await container.fs.writeFile('index.html', '<h1>High tide</h1>')
    await clickDeploy()
    const uploads = emulator.requests.filter(({ provider, method }) => provider === 'netlify' && method === 'PUT')
    expect(uploads.map(({ path }) => path)).toEqual([expect.stringMatching(/\/files\/index\.html$/)])
    expect([...emulator.netlify.state.deploys.values()].map(({ state }) => state)).toEqual(['ready', 'ready'])
  })
})

describe('where Netlify asks for patience', () => {
  const upload = { provider: 'netlify', method: 'PUT', path: /index\.html$/ } as const
  test.override('faults', [{ ...upload, times: 4, fault: { kind: 'status', status: 429, retryAfter: 10 } }])

  test('waits, which takes no time here', async ({ clock, emulator, clickDeploy }) => {
    const start = clock.now()
    await clickDeploy()
    expect(clock.now() - start).toBeGreaterThan(4 * 10_000)
    expect(emulator.netlify.state.sites.size).toBe(1)
  })
})

describe('where Netlify has had enough for an hour', () => {
  test.override('faults', [{ provider: 'netlify', fault: { kind: 'status', status: 429, retryAfter: 3600 } }])

  test('says so instead of waiting', async ({ emulator, clickDeploy }) => {
    await expect(clickDeploy()).rejects.toMatchObject({ code: 'rate-limited', hint: expect.any(String) })
    expect(emulator.netlify.state.sites.size).toBe(0)
  })
})

describe.each([1, 2, 3])('where one request in five goes wrong, as seed %i draws them', (seed) => {
  test.override('seed', seed)
  test.override('faults', [
    { provider: 'netlify', chance: 0.1, fault: { kind: 'status', status: 503 } },
    { provider: 'netlify', chance: 0.1, fault: { kind: 'reset-after' } },
  ])

  test('nothing is made twice', async ({ emulator, clickDeploy }) => {
    await clickDeploy()
    expect(emulator.requests.filter(({ fault }) => fault !== null).length).toBeGreaterThan(0)
    expect(emulator.netlify.state.sites.size).toBe(1)
    expect(emulator.netlify.state.deploys.size).toBe(1)
    expect(emulator.github.state.repositories).toHaveLength(1)
  })
})
