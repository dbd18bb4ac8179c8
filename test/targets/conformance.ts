import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/spec/context.js'
import type { RequestEstimate } from '../../src/spec/plan.js'
import type { Environment, Release, Site } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { artifactsOf, bytesOf, type Files, manyFiles } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'
import { targetResumeConformance } from './resume-conformance.js'

/** Whose token a target is given. */
export type TokenKind = 'owner' | 'wrong' | 'powerless'

/** A deployment as the provider remembers it. */
export interface RemoteDeployment {
  readonly id: string
  readonly state: 'live' | 'under-way' | 'failed'
}

/** What the suite needs to know of a provider. */
export interface TargetBench {
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** @param name What the target is called; without one, as its provider is. */
  target(site: string, token?: TokenKind, name?: string): Target
  /** Makes a site of somebody else's. */
  takeName(site: string): Promise<void>
  /** How many sites the provider has of that name. */
  countSites(site: string): number
  /** Removes a site with all that it serves. */
  removeSite(site: string): Promise<void>
  /** The deployments of a site, oldest first. */
  deployments(site: string): readonly RemoteDeployment[]
  /** Whether a request sends one file's bytes. Never, where a target does not send each by a request of its own. */
  isUpload(request: SeenRequest): boolean
  close(): Promise<void>
}

/** What not every target can. */
export interface TargetAbilities {
  /** Each file is sent by a request of its own, once, and nothing is added to the files. */
  readonly uploads: boolean
  /** A preview has an address of its own. */
  readonly previews: boolean
  /** An earlier release can be made live again without sending it. */
  readonly restore: boolean
  /** A site's name may be somebody else's. */
  readonly takenNames: boolean
  /** Names are composed (NFC) before they are served. */
  readonly composedNames: boolean
  /** A deployment under way can be canceled, so that it never goes live. */
  readonly cancellation: boolean
  /** Another release of the same files is another deployment. */
  readonly repetition: boolean
  /** A release that somebody published meanwhile is told by its title. */
  readonly succession: boolean
  /** A run of few requests gets further than the one before, however often the tab is closed. */
  readonly smallSteps: boolean
}

/** A provider, and how to start it. */
export interface TargetSuite {
  readonly name: string
  /** What its target can't. @default it can everything */
  readonly can?: Partial<TargetAbilities>
  /** What it says to a token that may not publish on a site that is there. @default an AuthError `token-forbidden` */
  readonly forbidden?: { readonly name: string; readonly code: string }
  /** The faults that it is tried with at each request, where it commits, and commits are tried with all of them. @default all */
  readonly faults?: readonly string[]
  setup(): Promise<TargetBench>
}

/** Everything that a target can, where its suite does not say otherwise. */
export function abilitiesOf({ can }: TargetSuite): TargetAbilities {
  const all = { uploads: true, previews: true, restore: true, takenNames: true, composedNames: true }
  return { ...all, cancellation: true, repetition: true, succession: true, smallSteps: true, ...can }
}

/** Names that are legal and yet go wrong where an address is put together carelessly. */
export const hostileFiles: Files = {
  'index.html': '<!doctype html><title>Names</title>',
  '.well-known/security.txt': 'Contact: mailto:security@example.com\n',
  '.dotfile': 'dot',
  'with space/a b.txt': 'space',
  'a#b.txt': 'hash',
  'a?b=c.txt': 'question',
  '100%.txt': 'percent',
  '%41.txt': 'looks encoded',
  'a+b&c=d.txt': 'plus',
  "it's (a) [file]!~*;,@$.txt": 'punctuation',
  'größe/naïve-日本語-😀.txt': 'unicode',
  // Written with a combining accent: hosts are given it composed.
  'cafe\u0301.txt': 'decomposed',
}

/** The promises of the port, which every target keeps. */
export function targetConformance(suite: TargetSuite): void {
  targetResumeConformance(suite)
  const can = abilitiesOf(suite)
  describe(`${suite.name} as a target`, () => {
    let bench: TargetBench
    let count = 0
    let deployments = 0

    beforeAll(async () => {
      bench = await suite.setup()
    })
    afterAll(() => bench.close())

    interface Outcome {
      readonly site: Site
      readonly release: Release
      readonly context: TestContext
      readonly uploads: readonly SeenRequest[]
    }
    const freshName = (): string => `site-${++count}`

    async function publish(
      name: string,
      files: Files,
      options: { environment?: Environment; token?: TokenKind; intercept?: Interceptor; signal?: AbortSignal } = {},
    ): Promise<Outcome> {
      const { environment = 'production', token = 'owner', intercept, signal } = options
      const watched = watchFetch(bench.fetch, intercept)
      const context = testContext({ ...bench, fetch: watched.fetch, ...(signal && { signal }) })
      const target = bench.target(name, token)
      const site = await target.prepare({ environment }, context)
      const artifacts = await artifactsOf(files)
      const deployment = `deployment-${++deployments}`
      const release = await target.publish({ site, artifacts, environment, title: 'A test', deployment }, context)
      return { site, release, context, uploads: watched.requests.filter(bench.isUpload) }
    }

    async function served(address: string, path = ''): Promise<{ status: number; bytes: Uint8Array }> {
      const encoded = (can.composedNames ? path.normalize('NFC') : path).split('/').map(encodeURIComponent).join('/')
      const response = await bench.fetch(`${address.replace(/\/$/, '')}/${encoded}`)
      return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) }
    }

    async function expectServed(address: string, files: Files): Promise<void> {
      for (const [path, content] of Object.entries(files)) {
        expect(await served(address, path), path).toEqual({ status: 200, bytes: bytesOf(content) })
      }
    }

    it('creates the site and serves a first release', async () => {
      const name = freshName()
      const files = { 'index.html': '<h1>One</h1>', 'assets/app.js': 'one()', 'image.bin': Uint8Array.of(0, 255, 128) }
      const { site, release, context, uploads } = await publish(name, files)
      expect(site).toMatchObject({ name, created: true })
      expect(release).toMatchObject({ environment: 'production', url: site.url })
      if (can.uploads) {
        expect(release.uploaded).toEqual({ files: 3, bytes: 12 + 5 + 3 })
        expect(uploads).toHaveLength(3)
        expect(context.eventsOf('upload-start')).toEqual([
          { type: 'upload-start', target: release.target, files: 3, bytes: 20 },
        ])
        expect(context.eventsOf('step-progress').at(-1)).toMatchObject({ done: 20, total: 20, unit: 'bytes' })
      }
      expect(release.uploaded.files).toBeGreaterThanOrEqual(3)
      expect(context.eventsOf('release-state').every((event) => event.id === release.id)).toBe(true)
      expect(bench.deployments(name)).toEqual([{ id: release.id, state: 'live' }])
      await expectServed(release.url, files)
      expect(await served(release.url)).toEqual({ status: 200, bytes: bytesOf('<h1>One</h1>') })
    })

    it('finds the site that is there instead of making another', async () => {
      const name = freshName()
      const target = bench.target(name)
      const created = await target.prepare({ environment: 'production' }, testContext(bench))
      const found = await bench.target(name).prepare({ environment: 'production' }, testContext(bench))
      expect(found).toEqual({ ...created, created: false })
      expect(bench.countSites(name)).toBe(1)
    })

    it('is called as its provider is, or as it is told, so that two sites can be told apart', async () => {
      expect(bench.target(freshName()).name).toBe(suite.name)
      const context = testContext(bench)
      const publishAs = async (name: string): Promise<Release> => {
        const target = bench.target(freshName(), 'owner', name)
        expect(target.name).toBe(name)
        const site = await target.prepare({ environment: 'production' }, context)
        const artifacts = await artifactsOf({ 'index.html': `<h1>${name}</h1>` })
        return target.publish({ site, artifacts, environment: 'production', title: name, deployment: name }, context)
      }
      const [shop, docs] = await Promise.all([publishAs('shop'), publishAs('docs-2')])
      expect([shop.target, docs.target]).toEqual(['shop', 'docs-2'])
      expect(shop.url).not.toBe(docs.url)
      for (const release of [shop, docs]) {
        await expectServed(release.url, { 'index.html': `<h1>${release.target}</h1>` })
        const states = context.eventsOf('release-state').filter(({ id }) => id === release.id)
        expect(states.length).toBeGreaterThan(0)
        expect(states.every(({ target }) => target === release.target)).toBe(true)
      }
      expect(context.eventsOf('upload-start').map(({ target }) => target)).toEqual(
        expect.arrayContaining(['shop', 'docs-2']),
      )
    })

    it('sends nothing when nothing has changed', async () => {
      const name = freshName()
      const files = { 'index.html': `<h1>${name}</h1>`, 'app.js': `run("${name}")` }
      await publish(name, files)
      const { release, uploads } = await publish(name, files)
      expect(uploads).toEqual([])
      expect(release.uploaded).toEqual({ files: 0, bytes: 0 })
      await expectServed(release.url, files)
    })

    it('sends one file when one has changed', async () => {
      const name = freshName()
      const files = { 'index.html': `<h1>${name}</h1>`, 'app.js': `run("${name}")` }
      await publish(name, files)
      const changed = { ...files, 'app.js': `run("${name}", 2)` }
      const { release, uploads } = await publish(name, changed)
      if (can.uploads) {
        expect(uploads).toHaveLength(1)
        expect(release.uploaded.bytes).toBe(changed['app.js'].length)
      }
      expect(release.uploaded.files).toBe(1)
      await expectServed(release.url, changed)
    })

    it('no longer serves a file that is gone', async () => {
      const name = freshName()
      const { release } = await publish(name, { 'index.html': 'page', 'old.txt': 'old' })
      expect((await served(release.url, 'old.txt')).status).toBe(200)
      await publish(name, { 'index.html': 'page' })
      expect((await served(release.url, 'old.txt')).status).toBe(404)
    })

    it.runIf(can.uploads)('sends files with the same content once', async () => {
      const name = freshName()
      const content = `the same in ${name}`
      const files = { 'index.html': `<h1>${name}</h1>`, 'a.txt': content, 'b.txt': content, 'c/d.txt': content }
      const { release, uploads } = await publish(name, files)
      expect(uploads).toHaveLength(2)
      expect(release.uploaded.files).toBe(2)
      await expectServed(release.url, files)
    })

    it('serves empty files', async () => {
      const files = { 'index.html': 'page with an empty file', 'empty.txt': '' }
      const { release } = await publish(freshName(), files)
      await expectServed(release.url, files)
    })

    it('serves files of any name', async () => {
      const { release } = await publish(freshName(), hostileFiles)
      await expectServed(release.url, hostileFiles)
    })

    it('serves 300 files, sending each of them once', async () => {
      const name = freshName()
      const files = { 'index.html': `<h1>${name}</h1>`, ...manyFiles(299) }
      const { release, uploads } = await publish(name, files)
      if (can.uploads) {
        const contents = uploads.map(({ body }) => Buffer.from(body as Uint8Array).toString('base64'))
        expect(new Set(contents).size).toBe(300)
        expect(uploads).toHaveLength(300)
        expect(release.uploaded.files).toBe(300)
      }
      await expectServed(release.url, files)
      expect((await publish(name, files)).release.uploaded.files).toBe(0)
    })

    it('serves 10,000 files, of which the provider lacks a hundred contents, and then one', async () => {
      const name = freshName()
      const page = `<h1>${name}</h1>`
      // What differs are a hundred contents: bytes are the matter of the test above, and of the benchmarks.
      const paths = Array.from({ length: 9999 }, (_, index) => `part-${index % 80}/page-${index}.html`)
      const contents = Array.from({ length: 99 }, (_, index) => `content ${index} of ${name}`)
      const files = Object.fromEntries(paths.map((path, index): [string, string] => [path, contents[index % 99] ?? '']))
      const { release, uploads } = await publish(name, { ...files, 'index.html': page })
      if (can.uploads) expect([uploads.length, release.uploaded.files]).toEqual([100, 100])
      const [first = '', last = ''] = [paths[0], paths.at(-1)]
      await expectServed(release.url, { 'index.html': page, [first]: files[first] ?? '', [last]: files[last] ?? '' })
      const second = await publish(name, { ...files, 'index.html': 'changed', [last]: contents[0] ?? '' })
      if (can.uploads) expect(second.uploads).toHaveLength(1)
      await expectServed(second.release.url, { 'index.html': 'changed', [last]: contents[0] ?? '' })
    })

    it.runIf(can.restore)('leads the address back to an earlier release, sending nothing', async () => {
      const name = freshName()
      const { release: first, site } = await publish(name, { 'index.html': 'first', 'old.txt': 'old' })
      const { release: second } = await publish(name, { 'index.html': 'second' })
      expect(second.previous).toBe(first.id)
      const watched = watchFetch(bench.fetch)
      const context = testContext({ ...bench, fetch: watched.fetch })
      const restored = await bench.target(name).releases?.publish(first.id, site, 'restore', context)
      expect(restored).toMatchObject({ id: first.id, url: first.url, previous: second.id })
      expect(watched.requests.filter(bench.isUpload)).toEqual([])
      await expectServed(first.url, { 'index.html': 'first', 'old.txt': 'old' })
    })

    it.runIf(can.previews)('gives a preview an address of its own and leaves production alone', async () => {
      const name = freshName()
      const { release: production } = await publish(name, { 'index.html': 'production' })
      const { release: preview } = await publish(name, { 'index.html': 'preview' }, { environment: 'preview' })
      expect(preview).toMatchObject({ environment: 'preview', permalink: preview.url })
      expect(preview.url).not.toBe(production.url)
      await expectServed(preview.url, { 'index.html': 'preview' })
      await expectServed(production.url, { 'index.html': 'production' })
    })

    it('keeps serving an earlier release at its permanent address', async () => {
      const name = freshName()
      const { release: first } = await publish(name, { 'index.html': 'first' })
      await publish(name, { 'index.html': 'second' })
      await expectServed(first.url, { 'index.html': 'second' })
      if (first.permalink !== null) await expectServed(first.permalink, { 'index.html': 'first' })
    })

    it.runIf(can.takenNames)('says that a site name is taken by somebody else', async () => {
      const name = freshName()
      await bench.takeName(name)
      const error = await thrownBy(publish(name, { 'index.html': 'mine' }))
      expect(error).toMatchObject({ name: 'ConflictError', code: 'site-name-taken', details: { site: name } })
      expect(error.message).toContain(name)
      expect(bench.deployments(name)).toEqual([])
    })

    it('says that a token is wrong', async () => {
      const error = await thrownBy(publish(freshName(), { 'index.html': 'page' }, { token: 'wrong' }))
      expect(error).toMatchObject({ name: 'AuthError', code: 'token-rejected', retryable: false })
    })

    it('says that a token may not create a site, nor publish on one', async () => {
      const name = freshName()
      const options = { token: 'powerless' } as const
      const create = await thrownBy(publish(name, { 'index.html': 'page' }, options))
      // GitHub's own words say which scope it lacks.
      expect(create).toMatchObject({
        name: 'AuthError',
        code: expect.stringMatching(/^token-(?:forbidden|scope-missing)$/),
      })
      expect(bench.countSites(name)).toBe(0)
      await bench.target(name).prepare({ environment: 'production' }, testContext(bench))
      const update = await thrownBy(publish(name, { 'index.html': 'page' }, options))
      expect(update).toMatchObject(suite.forbidden ?? { name: 'AuthError', code: 'token-forbidden' })
      expect(bench.deployments(name)).toEqual([])
    })

    it.runIf(can.cancellation)(
      'stops when it is aborted while it uploads, and then cancels the remote deployment',
      async () => {
        const name = freshName()
        const { release: before } = await publish(name, { 'index.html': 'before' })
        const controller = new AbortController()
        const reason = new Error('enough')
        const watched = watchFetch(bench.fetch, async (request, send) => {
          const response = await send()
          if (bench.isUpload(request)) controller.abort(reason)
          return response
        })
        const context = testContext({ ...bench, fetch: watched.fetch, signal: controller.signal })
        const target = bench.target(name)
        const site = await target.prepare({ environment: 'production' }, context)
        const artifacts = await artifactsOf({ 'index.html': 'after', ...manyFiles(60) })
        const input = {
          site,
          artifacts,
          environment: 'production',
          title: 'Aborted',
          deployment: 'deployment-1',
        } as const
        await expect(target.publish(input, context)).rejects.toBe(reason)
        expect(watched.requests.filter(bench.isUpload).length).toBeLessThan(61)
        expect(bench.deployments(name).at(-1)?.state).toBe('under-way')

        const checkpoint = target.checkpoint.parse(JSON.parse(JSON.stringify(context.checkpoints.at(-1))))
        await target.cancel?.(checkpoint, testContext(bench))
        expect(bench.deployments(name).map(({ state }) => state)).toEqual(['live', 'failed'])
        await expectServed(before.url, { 'index.html': 'before' })
      },
    )

    it('takes a cancellation that comes too late for no error', async () => {
      const name = freshName()
      const { release, context } = await publish(name, { 'index.html': 'page' })
      const target = bench.target(name)
      for (const checkpoint of context.checkpoints) await target.cancel?.(checkpoint, testContext(bench))
      expect(bench.deployments(name)).toEqual([{ id: release.id, state: 'live' }])
    })

    it('sends nothing under a signal that is aborted already', async () => {
      const signal = AbortSignal.abort(new Error('never mind'))
      const watched = watchFetch(bench.fetch)
      const context = testContext({ ...bench, fetch: watched.fetch, signal })
      const prepared = bench.target(freshName()).prepare({ environment: 'production' }, context)
      await expect(prepared).rejects.toBe(signal.reason)
      expect(watched.requests).toEqual([])
    })

    it('says before it starts how many requests it will send', async () => {
      const name = freshName()
      const files = { 'index.html': `<h1>${name}</h1>`, ...manyFiles(20) }
      const target = bench.target(name)
      const watched = watchFetch(bench.fetch)
      const context = testContext({ ...bench, fetch: watched.fetch })
      const site = await target.prepare({ environment: 'production' }, context)
      const before = watched.requests.length
      const artifacts = await artifactsOf(files)
      await target.publish({ site, artifacts, environment: 'production', title: 'Counted', deployment: '1' }, context)
      const sent = watched.requests.length - before
      const within = (count: number, { least, most }: RequestEstimate): void => {
        expect(count).toBeGreaterThanOrEqual(least)
        expect(count).toBeLessThanOrEqual(most ?? Number.POSITIVE_INFINITY)
      }
      within(before, target.requests.prepare)
      within(sent, target.requests.publish(artifacts.artifacts.length))
      within(sent, target.requests.publish(null))
    })
  })
}
