import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DeploymentEvent,
  deploy,
  listReleases,
  lockSite,
  memoryStorage,
  type PublishedRelease,
  promote,
  type Release,
  removePreviews,
  rollback,
  type Site,
  type Target,
  unlockSite,
} from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'

interface Provider {
  readonly name: string
  target(stage: Stage, site: string): Target
  /** Deployments that were made, failed ones among them. */
  count(stage: Stage): number
  /** Bytes that have been sent to it since the log was cleared. */
  sends(stage: Stage): number
}

const providers: readonly Provider[] = [
  {
    name: 'netlify',
    target: ({ emulator }, site) => netlify({ auth: emulator.token, site, apiUrl: emulator.netlify.url }),
    count: ({ emulator }) => emulator.netlify.state.deploys.size,
    sends: ({ emulator }) =>
      emulator.requests.filter(({ method, path }) => method === 'PUT' && /files/.test(path)).length,
  },
  {
    name: 'vercel',
    target: ({ emulator }, project) => vercel({ auth: emulator.token, project, apiUrl: emulator.vercel.url }),
    count: ({ emulator }) => emulator.vercel.state.deployments.size,
    sends: ({ emulator }) => emulator.requests.filter(({ path }) => path.startsWith('/v2/files')).length,
  },
]

describe.each(providers)('the releases of a site on $name', (provider) => {
  let stage: Stage
  const storage = memoryStorage()
  const clock = hurriedClock()
  let target: Target

  beforeAll(async () => {
    stage = await startStage({ 'index.html': '' }, { clock, vercel: { limits: { requestsPerMinute: 1_000_000 } } })
    target = provider.target(stage, 'shop')
  })
  afterAll(() => stage.close())

  async function publish(page: string, options: Partial<Parameters<typeof deploy>[0]> = {}): Promise<Release> {
    await stage.write({ 'index.html': page })
    const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
    const { fetch } = stage.emulator
    const deployment = deploy({
      container: stage.container,
      fetch,
      project,
      targets: [target],
      storage,
      clock,
      ...options,
    })
    const { releases } = await deployment.done
    return releases[0] as Release
  }

  const shown = async (url: string): Promise<string> => (await stage.emulator.fetch(url)).text()
  const access = () => ({ target, fetch: stage.emulator.fetch, clock, storage })
  const reading = () => ({ target, fetch: stage.emulator.fetch, clock })
  const contextOf = () => testContext({ fetch: stage.emulator.fetch, clock })
  const siteThere = async () => (await target.releases?.find(contextOf())) as Site
  const all = async (): Promise<PublishedRelease[]> => {
    const found: PublishedRelease[] = []
    for await (const release of listReleases(reading())) found.push(release)
    return found
  }

  it('goes from preview to production and back without building or sending anything', async () => {
    const first = await publish('one')
    expect(first.previous).toBeNull()
    const preview = await publish('two', { environment: 'preview' })
    expect(preview.previous).toBeUndefined()
    expect(await shown(first.url)).toBe('one')

    stage.emulator.clearRequests()
    const promoting = promote({ ...access(), release: preview.id })
    const events = await eventsOf(promoting)
    const { url, releases, verifications } = await promoting.done
    expect(url).toBe(first.url)
    expect(await shown(first.url)).toBe('two')
    expect(releases).toMatchObject([
      { environment: 'production', previous: first.id, uploaded: { files: 0, bytes: 0 } },
    ])
    expect(verifications).toMatchObject([{ url: first.url, compared: 1 }])
    expect(provider.sends(stage)).toBe(0)
    expect(outline(events)).toEqual([
      'deployment-start',
      'plan-create',
      'step-start site',
      'site-ready site',
      'step-end site',
      'step-start publish',
      'release-switch publish',
      'step-end publish',
      'step-start verify',
      'release-verify verify',
      'step-end verify',
      'deployment-end',
    ])

    const third = await publish('three')
    expect(third.previous).toBe(releases[0]?.id)
    const back = await rollback(access()).done
    expect(back.releases[0]).toMatchObject({ id: releases[0]?.id, previous: third.id })
    expect(await shown(first.url)).toBe('two')
    const furthest = await rollback({ ...access(), release: first.id }).done
    expect(furthest.releases[0]?.previous).toBe(releases[0]?.id)
    expect(await shown(first.url)).toBe('one')
    // Once more comes to the same.
    await rollback({ ...access(), release: first.id }).done
    expect(await shown(first.url)).toBe('one')
  })

  it('publishes again after a rollback', async () => {
    const release = await publish('four')
    expect(await shown(release.url)).toBe('four')
  })

  it('lists them, the latest first, and says which is live', async () => {
    const found = await all()
    expect(found.map(({ createdAt }) => createdAt)).toEqual(
      found.map(({ createdAt }) => createdAt).sort((a, b) => b - a),
    )
    expect(found.filter(({ live }) => live)).toMatchObject([{ target: provider.name, environment: 'production' }])
    const live = found.find((release) => release.live)
    expect(live?.title).toBe('Deploy the project')
    expect(await shown(live?.permalink ?? '')).toBe('four')
    expect(found.every(({ state }) => state === 'ready')).toBe(true)
  })

  it('keeps a locked site as it is until it is unlocked', async () => {
    await lockSite(reading())
    await lockSite(reading())
    const error = await thrownBy(publish('five'))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'site-locked' })
    const [{ permalink = '' } = {}] = await all()
    const { url } = await rollback({ ...access(), release: (await all()).find(({ live }) => live)?.id ?? '' }).done
    expect(await shown(url ?? '')).toBe('four')
    expect(await shown(permalink ?? '')).toBe('five')
    await unlockSite(reading())
    await publish('six')
    expect(await shown(url ?? '')).toBe('six')
  })

  it('removes old previews and nothing else', async () => {
    await publish('a', { environment: 'preview' })
    const latest = await publish('b', { environment: 'preview' })
    const before = await all()
    const old = before.filter(({ environment, id }) => environment === 'preview' && id !== latest.id)
    expect(old.length).toBeGreaterThan(0)
    const none = await removePreviews({ ...reading(), olderThan: 3_600_000 })
    expect(none).toEqual([])
    const removed = await removePreviews({ ...reading(), keep: 1 })
    expect(removed.map(({ id }) => id)).toEqual(old.map(({ id }) => id))
    const gone = new Set(old.map(({ id }) => id))
    expect((await all()).map(({ id }) => id)).toEqual(before.map(({ id }) => id).filter((id) => !gone.has(id)))
  })

  it('takes a release back that does not verify, and says so', async () => {
    const good = await publish('good')
    const live = good.url
    const broken = (url: string) => url.startsWith(live)
    let failing = true
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { url } = new Request(input, init)
      if (failing && broken(url)) return new Response('stale', { status: 500 })
      return stage.emulator.fetch(input, init)
    }
    const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
    await stage.write({ 'index.html': 'bad' })
    const deployment = deploy({
      ...{ container: stage.container, fetch, project, targets: [target], storage, clock },
      verify: { timeLimit: 50, rollback: true },
    })
    const events = await eventsOf(deployment)
    failing = false
    const { outcome, error } = endOf(events) as { outcome: string; error?: unknown }
    expect(outcome).toBe('failure')
    expect(error).toMatchObject({ name: 'VerifyError', details: { rolledBackTo: good.id } })
    expect(events.find(({ type }) => type === 'release-switch')).toMatchObject({
      way: 'restore',
      release: { id: good.id },
    })
    expect(await shown(live)).toBe('good')
  })

  it('rolls back to what was live before, not to what was taken back', async () => {
    const good = await publish('A, which is good')
    await publish('B, which is bad')
    await rollback(access()).done
    expect(await shown(good.url)).toBe('A, which is good')
    const third = await publish('C')
    expect(third.previous).toBe(good.id)
    await rollback(access()).done
    expect(await shown(good.url)).toBe('A, which is good')

    const before = await publish('D')
    const preview = await publish('P', { environment: 'preview' })
    await publish('another preview', { environment: 'preview' })
    const { releases } = await promote({ ...access(), release: preview.id }).done
    // Promoted twice, it is the same.
    const again = await promote({ ...access(), release: preview.id }).done
    expect(again.releases[0]?.id).toBe(releases[0]?.id)
    expect(await shown(good.url)).toBe('P')
    const back = await rollback(access()).done
    expect(back.releases[0]?.id).toBe(before.id)
    expect(await shown(good.url)).toBe('D')
  })

  it('does not guess where the provider does not tell what was live before', async () => {
    // Netlify tells when each release went live.
    if (provider.name === 'netlify') return
    const [, , earlier] = (await all()).filter(({ environment, live }) => environment === 'production' && !live)
    await rollback({ ...access(), release: earlier?.id ?? '' }).done
    const elsewhere = { ...access(), storage: memoryStorage() }
    const error = await thrownBy(rollback(elsewhere).done)
    expect(error).toMatchObject({ name: 'ConflictError', code: 'release-missing' })
    await publish('E')
  })

  it('leaves a release alone that somebody published while another one was verified', async () => {
    const { url } = await publish('F')
    let isOther = false
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      if (request.url.startsWith(url) && !isOther) {
        isOther = true
        await promoteElsewhere()
      }
      return stage.emulator.fetch(input, init)
    }
    const promoteElsewhere = async () => {
      const [, other] = (await all()).filter(({ environment, live }) => environment === 'production' && !live)
      await target.releases?.publish(other?.id ?? '', await siteThere(), 'promote', contextOf())
    }
    await stage.write({ 'index.html': 'G' })
    const project = { framework: 'static', buildCommand: null, outputDirectory: '.' }
    const deployment = deploy({
      ...{ container: stage.container, fetch, clock, project, targets: [target], storage },
      verify: { timeLimit: 50, rollback: true },
    })
    const error = await thrownBy(deployment.done)
    expect(error).toMatchObject({ name: 'VerifyError', details: { rolledBackTo: null } })
    expect(await shown(url)).not.toBe('F')
    await publish('H')
  })

  it('names what it does not find', async () => {
    const unknown = await thrownBy(promote({ ...access(), release: 'dpl_nothing' }).done)
    expect(unknown).toMatchObject({ name: 'OptionsError', code: 'release-unknown' })
    const nowhere = provider.target(stage, 'nowhere')
    const missing = await thrownBy(rollback({ ...access(), target: nowhere }).done)
    expect(missing).toMatchObject({ name: 'OptionsError', code: 'site-missing' })
    const made = provider.count(stage)
    expect(await thrownBy(lockSite({ ...reading(), target: nowhere }))).toMatchObject({ code: 'site-missing' })
    expect(provider.count(stage)).toBe(made)
    const typo = { ...access(), release: 'x', relase: 'y' }
    expect(await thrownBy(promote(typo).done)).toMatchObject({ code: 'options-invalid' })
  })

  it('does not switch a site that is being published', async () => {
    const slow = deploy({
      ...{ container: stage.container, fetch: stage.emulator.fetch, storage, clock, targets: [target] },
      project: { framework: 'static', buildCommand: null, outputDirectory: '.' },
      approve: async () => {
        const error = await thrownBy(rollback(access()).done)
        expect(error).toMatchObject({
          name: 'ConflictError',
          code: 'deployment-running',
          details: { deployment: slow.id },
        })
        return true
      },
    })
    await slow.done
  })
})

/** Types in their order with the kind of step, without requests and states of the moment. */
function outline(events: readonly DeploymentEvent[]): string[] {
  const passing = new Set(['release-state', 'step-progress', 'request-retry', 'request-wait'])
  return events
    .filter(({ type }) => !passing.has(type))
    .map(({ type, step }) => (step === null ? type : `${type} ${step.replace(/-.*/, '')}`))
}
