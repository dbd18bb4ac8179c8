import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Emulator } from '../../src/emulator/index.js'
import { memoryStorage } from '../../src/index.js'
import type { VariableContext, Variables } from '../../src/spec/variable.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { project } from '../events/made-events.js'
import { testContext } from '../support/context.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'
import { startNetlifyBench } from './netlify-bench.js'
import { type KeptVariables, type VariablesBench, variablesConformance } from './variables-conformance.js'
import { startVercelBench, type VercelBench } from './vercel-bench.js'

const netlifyPlaces = new Map([
  ['production', ['production']],
  ['deploy-preview', ['preview']],
  ['dev', ['development']],
  ['all', ['production', 'preview', 'development']],
])

function netlifyVariables({ netlify: { state } }: Emulator, name: string) {
  const site = [...state.sites.values()].find((one) => one.name === name)
  return [...(state.variables.get(site?.id ?? '')?.values() ?? [])]
}

function keptByNetlify(emulator: Emulator, name: string): KeptVariables {
  return Object.fromEntries(
    netlifyVariables(emulator, name).map(({ key, values }) => [
      key,
      Object.fromEntries(
        values.flatMap(({ context, parameter, value }) =>
          (context === 'branch' ? [`branch ${parameter}`] : (netlifyPlaces.get(context) ?? [])).map((place) => [
            place,
            value,
          ]),
        ),
      ),
    ]),
  )
}

async function startNetlify(
  options: Parameters<typeof startNetlifyBench>[0] = {},
): Promise<VariablesBench & { emulator: Emulator }> {
  const bench = await startNetlifyBench(options)
  const { emulator } = bench
  return {
    ...bench,
    target: (site, variables) =>
      netlify({ auth: emulator.token, site, apiUrl: emulator.netlify.url, ...(variables && { variables }) }),
    kept: (site) => keptByNetlify(emulator, site),
    secrets: (site) => netlifyVariables(emulator, site).flatMap(({ key, isSecret }) => (isSecret ? [key] : [])),
    async change(name, key, value) {
      const site = [...emulator.netlify.state.sites.values()].find((one) => one.name === name)
      await emulator.fetch(`${emulator.netlify.url}/accounts/owner/env/${key}?site_id=${site?.id}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ context: 'production', value }),
      })
    },
    refusal: (msg) => Response.json({ code: 422, msg }, { status: 422 }),
  }
}

function vercelVariables(bench: VercelBench, name: string) {
  const found = [...bench.emulator.vercel.state.projects.values()].find((one) => one.name === name)
  return [...(found?.variables.values() ?? [])]
}

async function startVercel(): Promise<VariablesBench & { bench: VercelBench }> {
  const bench = await startVercelBench()
  return {
    ...bench,
    bench,
    target: (site, variables) => bench.targetWith({ project: site, ...(variables && { variables }) }),
    kept(name) {
      const kept: Record<string, Record<string, string>> = {}
      for (const { key, value, target, gitBranch } of vercelVariables(bench, name)) {
        const places = gitBranch === undefined ? target : [`branch ${gitBranch}`]
        kept[key] = { ...kept[key], ...Object.fromEntries(places.map((place) => [place, value])) }
      }
      return kept
    },
    secrets: (name) => [
      ...new Set(vercelVariables(bench, name).flatMap(({ key, type }) => (type === 'sensitive' ? [key] : []))),
    ],
    async change(name, key, value) {
      const variable = vercelVariables(bench, name).find((one) => one.key === key)
      await bench.clock.sleep(1000)
      await bench.call('PATCH', `/v9/projects/${name}/env/${variable?.id}`, { value })
    },
    refusal: (message) => Response.json({ error: { code: 'bad_request', message } }, { status: 400 }),
  }
}

variablesConformance('netlify', startNetlify)
variablesConformance('vercel', startVercel)

describe('variables on one provider', () => {
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })

  async function apply(bench: VariablesBench, variables: Variables) {
    const context = testContext(bench)
    const target = bench.target('shop', variables)
    const site = await target.prepare({ environment: 'production' }, context)
    const input = { site, environment: 'production', project, repository: null } as const
    return { changes: await target.configuration?.apply(input, context), context }
  }

  it("says in words that Netlify's plan lets no scopes be chosen, and sets secrets there all the same", async () => {
    const bench = await startNetlify({ granularScopes: false })
    open.push(bench)
    await apply(bench, { KEY: { value: 'a-secret-without-scopes', secret: true } })
    expect(bench.secrets('shop')).toEqual(['KEY'])
    const error = await thrownBy(apply(bench, { BUILD: { value: 'fast', scopes: ['builds'] } }))
    expect(error).toMatchObject({ name: 'OptionsError', code: 'plan-lacks-scopes', details: { variable: 'BUILD' } })
    expect(error.message).toContain('Upgrade your Netlify account to set specific scopes')
  })

  it('keeps the scopes of a variable on Netlify, or gives it others, and warns before functions have too much', async () => {
    const bench = await startNetlify()
    open.push(bench)
    const scopesOf = () => netlifyVariables(bench.emulator, 'shop').map(({ scopes }) => scopes)
    await apply(bench, { FAST: { value: 'yes', scopes: ['builds'] } })
    await apply(bench, { FAST: { value: 'no', contexts: ['production'] } })
    expect(scopesOf()).toEqual([['builds']])
    await apply(bench, { FAST: { value: 'no', scopes: ['builds', 'runtime'] } })
    expect(scopesOf()).toEqual([['builds', 'runtime']])
    const { context } = await apply(bench, {
      LARGE: 'x'.repeat(5000),
      BUILDS: { value: 'y'.repeat(5000), scopes: ['builds'] },
    })
    expect(context.eventsOf('warning')).toMatchObject([{ code: 'variables-large' }])
    expect(context.eventsOf('warning')[0]?.message).toContain('5005 bytes')
  })

  it('reads what Vercel keeps encrypted one by one, leaves it encrypted, and refuses more than a deployment can have', async () => {
    const bench = await startVercel()
    open.push(bench)
    await apply(bench, {})
    const json = { key: 'URL', value: 'one', type: 'encrypted', target: ['production', 'preview', 'development'] }
    await bench.bench.call('POST', '/v10/projects/shop/env', json)
    expect((await apply(bench, { URL: 'one' })).changes).toMatchObject([{ change: 'unchanged' }])
    expect((await apply(bench, { URL: 'two' })).changes).toMatchObject([{ change: 'changed' }])
    expect(vercelVariables(bench.bench, 'shop')).toMatchObject([{ key: 'URL', value: 'two', type: 'encrypted' }])
    expect(await thrownBy(apply(bench, { A: 'x'.repeat(40_000), B: 'y'.repeat(40_000) }))).toMatchObject({
      code: 'variables-large',
    })
    expect(() => bench.target('shop', { TZ: 'UTC' })).toThrow('reserved by Vercel')
    expect(() => bench.target('shop', { A: { value: 'x', scopes: ['builds'] } })).toThrow('scopes')
  })
})

describe('what Vercel has of a variable', () => {
  let started: Awaited<ReturnType<typeof startVercel>>
  beforeEach(async () => {
    started = await startVercel()
  })
  afterEach(() => started.close())

  const ask = async (variables: Variables, fetch = started.fetch) => {
    const context = testContext({ ...started, fetch })
    const target = started.target('shop', variables)
    const site = await target.prepare({ environment: 'production' }, context)
    return target.configuration?.apply({ site, environment: 'production', project, repository: null }, context)
  }
  const everywhere = (value: string) => ({ production: value, preview: value, development: value })
  const only = (value: string, ...contexts: VariableContext[]) => ({ value, contexts })

  it.each<[string, Variables, Variables]>([
    ['one value for several', { URL: [only('a', 'production'), only('b', 'preview')] }, { URL: 'new' }],
    ['one context of several', { URL: 'old' }, { URL: only('new', 'production') }],
    [
      'some contexts of two values',
      { URL: [only('a', 'production'), only('b', 'preview', 'development')] },
      { URL: only('new', 'production', 'preview') },
    ],
  ])('stays as it is where a new value is refused: %s', async (_, before, after) => {
    await ask(before)
    const kept = started.kept('shop')
    const refusing: typeof fetch = async (input, init) =>
      String(init?.body ?? '').includes('"new"') ? started.refusal('too new') : started.fetch(input, init)
    expect(await thrownBy(Promise.resolve(ask(after, refusing)))).toMatchObject({ code: 'variable-refused' })
    expect(started.kept('shop')).toEqual(kept)
  })

  it('is there at every moment while one value takes the places of several', async () => {
    await ask({ URL: [only('a', 'production'), only('b', 'preview'), only('c', 'development')] })
    const seen: string[][] = []
    const watching: typeof fetch = async (input, init) => {
      const answer = await started.fetch(input, init)
      seen.push(Object.keys(started.kept('shop').URL ?? {}))
      return answer
    }
    await ask({ URL: 'new' }, watching)
    expect(new Set(seen.map(({ length }) => length))).toEqual(new Set([3]))
    expect(started.kept('shop').URL).toEqual(everywhere('new'))
    expect(await ask({ URL: 'new' })).toMatchObject([{ change: 'unchanged' }])
  })
})

describe('a deployment with variables', () => {
  let stage: Stage
  afterEach(() => stage.close())

  it.each(['netlify', 'vercel'] as const)(
    'sets them on %s before it publishes, and shows no secret anywhere',
    async (provider) => {
      stage = await startStage()
      const { emulator } = stage
      const secret = 'sk_live_nobody_may_see_this'
      const late = 'sk_late_nobody_may_see_this'
      const variables: Variables = {
        API_URL: 'https://api.acme.com',
        KEY: { value: secret, secret: true },
        LATE: { value: async () => late, secret: true },
      }
      const target = () =>
        provider === 'netlify'
          ? stage.netlify({ variables })
          : vercel({ auth: emulator.token, project: 'acme-shop', apiUrl: emulator.vercel.url, variables })
      const storage = memoryStorage()
      const first = stage.deploy({ git: undefined, targets: [target()], storage })
      const events = await eventsOf(first)
      expect(endOf(events)).toMatchObject({ outcome: 'success' })
      const own = events.filter(({ step }) => step === `configure-${provider}`)
      expect(own.map(({ type }) => type)).toEqual([
        'step-start',
        'setting-ready',
        'setting-ready',
        'setting-ready',
        'step-end',
      ])
      const ends = events.flatMap((event) => (event.type === 'step-end' && event.step !== null ? [event.step] : []))
      expect(ends.slice(0, 1)).toEqual(['detect'])
      expect([...ends].sort()).toEqual([
        'build',
        'collect',
        `configure-${provider}`,
        'detect',
        `publish-${provider}`,
        `site-${provider}`,
        `verify-${provider}`,
      ])
      expect(ends.slice(-3)).toEqual([`configure-${provider}`, `publish-${provider}`, `verify-${provider}`])
      expect((await first.done).settings).toEqual(
        ['API_URL', 'KEY', 'LATE'].map((name) => ({ setting: 'variable', name, change: 'created', target: provider })),
      )
      const { plan } = await first.done
      expect(plan.steps.find(({ id }) => id === `configure-${provider}`)).toMatchObject({
        description: 'sets 3 variables',
      })

      emulator.clearRequests()
      const second = await stage.deploy({ git: undefined, targets: [target()], storage }).done
      expect(second.settings.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged'])
      const writes = emulator.requests.filter(({ method, path }) => /\/env/.test(path) && method !== 'GET')
      expect(writes).toEqual([])

      const { journal } = storage
      const kept = await Promise.all((await journal.keys('')).map((key) => journal.read(key)))
      const everything = JSON.stringify([events, second, kept])
      expect(kept.length).toBeGreaterThan(3)
      expect(everything).not.toContain(secret)
      expect(everything).not.toContain(late)
    },
  )
})
