import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  createEmulator,
  createLocalContainer,
  createSimulatedClock,
  type Emulator,
  type EmulatorOptions,
} from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { deploy } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'

const homePage = '<h1>Harbour lights</h1>'

const running: Emulator[] = []
const start = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  const emulator = await createEmulator(options)
  running.push(emulator)
  return emulator
}
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close()
})

async function ask(emulator: Emulator, method: string, url: string, body?: unknown): Promise<Record<string, string>> {
  const response = await emulator.fetch(url, {
    method,
    headers: { Authorization: `Bearer ${emulator.token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect([url, response.status]).toEqual([url, expect.toSatisfy((status: number) => status < 300)])
  return (await response.json()) as Record<string, string>
}

/** Makes something at each provider; gives the ids that they made up. */
async function makeSomething(emulator: Emulator): Promise<Record<string, string | undefined>> {
  const { netlify, vercel, github, gitlab } = emulator
  const site = await ask(emulator, 'POST', `${netlify.url}/sites`, {})
  const deploy = await ask(emulator, 'POST', `${netlify.url}/sites/${site.id}/deploys`, { files: {} })
  const project = await ask(emulator, 'POST', `${vercel.url}/v11/projects`, { name: 'shop' })
  const deployment = await ask(emulator, 'POST', `${vercel.url}/v13/deployments?skipAutoDetectionConfirmation=1`, {
    name: 'shop',
    files: [{ file: 'index.html', data: 'one', encoding: 'utf-8' }],
  })
  const repository = await ask(emulator, 'POST', `${github.url}/user/repos`, { name: 'shop', auto_init: true })
  const other = await ask(emulator, 'POST', `${gitlab.url}/api/v4/projects`, { name: 'shop' })
  return {
    site: site.id,
    name: site.name,
    deploy: deploy.id,
    project: project.id,
    deployment: deployment.id,
    address: deployment.url?.split('.')[0],
    repository: String(repository.id),
    other: String(other.id),
  }
}

describe('createEmulator', () => {
  it.each<[unknown, RegExp]>([
    [{ sed: 1 }, /Unrecognized key: "sed"/],
    [{ seed: Number.NaN }, /text or a number\n.*seed/],
    [{ profile: 'slow' }, /"quick"\|"realistic"\n.*profile/],
    [{ cors: true }, /"known"\|"strictest"/],
    [{ clock: {} }, /createSimulatedClock/],
    [{ port: '8080' }, /expected number.*\n.*port/],
    [{ port: 65_530 }, /65523\n.*port/],
    [{ origins: ['*'] }, /origin such as https:\/\/ide\.example.*\n.*origins\[0\]/],
    [{ origins: ['https://ide.example/path'] }, /origins\[0\]/],
    [{ runtime: { origins: ['*'] } }, /runtime\.origins\[0\]/],
    [{ faults: {} }, /expected array.*\n.*faults/],
    [{ netlify: { dealys: {} } }, /"dealys"\n.*netlify/],
    [{ netlify: { delays: { redy: 1 } } }, /"redy"\n.*netlify\.delays/],
    [{ vercel: { limits: { uploadsPerDay: 'many' } } }, /vercel\.limits\.uploadsPerDay/],
    [null, /expected object, received null/],
    ['x', /expected object, received string/],
  ])('refuses %j, and says what is wrong', async (options, words) => {
    await expect(createEmulator(options as EmulatorOptions)).rejects.toThrow(words)
    await expect(createEmulator(options as EmulatorOptions)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('an emulator with a seed', () => {
  it('makes up the same ids and names again, but never the same tokens', async () => {
    const [first, second, other] = [await start({ seed: 7 }), await start({ seed: 7 }), await start({ seed: 'other' })]
    const made = await makeSomething(first)
    expect(await makeSomething(second)).toEqual(made)
    const different = await makeSomething(other)
    for (const name of ['site', 'name', 'deploy', 'project', 'deployment', 'address']) {
      expect(different[name]).not.toBe(made[name])
    }
    expect(second.accounts.owner.netlifyId).toBe(first.accounts.owner.netlifyId)
    expect(second.token).not.toBe(first.token)
  })

  it('draws which requests a fault hits, the same ones each time', async () => {
    const hits = async (seed: number): Promise<string> => {
      const faults = [{ provider: 'netlify', chance: 0.3, fault: { kind: 'status', status: 500 } }] as const
      const emulator = await start({ seed, faults })
      const marks: string[] = []
      for (let index = 0; index < 60; index += 1) {
        const { status } = await emulator.fetch(`${emulator.netlify.url}/user`, {
          headers: { Authorization: `Bearer ${emulator.token}` },
        })
        marks.push(status === 500 ? 'x' : '.')
      }
      return marks.join('')
    }
    const marks = await hits(1)
    expect(await hits(1)).toBe(marks)
    expect(await hits(2)).not.toBe(marks)
    const count = marks.replaceAll('.', '').length
    expect(count).toBeGreaterThan(6)
    expect(count).toBeLessThan(36)
    await expect(start({ faults: [{ chance: 2, fault: { kind: 'refuse' } }] })).rejects.toThrow(/chance/)
  })
})

describe('reset', () => {
  it('forgets all that was done, and leaves addresses and tokens as they are', async () => {
    const emulator = await start({
      seed: 1,
      faults: [{ provider: 'netlify', path: '/api/v1/user', times: 1, fault: { kind: 'status', status: 503 } }],
    })
    const user = () =>
      emulator.fetch(`${emulator.netlify.url}/user`, { headers: { Authorization: `Bearer ${emulator.token}` } })
    const { token, netlify, github } = emulator
    const addresses = [netlify.url, github.url, emulator.vercel.url, emulator.relay.url]
    expect([(await user()).status, (await user()).status]).toEqual([503, 200])
    emulator.faults.add({ provider: 'vercel', fault: { kind: 'refuse' }, times: 1, at: 1_000 })
    emulator.dns.set('www.acme.example', 'CNAME', ['shop.localhost'])
    const made = await makeSomething(emulator)
    const { path } = github.state.repository('owner/shop')

    await emulator.reset()

    expect(emulator.requests).toEqual([])
    expect([netlify.state.sites.size, emulator.vercel.state.projects.size]).toEqual([0, 0])
    expect([github.state.repositories.length, emulator.gitlab.state.projects.length]).toEqual([0, 0])
    const dns = await emulator.fetch(`${emulator.dns.url}/?name=www.acme.example&type=CNAME`, {
      headers: { Accept: 'application/dns-json' },
    })
    expect(await dns.json()).toMatchObject({ Status: 3 })
    // The faults that it was made with are armed anew; the others are gone.
    expect([(await user()).status, (await user()).status]).toEqual([503, 200])
    expect(emulator.faults.list()).toHaveLength(1)
    expect([emulator.token, netlify.url, github.url, emulator.vercel.url, emulator.relay.url]).toEqual([
      token,
      ...addresses,
    ])
    expect(await makeSomething(emulator)).toEqual(made)
    expect(github.state.repository('owner/shop').path).not.toBe(path)
  })

  it('lets what is being answered come to its end, and answers what comes after it anew', async () => {
    const emulator = await start()
    const names = Array.from({ length: 6 }, (_, index) => `shop-${index}`)
    for (const name of names) await emulator.github.state.create(emulator.accounts.owner, name)
    emulator.clearRequests()
    const { requests } = emulator
    const put = async (name: string): Promise<number> => {
      const response = await emulator.fetch(`${emulator.github.url}/repos/owner/${name}/contents/a.txt`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${emulator.token}` },
        body: JSON.stringify({ message: 'one', content: '' }),
      })
      return response.status
    }
    const arrived = new Promise<void>((resolve) => {
      const stop = emulator.onRequest(() => {
        if (requests.length < names.length) return
        stop()
        resolve()
      })
    })
    const answers = Promise.all(names.map(put))
    await arrived
    await Promise.all([emulator.reset(), emulator.reset()])
    expect(await answers).toEqual(names.map(() => 201))
    expect(await put('shop-0')).toBe(404)
    await emulator.close()
    await expect(emulator.reset()).rejects.toThrow(/closed/)
  })
})

describe('a realistic emulator', () => {
  it('lets a deployment wait for what it makes, which takes no time on a simulated clock', async () => {
    const clock = createSimulatedClock()
    const emulator = await start({ profile: 'realistic', clock })
    const { token: auth, netlify: atNetlify, github: atGithub, git, vercel: atVercel, relay } = emulator
    const container = await createLocalContainer({ clock })
    await container.fs.writeFile('index.html', homePage)
    const deployment = deploy({
      container,
      git: github({ auth, repository: 'shop', apiUrl: atGithub.url, gitUrl: git.url }),
      targets: [
        netlify({ auth, site: 'shop', apiUrl: atNetlify.url }),
        vercel({ auth, project: 'shop', apiUrl: atVercel.url }),
      ],
      relay: relay.url,
      clock,
      fetch: emulator.fetch,
    })
    const begun = clock.now()
    const { releases } = await deployment.done
    for (const { url } of releases) expect([url, await (await emulator.fetch(url)).text()]).toEqual([url, homePage])
    await container.teardown()
    expect(clock.now() - begun).toBeGreaterThan(8_000)
    const statuses = (provider: string, path: RegExp) =>
      emulator.requests.filter((one) => one.provider === provider && path.test(one.path)).map(({ status }) => status)
    // Git finds the repository a moment after the API has told of it, and a new site is not found at first.
    const refs = statuses('git', /info\/refs\?service=git-receive-pack/)
    expect([refs[0], refs.at(-1)]).toEqual([404, 200])
    expect(statuses('sites', /.*/)).toContain(404)
    expect(emulator.requests.filter(({ status }) => (status ?? 0) >= 500)).toEqual([])
  })
})

describe('the emulator and pages', () => {
  const servers = ({ netlify, github, git, gitlab, vercel, neon, pages, dns, relay }: Emulator): string[] => [
    ...[
      `${netlify.url}/user`,
      `${github.url}/user`,
      `${git.url}/owner/shop.git/info/refs?service=git-upload-pack`,
      `${gitlab.url}/api/v4/user`,
    ],
    ...[
      `${vercel.url}/v2/user`,
      netlify.siteUrl('shop'),
      vercel.siteUrl('shop'),
      `${neon.url}/users/me`,
      pages.siteUrl('owner'),
      `${dns.url}/?name=a&type=A`,
      relay.url,
    ],
  ]

  it('answers those on loopback and those that it is told of, and no others', async () => {
    const emulator = await start({ origins: ['https://ide.example'] })
    const statuses = async (url: string) => {
      const asked = ['https://evil.example', 'null', 'http://localhost.evil.example', 'https://ide.example']
      const answers: number[] = []
      for (const origin of [...asked, 'http://localhost:5173', 'http://shop.localhost:1']) {
        const headers = { Origin: origin, Authorization: `Bearer ${emulator.token}` }
        answers.push((await emulator.fetch(url, { headers })).status)
      }
      return answers.map((status, index) => (index < 3 ? status : status === 403))
    }
    // The relay refuses in its own words, which are tested with it.
    for (const url of servers(emulator).slice(0, -1)) {
      expect([url, await statuses(url)]).toEqual([url, [403, 403, 403, false, false, false]])
    }
  })

  it('opens sockets for the same ones only', async () => {
    const { netlify } = await start({ origins: ['https://ide.example'] })
    const opened = async (headers: Record<string, string>): Promise<boolean> => {
      const socket = new WebSocket(netlify.logsUrl, { headers })
      const isOpen = await Promise.race([
        once(socket, 'open').then(() => true),
        once(socket, 'unexpected-response').then(() => false),
      ])
      socket.on('error', () => undefined)
      socket.terminate()
      return isOpen
    }
    expect(await opened({})).toBe(true)
    expect(await opened({ Origin: 'http://localhost:5173' })).toBe(true)
    expect(await opened({ Origin: 'https://ide.example' })).toBe(true)
    expect(await opened({ Origin: 'https://evil.example' })).toBe(false)
    expect(await opened({ Host: 'rebound.example' })).toBe(false)
  })

  it('lets them read nothing but GitHub where the strictest is assumed', async () => {
    const emulator = await start({ cors: 'strictest' })
    const { address = '' } = await makeSomething(emulator)
    await ask(emulator, 'POST', `${emulator.github.url}/repos/owner/shop/pages`, { source: { branch: 'main' } })
    const names = async (url: string, init: RequestInit): Promise<string[]> => {
      const headers = { Origin: 'http://localhost:5173', ...(init.headers as Record<string, string>) }
      const response = await emulator.fetch(url, { ...init, headers })
      return [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
    }
    const { netlify, vercel, gitlab, github, neon, dns, pages } = emulator
    const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }
    const authorization = { Authorization: `Bearer ${emulator.token}` }
    const apis = [`${netlify.url}/user`, `${vercel.url}/v2/user`, `${gitlab.url}/api/v4/user`, `${neon.url}/users/me`]
    for (const url of apis) {
      expect([url, await names(url, { method: 'OPTIONS', headers: asks })]).toEqual([url, []])
      expect([url, await names(url, { headers: authorization })]).toEqual([url, []])
      expect([url, await names(url, {})]).toEqual([url, []])
      expect([url, await names(`${url}/not-there`, { headers: authorization })]).toEqual([url, []])
    }
    const site = vercel.siteUrl(address)
    const page = `${pages.siteUrl('owner')}/shop/README.md`
    for (const url of [site, page]) await expect.poll(async () => (await emulator.fetch(url)).status).toBe(200)
    for (const url of [site, page, netlify.siteUrl('shop'), `${dns.url}/?name=a&type=A&ct=application/dns-json`]) {
      expect([url, await names(url, {})]).toEqual([url, []])
    }
    emulator.faults.add({ fault: { kind: 'status', status: 429 } })
    for (const url of [...apis, dns.url]) expect([url, await names(url, {})]).toEqual([url, []])
    emulator.faults.clear()
    for (const init of [{ method: 'OPTIONS', headers: asks }, { headers: authorization }, {}]) {
      expect(await names(`${github.url}/user`, init)).toContain('access-control-allow-origin')
    }
  })

  it('ends with the block that it was made in', async () => {
    let url = ''
    {
      await using emulator = await createEmulator()
      url = emulator.github.url
      expect((await fetch(url)).status).toBe(404)
    }
    await expect(fetch(url)).rejects.toThrow()
  })
})
