import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment, Release, Site } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { testContext } from '../support/context.js'
import { faultAt, faults } from '../support/faults.js'
import { type Death, type Memory, type MortalRun, mortalRun } from '../support/mortal-run.js'
import { thrownBy } from '../support/thrown-by.js'
import type { Interceptor, SeenRequest } from '../support/watched-fetch.js'
import { abilitiesOf, type TargetBench, type TargetSuite } from './conformance.js'

/** The promises of the port about what goes wrong on the way: nothing is made twice, and nothing is sent twice. */
export function targetResumeConformance(suite: TargetSuite): void {
  const can = abilitiesOf(suite)
  describe(`${suite.name} as a target that is interrupted`, () => {
    let bench: TargetBench
    let count = 0

    beforeAll(async () => {
      bench = await suite.setup()
    })
    afterAll(() => bench.close())

    const freshName = (): string => `survivor-${++count}`
    const filesOf = (name: string): Files => ({
      'index.html': `<h1>${name}</h1>`,
      'a.js': `a("${name}")`,
      'b.js': name,
    })

    interface RunOptions {
      readonly memory?: Memory
      readonly files?: Files
      readonly death?: Death
      readonly intercept?: Interceptor
      readonly environment?: Environment
      readonly title?: string
    }
    /** Prepares and publishes with an adapter of its own, as a tab does. */
    function run(name: string, options: RunOptions): Promise<MortalRun> {
      const {
        memory = new Map(),
        files = filesOf(name),
        environment = 'production',
        title = 'A test',
        ...how
      } = options
      const target = bench.target(name)
      return mortalRun(
        bench,
        memory,
        async (step) => {
          const artifacts = await artifactsOf(files)
          const site = await step('site', target.checkpoint, (context) => target.prepare({ environment }, context))
          const input = { site, artifacts, environment, title, deployment: `of ${name}` }
          await step('publish', target.checkpoint, (context) => target.publish(input, context))
        },
        how,
      )
    }

    const resultOf = <Result>(memory: Memory, step: string): Result => JSON.parse(memory.get(step)?.result ?? 'null')
    const siteOf = (memory: Memory): Site => resultOf(memory, 'site')
    const releaseOf = (memory: Memory): Release => resultOf(memory, 'publish')
    const checkpointOf = (target: Target, memory: Memory): unknown =>
      target.checkpoint.parse(JSON.parse(memory.get('publish')?.saved ?? 'null'))
    const contentsOf = (requests: readonly SeenRequest[]): string[] =>
      requests.filter(bench.isUpload).map(({ body }) => Buffer.from(body as Uint8Array).toString('base64'))

    async function expectServed(address: string, files: Files): Promise<void> {
      for (const [path, content] of Object.entries(files)) {
        const response = await bench.fetch(`${address.replace(/\/$/, '')}/${path}`)
        expect(new Uint8Array(await response.arrayBuffer()), path).toEqual(bytesOf(content))
      }
    }

    /** One site, made by this deployment, with one deployment that is live and serves the files. */
    async function expectOne(name: string, memory: Memory, files = filesOf(name)): Promise<void> {
      const [site, release] = [siteOf(memory), releaseOf(memory)]
      expect(site).toMatchObject({ name, created: true })
      expect(bench.countSites(name)).toBe(1)
      expect(bench.deployments(name)).toEqual([{ id: release.id, state: 'live' }])
      await expectServed(release.url, files)
    }

    it.each(suite.faults ?? Object.keys(faults))('makes everything once where any one request %s', async (fault) => {
      for (let index = 0; ; index += 1) {
        const name = freshName()
        const memory: Memory = new Map()
        const broken = faultAt(index, fault)
        await run(name, { memory, intercept: broken.intercept })
        await expectOne(name, memory)
        if (!broken.befell) {
          expect(index).toBeGreaterThan(5)
          return
        }
      }
    })

    it.each(['at a save', 'before a request', 'after a request'] as const)(
      'goes on where it ended when the tab is closed %s',
      async (moment) => {
        for (let index = 0; ; index += 1) {
          const name = freshName()
          const memory: Memory = new Map()
          const first = await run(name, { memory, death: { moment, index } })
          if (!first.ended) {
            const second = await run(name, { memory })
            const arrived = contentsOf(first.answered)
            expect(contentsOf(second.requests).filter((content) => arrived.includes(content))).toEqual([])
          }
          await expectOne(name, memory)
          if (first.ended) {
            expect(index).toBeGreaterThan(1)
            return
          }
        }
      },
    )

    it.runIf(can.smallSteps)('comes to its end although the tab is closed again and again', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      const files = { ...filesOf(name), ...manyFiles(20) }
      let runs = 1
      const death = { moment: 'after a request', index: 4 } as const
      while (!(await run(name, { memory, files, death })).ended) runs += 1
      expect(runs).toBeGreaterThan(3)
      await expectOne(name, memory, files)
    })

    it.runIf(can.uploads)('sends after a kill what had not arrived, and only that', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      const files = { 'index.html': name, ...manyFiles(149) }
      const first = await run(name, { memory, files, death: { moment: 'after a request', index: 80 } })
      const second = await run(name, { memory, files })
      const arrived = contentsOf(first.answered)
      expect(arrived.length).toBeGreaterThan(50)
      const again = contentsOf(second.requests)
      expect(again.filter((content) => arrived.includes(content))).toEqual([])
      expect(again.length).toBeGreaterThan(0)
      expect(again.length).toBeLessThanOrEqual(150 - arrived.length)
      await expectOne(name, memory, files)
    })

    it('adopts what it made when the network dies with the answer', async () => {
      for (let index = 0; ; index += 1) {
        const name = freshName()
        const memory: Memory = new Map()
        let sent = 0
        const work = run(name, {
          memory,
          intercept: async (_, send) => {
            if (sent > index) throw new TypeError('Failed to fetch')
            sent += 1
            const response = await send()
            if (sent <= index) return response
            throw new TypeError('Failed to fetch')
          },
        })
        const error = await thrownBy(work.then((ended) => Promise.reject(ended))).catch((ended: unknown) => ended)
        if (error instanceof Error) {
          expect(error).toMatchObject({ code: 'network-unreachable', retryable: true })
          await run(name, { memory })
        }
        await expectOne(name, memory)
        if (!(error instanceof Error)) return
      }
    })

    const midway: Death = { moment: 'after a request', index: 3 }

    it.runIf(can.cancellation)('cancels what was begun with other files, and begins anew', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      expect((await run(name, { memory, death: midway })).ended).toBe(false)
      const other = { ...filesOf(name), 'a.js': 'another build' }
      await run(name, { memory, files: other })
      const { id, url } = releaseOf(memory)
      expect(bench.deployments(name).map(({ state }) => state)).toEqual(['failed', 'live'])
      expect(bench.deployments(name)[1]?.id).toBe(id)
      await expectServed(url, other)
    })

    it.runIf(can.succession)(
      'puts no older release in the place of one that somebody published meanwhile',
      async () => {
        let refused = 0
        for (let index = 0; ; index += 1) {
          const name = freshName()
          await run(name, { files: { 'index.html': 'before' } })
          const memory: Memory = new Map()
          if ((await run(name, { memory, death: { moment: 'after a request', index } })).ended) break
          if (memory.get('publish')?.saved === undefined) continue
          const newer: Memory = new Map()
          const files = { 'index.html': 'newer' }
          await run(name, { memory: newer, files, title: 'The newer one' })
          const error = await thrownBy(run(name, { memory }))
          const { id, url } = releaseOf(newer)
          expect(error).toMatchObject({ name: 'ConflictError', code: 'deployment-superseded', retryable: false })
          expect(error.details).toMatchObject({ published: id, site: name })
          expect(error.message).toContain('The newer one')
          await expectServed(url, files)
          refused += 1
        }
        expect(refused).toBeGreaterThan(3)
      },
    )

    it.runIf(can.previews)('goes on with a preview whatever was published meanwhile', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      expect((await run(name, { memory, death: midway, environment: 'preview' })).ended).toBe(false)
      await run(name, { files: { 'index.html': 'newer' } })
      await run(name, { memory, environment: 'preview' })
      await expectServed(releaseOf(memory).url, filesOf(name))
    })

    it('takes what it made itself for no newer release, though it never heard of it', async () => {
      const known = freshName()
      const files = filesOf(known)
      await run(known, {})
      for (let index = 0; ; index += 1) {
        const name = freshName()
        const memory: Memory = new Map()
        const { ended } = await run(name, { memory, files, death: { moment: 'after a request', index } })
        // Nothing has to be sent, so it goes live by itself.
        await bench.clock.sleep(5000)
        if (!ended) await run(name, { memory, files })
        await expectOne(name, memory, files)
        if (ended) return
      }
    })

    it('takes what an earlier run of it published for no newer release where the files are others by now', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      await run(name, { memory })
      // The tab was closed before the end was written down.
      const { saved = '' } = memory.get('publish') ?? {}
      memory.set('publish', { saved })
      const files = { ...filesOf(name), 'a.js': 'built again' }
      for (let index = 0; !(await run(name, { memory, files, death: { ...midway, index } })).ended; index += 1);
      await expectServed(releaseOf(memory).url, files)
    })

    it.runIf(can.cancellation)('does not go on with what was canceled', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      expect((await run(name, { memory, death: midway })).ended).toBe(false)
      const target = bench.target(name)
      await target.cancel?.(checkpointOf(target, memory), testContext(bench))
      await run(name, { memory })
      expect(bench.deployments(name).map(({ state }) => state)).toEqual(['failed', 'live'])
      await expectServed(releaseOf(memory).url, filesOf(name))
    })

    it.runIf(can.cancellation)(
      'cancels what was made by a request whose answer nobody waited for, and begins anew',
      async () => {
        for (const how of ['cancel', 'other files'] as const) {
          const name = freshName()
          const memory: Memory = new Map()
          for (let index = 0; bench.deployments(name).length === 0; index += 1)
            await run(name, { memory, death: { moment: 'after a request', index } })
          const target = bench.target(name)
          if (how === 'cancel') await target.cancel?.(checkpointOf(target, memory), testContext(bench))
          const files = how === 'cancel' ? filesOf(name) : { 'index.html': 'another build' }
          await run(name, { memory, files })
          expect(bench.deployments(name).map(({ state }) => state)).toEqual(['failed', 'live'])
          await expectServed(releaseOf(memory).url, files)
        }
      },
    )

    it('cancels nothing where only the site was about to be made', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      await run(name, { memory, death: { moment: 'at a save', index: 0 } })
      const target = bench.target(name)
      const saved = target.checkpoint.parse(JSON.parse(memory.get('site')?.saved ?? 'null'))
      await target.cancel?.(saved, testContext(bench))
      expect(bench.countSites(name)).toBe(0)
    })

    it('does not call a site its own that was there and has published', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      await run(name, { memory, death: { moment: 'at a save', index: 0 } })
      await run(name, { files: { 'index.html': 'of another tab' } })
      await run(name, { memory })
      expect(siteOf(memory).created).toBe(false)
      expect(bench.countSites(name)).toBe(1)
    })

    it.runIf(can.repetition)('makes another deployment for another release, also of the same files', async () => {
      const name = freshName()
      const target = bench.target(name)
      const site = await target.prepare({ environment: 'production' }, testContext(bench))
      const artifacts = await artifactsOf(filesOf(name))
      const publish = (deployment: string, again: boolean) => {
        const input = { site, artifacts, environment: 'production', title: 'The same', deployment } as const
        return bench.target(name).publish(input, testContext({ ...bench, again }))
      }
      const first = await publish('one', false)
      expect((await publish('one', true)).id).toBe(first.id)
      expect((await publish('two', true)).id).not.toBe(first.id)
    })

    it('confirms a site and a release as long as they are there', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      await run(name, { memory })
      const [site, release] = [siteOf(memory), releaseOf(memory)]
      const confirm = async (id = release.id) => {
        const target = bench.target(name)
        return [
          await target.confirmSite(site, testContext(bench)),
          await target.confirmRelease({ ...release, id }, site, testContext(bench)),
        ]
      }
      expect(await confirm()).toEqual([true, true])
      if (can.cancellation) {
        const half: Memory = new Map()
        await run(name, { memory: half, files: { 'index.html': 'never finished' }, death: midway })
        const underWay = bench.deployments(name).at(-1)
        expect(underWay?.state).toBe('under-way')
        expect(await confirm(underWay?.id)).toEqual([true, false])
      }
      await bench.removeSite(name)
      expect(await confirm()).toEqual([false, false])
    })

    it('does not take a page for the word that a site is gone', async () => {
      const name = freshName()
      const memory: Memory = new Map()
      await run(name, { memory })
      const page = async () =>
        new Response('<!doctype html>', { status: 404, headers: { 'content-type': 'text/html' } })
      const context = testContext({ ...bench, fetch: page })
      const error = await thrownBy(bench.target(name).confirmSite(siteOf(memory), context))
      expect(error).toMatchObject({ code: 'reply-malformed', retryable: true })
    })

    it('names what no two deployments may write at a time, however it is spelled', () => {
      const [one, same, other] = ['Shop', 'shop', 'docs'].map((site) => bench.target(site).resource)
      expect(one).toBe(same)
      expect(one).not.toBe(other)
      expect(bench.target('shop', 'owner', 'docs').resource).toBe(same)
    })
  })
}
