import { afterEach, describe, expect, it } from 'vitest'
import { type DeploymentEvent, type DeploymentStorage, follow, memoryStorage, resume } from '../../src/index.js'
import type { Claim, Release } from '../../src/spec/release.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { optionsError } from '../support/options-error.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

const hour = 60 * 60_000
const claimOf = ({ claim }: Release): Claim => {
  if (!claim) throw new Error('the release has no claim')
  return claim
}
const tokenOf = (release: Release) => claimOf(release).url.replace(/^.*#drop_token=/, '')

/** Everything that a storage keeps, as text; a key that can't be read out is none. */
async function kept({ journal }: DeploymentStorage): Promise<string> {
  const values = await Promise.all((await journal.keys('')).map((key) => journal.read(key)))
  return JSON.stringify(values)
}

/** The events with the claims of the result left out. */
const withoutResult = (events: readonly DeploymentEvent[]) => events.filter(({ type }) => type !== 'deployment-end')

describe('a deployment that is to be claimed', () => {
  let stage: Stage

  afterEach(() => stage.close())

  const anonymous = () => netlify({ anonymous: true, apiUrl: stage.emulator.netlify.url })
  const broken = (isBroken: () => boolean): typeof fetch => {
    return async (input, init) => {
      const url = String(input instanceof Request ? input.url : input)
      const isPage = !url.startsWith(stage.emulator.netlify.url) && !url.startsWith(stage.emulator.vercel.url)
      return isBroken() && isPage ? new Response('elsewhere') : stage.emulator.fetch(input, init)
    }
  }
  const quick = { verify: { timeLimit: 1 } } as const

  it('tells the link with its result, and nowhere else but sealed', async () => {
    stage = await startStage()
    const storage = memoryStorage()
    const deployment = stage.deploy({ targets: [anonymous()], git: undefined, storage })
    const events = await eventsOf(deployment)
    const own = events.filter(({ step }) => step === 'publish-netlify').map((event) => event.type)
    expect(own.filter((type) => type !== 'release-state' && type !== 'step-progress')).toEqual([
      'step-start',
      'plan-update',
      'site-ready',
      'upload-start',
      'release-create',
      'step-end',
    ])
    const [release] = (await deployment.done).releases
    const sites = events.flatMap((event) => (event.type === 'site-ready' ? [event.site.url] : []))
    expect(sites).toEqual([release?.url])
    const token = tokenOf(release as Release)
    const end = endOf(events)
    expect(end).toMatchObject({ outcome: 'success', result: { releases: [release], verifications: [{}] } })
    expect(JSON.stringify(withoutResult(events))).not.toContain(token)
    expect(await kept(storage)).not.toContain(token)
    const followed = await eventsOf({ ...deployment, events: follow(deployment.id, { storage }).events })
    expect(endOf(followed)).toEqual(end)
    // Without the key that the browser kept, the link is gone and all else is there.
    await storage.journal.write(new Map([['cache/seal', undefined]]))
    const unread = endOf(await eventsOf({ ...deployment, events: follow(deployment.id, { storage }).events }))
    expect(unread).toMatchObject({ outcome: 'success', result: { releases: [{ id: release?.id, claim: undefined }] } })
    const [site] = [...stage.emulator.netlify.state.sites.values()]
    expect(site).toMatchObject({ published: { id: release?.id }, drop: { token } })
  })

  it('goes on after a failed verification with the same site and the same link', async () => {
    stage = await startStage()
    const storage = memoryStorage()
    let isBroken = true
    const fetch = broken(() => isBroken)
    const first = stage.deploy({ targets: [anonymous()], git: undefined, storage, fetch, ...quick })
    expect(endOf(await eventsOf(first))).toMatchObject({ outcome: 'failure', error: { name: 'VerifyError' } })
    const [site] = [...stage.emulator.netlify.state.sites.values()]
    isBroken = false
    const second = resume(first.id, { targets: [anonymous()], storage, fetch })
    const { releases } = await second.done
    expect(tokenOf(releases[0] as Release)).toBe(site?.drop?.token)
    expect(stage.emulator.netlify.state.sites.size).toBe(1)
    const steps = (await eventsOf(second)).filter(({ type }) => type === 'step-skip').map(({ step }) => step)
    expect(steps).toContain('publish-netlify')
    expect(await kept(storage)).not.toContain(site?.drop?.token)
  })

  it('refuses a preview, and a project with functions, before a site is made', async () => {
    stage = await startStage()
    const preview = stage.deploy({ targets: [anonymous()], git: undefined, environment: 'preview' })
    expect(await thrownBy(preview.done)).toMatchObject({ name: 'OptionsError', code: 'preview-unsupported' })
    await stage.write({ 'netlify/functions/hello.mjs': 'export default () => new Response("hello")' })
    const functions = stage.deploy({ targets: [anonymous()], git: undefined })
    expect(await thrownBy(functions.done)).toMatchObject({ name: 'OptionsError', code: 'functions-need-account' })
    expect(stage.emulator.netlify.state.sites.size).toBe(0)
  })

  it('hands a project of the own account at Vercel over by a link, once, and goes on serving it', async () => {
    stage = await startStage()
    const { vercel: provider } = stage.emulator
    const storage = memoryStorage()
    const claim = { returnUrl: 'https://ide.example/claimed' }
    const target = () => vercel({ auth: stage.emulator.token, project: 'given', apiUrl: provider.url, claim })
    let isBroken = true
    const fetch = broken(() => isBroken)
    const first = stage.deploy({ targets: [target()], git: undefined, storage, fetch, ...quick })
    expect(endOf(await eventsOf(first))).toMatchObject({ outcome: 'failure', error: { name: 'VerifyError' } })
    isBroken = false
    const start = Date.now()
    const second = resume(first.id, { targets: [target()], storage, fetch })
    const events = await eventsOf(second)
    const [release] = (await second.done).releases
    const [code = ''] = [...provider.state.transfers.keys()]
    expect(provider.state.transfers.size).toBe(1)
    const { url, expiresAt, site } = claimOf(release as Release)
    const address = new URL(url)
    expect(address.origin + address.pathname).toBe('https://vercel.com/claim-deployment')
    expect(Object.fromEntries(address.searchParams)).toEqual({ code, ...claim })
    expect(Math.abs((expiresAt ?? 0) - start - 24 * hour)).toBeLessThan(60_000)
    expect(JSON.stringify(withoutResult(events))).not.toContain(code)
    expect(await kept(storage)).not.toContain(code)

    const accept = await stage.emulator.fetch(`${provider.url}/projects/transfer-request/${code}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stage.emulator.otherTokens.stranger}`, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(accept.status).toBe(202)
    expect(provider.state.projects.get(site)?.account.login).toBe('stranger')
    expect(await (await stage.emulator.fetch(release?.url ?? '')).text()).toContain('<title>Shop</title>')
  })

  it('asks Vercel for no link unless it is told to, and refuses a wrong address to come back to', async () => {
    stage = await startStage()
    const { vercel: provider, token: auth } = stage.emulator
    const plain = vercel({ auth, project: 'kept', apiUrl: provider.url, claim: false })
    const { releases } = await stage.deploy({ targets: [plain], git: undefined }).done
    expect(releases[0]).not.toHaveProperty('claim')
    expect(provider.state.transfers.size).toBe(0)
    const wrong = () => vercel({ auth, project: 'kept', claim: { returnUrl: 'javascript:alert(1)' } })
    expect(optionsError(wrong).message).toContain('vercel.claim')
  })
})
