import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cache } from '../../src/spec/context.js'
import type { SetupChange } from '../../src/spec/repository-setup.js'
import type { Target } from '../../src/spec/target.js'
import type { Variables } from '../../src/spec/variable.js'
import { project } from '../events/made-events.js'
import { memoryCache, type TestContext, testContext } from '../support/context.js'
import { thrownBy } from '../support/thrown-by.js'
import { type Interceptor, type SeenRequest, watchFetch } from '../support/watched-fetch.js'

/** What the provider has of a site's variables: values by name and place, such as `production` or `branch staging`. */
export type KeptVariables = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What the suite needs to know of a provider. */
export interface VariablesBench {
  readonly fetch: typeof fetch
  readonly clock: TestContext['clock']
  target(site: string, variables?: Variables): Target
  kept(site: string): KeptVariables
  /** Names of those that nobody can read. */
  secrets(site: string): readonly string[]
  /** Gives a variable another value, as its user would on the provider's pages. */
  change(site: string, name: string, value: string): Promise<void>
  /** The provider's own refusal, with these words. */
  refusal(words: string): Response
  close(): Promise<void>
}

const everywhere = (value: string) => ({ production: value, preview: value, development: value })
const secret = 'a-secret-that-nobody-sees'

/** The cases of environment variables that every target with them passes. */
export function variablesConformance(name: string, start: () => Promise<VariablesBench>): void {
  describe(`variables on ${name}`, () => {
    let bench: VariablesBench
    let count = 0
    beforeAll(async () => {
      bench = await start()
    })
    afterAll(() => bench.close())

    const freshName = () => `site-${++count}`
    const isWrite = ({ method }: SeenRequest) => method !== 'GET'

    async function apply(
      site: string,
      variables: Variables,
      { cache = memoryCache(), intercept }: { cache?: Cache; intercept?: Interceptor } = {},
    ): Promise<{ changes: readonly SetupChange[]; writes: readonly SeenRequest[]; context: TestContext }> {
      const prepared = await bench.target(site).prepare({ environment: 'production' }, testContext(bench))
      const watched = watchFetch(bench.fetch, intercept)
      const context = testContext({ ...bench, fetch: watched.fetch, cache })
      const input = { site: prepared, environment: 'production', project, repository: null } as const
      const changes = (await bench.target(site, variables).configuration?.apply(input, context)) ?? []
      return { changes, writes: watched.requests.filter(isWrite), context }
    }
    const outcome = (changes: readonly SetupChange[]) =>
      Object.fromEntries(changes.map((one) => [one.name, one.change]))

    it('sets values everywhere, by context and by branch, and tells each variable but no value', async () => {
      const site = freshName()
      const { changes, context } = await apply(site, {
        API_URL: 'https://api.acme.com',
        MODE: [
          { value: 'live', contexts: ['production'] },
          { value: 'test', contexts: ['preview', 'development'] },
          { value: 'stage', contexts: [{ branch: 'staging' }] },
        ],
        API_KEY: { value: secret, secret: true },
      })
      expect(bench.kept(site)).toEqual({
        API_URL: everywhere('https://api.acme.com'),
        MODE: { production: 'live', preview: 'test', development: 'test', 'branch staging': 'stage' },
        API_KEY: { production: secret, preview: secret },
      })
      expect(bench.secrets(site)).toEqual(['API_KEY'])
      expect(context.eventsOf('setting-ready')).toEqual(changes.map((change) => ({ type: 'setting-ready', ...change })))
      expect(changes).toEqual(
        ['API_URL', 'MODE', 'API_KEY'].map((one) => ({
          setting: 'variable',
          name: one,
          change: 'created',
          target: name,
        })),
      )
      expect(JSON.stringify(context.events)).not.toMatch(/acme\.com|stage|nobody/)
    })

    it('writes nothing where nothing has changed, and only what has', async () => {
      const site = freshName()
      const cache = memoryCache()
      const wanted = {
        ONE: 'one',
        TWO: [
          { value: 'a', contexts: ['production'] as const },
          { value: 'b', contexts: [{ branch: 'next' }] as const },
        ],
        KEY: { value: () => Promise.resolve(secret), secret: true },
      }
      await apply(site, wanted, { cache })
      const again = await apply(site, wanted, { cache })
      expect(again.writes).toEqual([])
      expect(outcome(again.changes)).toEqual({ ONE: 'unchanged', TWO: 'unchanged', KEY: 'unchanged' })
      const changed = await apply(site, { ...wanted, ONE: 'uno' }, { cache })
      expect(changed.writes).toHaveLength(1)
      expect(outcome(changed.changes)).toEqual({ ONE: 'changed', TWO: 'unchanged', KEY: 'unchanged' })
      expect(bench.kept(site)).toMatchObject({ ONE: everywhere('uno'), KEY: { production: secret, preview: secret } })
    })

    it('removes a variable by null, and nothing that it is not told of', async () => {
      const site = freshName()
      await apply(site, { OLD: 'old', OTHER: 'theirs', BOTH: [{ value: 'x', contexts: ['production', 'preview'] }] })
      const { changes } = await apply(site, {
        OLD: null,
        NEVER: null,
        BOTH: { value: 'y', contexts: ['production'] },
      })
      expect(outcome(changes)).toEqual({ OLD: 'removed', NEVER: 'unchanged', BOTH: 'changed' })
      expect(bench.kept(site)).toEqual({ OTHER: everywhere('theirs'), BOTH: { production: 'y', preview: 'x' } })
    })

    it('gives one context a value of its own and leaves the others what they had, and the other way round', async () => {
      const site = freshName()
      await apply(site, { MODE: 'all' })
      await apply(site, { MODE: { value: 'live', contexts: ['production'] } })
      expect(bench.kept(site)).toEqual({ MODE: { production: 'live', preview: 'all', development: 'all' } })
      await apply(site, { MODE: { value: 'next', contexts: [{ branch: 'next' }] } })
      await apply(site, { MODE: 'same' })
      expect(bench.kept(site)).toEqual({ MODE: { ...everywhere('same'), 'branch next': 'next' } })
    })

    it('writes a secret again where it is not known to be there, or was changed by others', async () => {
      const site = freshName()
      const cache = memoryCache()
      const wanted = { KEY: { value: secret, secret: true } }
      await apply(site, wanted, { cache })
      expect((await apply(site, wanted)).writes.length).toBeGreaterThan(0)
      await apply(site, wanted, { cache })
      expect((await apply(site, wanted, { cache })).writes).toEqual([])
      await bench.change(site, 'KEY', 'of-somebody-else')
      expect((await apply(site, wanted, { cache })).writes.length).toBeGreaterThan(0)
      expect(bench.kept(site)).toEqual({ KEY: { production: secret, preview: secret } })
    })

    it('keeps no secret in the cache, nor what it could be told by without its salt', async () => {
      const written: unknown[] = []
      const cache = {
        read: async () => undefined,
        write: async (_: string, value: unknown) => void written.push(value),
      }
      await apply(freshName(), { KEY: { value: secret, secret: true } }, { cache })
      await apply(freshName(), { KEY: { value: secret, secret: true } }, { cache })
      expect(JSON.stringify(written)).not.toContain(secret)
      const digests = written.map((one) => JSON.stringify(one).match(/[0-9a-f]{64}/g))
      expect(digests[0]).not.toBeNull()
      expect(digests.at(-1)).not.toEqual(digests[0])
    })

    it('makes a variable secret, and never one that is secret readable', async () => {
      const site = freshName()
      await apply(site, { KEY: 'plain' })
      await apply(site, { KEY: { value: secret, secret: true } })
      expect(bench.secrets(site)).toEqual(['KEY'])
      await apply(site, { KEY: { value: 'not-so-secret', contexts: ['production'] } })
      expect(bench.secrets(site)).toEqual(['KEY'])
      expect(bench.kept(site).KEY).toMatchObject({ production: 'not-so-secret', preview: secret })
    })

    it('adds a variable once where the answer is lost', async () => {
      const site = freshName()
      let lost = 0
      const intercept: Interceptor = async (request, send) => {
        const response = await send()
        if (request.method !== 'POST' || lost > 0) return response
        lost += 1
        throw new TypeError('Failed to fetch')
      }
      const { changes } = await apply(site, { KEY: { value: secret, secret: true } }, { intercept })
      expect(lost).toBe(1)
      expect(outcome(changes)).toEqual({ KEY: 'created' })
      expect(bench.kept(site)).toEqual({ KEY: { production: secret, preview: secret } })
    })

    it('names the variable that the provider refuses, without the value that it quotes', async () => {
      const intercept: Interceptor = (request, send) =>
        isWrite(request) ? Promise.resolve(bench.refusal(`"${secret}" is not good enough`)) : send()
      const error = await thrownBy(apply(freshName(), { KEY: { value: secret, secret: true } }, { intercept }))
      expect(error).toMatchObject({ name: 'RequestError', code: 'variable-refused', details: { variable: 'KEY' } })
      expect(error.message).toContain('"[value]" is not good enough')
      expect(JSON.stringify(error)).not.toContain(secret)
    })

    it.each<[string, Variables, string]>([
      ['a name with a hyphen', { 'API-KEY': secret }, 'API-KEY'],
      ['a name that begins with a digit', { '1ST': secret }, '1ST'],
      ['a secret for development', { KEY: { value: secret, secret: true, contexts: ['development'] } }, 'KEY'],
      ['a function for what is no secret', { KEY: { value: () => secret } }, 'KEY'],
      [
        'two values for one context',
        {
          KEY: [
            { value: secret, contexts: ['preview'] },
            { value: 'b', contexts: ['preview', 'production'] },
          ],
        },
        'KEY',
      ],
      [
        'two values of which one is for everything',
        { KEY: [{ value: secret }, { value: 'b', contexts: ['preview'] }] },
        'KEY',
      ],
    ])('refuses %s before anything is sent, and says which variable', (_, variables, wrong) => {
      let error: unknown
      try {
        bench.target(freshName(), variables)
      } catch (thrown) {
        error = thrown
      }
      expect(error).toMatchObject({ name: 'OptionsError', code: 'variable-invalid', details: { variable: wrong } })
      expect(String(error)).toContain(wrong)
      expect(JSON.stringify(error)).not.toContain(secret)
    })

    it('is told of its secrets, so that they are kept out of everything, those of functions once they are known', async () => {
      const given = 'given-later-by-a-function'
      const target = bench.target(freshName(), {
        ONE: { value: secret, secret: true },
        TWO: { value: () => given, secret: true },
      })
      expect(target.secrets?.()).toContain(secret)
      expect(target.secrets?.()).not.toContain(given)
      const context = testContext(bench)
      const concealed: string[] = []
      const site = await target.prepare({ environment: 'production' }, context)
      const input = { site, environment: 'production', project, repository: null } as const
      await target.configuration?.apply(input, { ...context, conceal: (text) => void concealed.push(text) })
      expect(concealed).toContain(given)
      expect(target.secrets?.()).toContain(given)
    })
  })
}
