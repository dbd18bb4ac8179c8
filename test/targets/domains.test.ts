import { afterEach, describe, expect, it } from 'vitest'
import type { DomainOptions } from '../../src/spec/domain-options.js'
import { netlify } from '../../src/targets/netlify.js'
import { vercel } from '../../src/targets/vercel.js'
import { testContext } from '../support/context.js'
import { endOf, eventsOf, type Stage, startStage } from '../support/stage.js'
import { thrownBy } from '../support/thrown-by.js'
import { type DomainsBench, domainsConformance } from './domains-conformance.js'
import { startNetlifyBench } from './netlify-bench.js'
import { startVercelBench, type VercelBench } from './vercel-bench.js'

const www = 'www.acme-store.localhost'

/** A domain where a site is: the port is the site's. */
function addressOf({ url }: { readonly url: string }, domain: string): string {
  const { protocol, port } = new URL(url)
  return `${protocol}//${domain}:${port}`
}

async function startNetlify(): Promise<DomainsBench> {
  const bench = await startNetlifyBench()
  const { emulator } = bench
  const call = (token: string, method: string, path: string, json: unknown) =>
    emulator.fetch(emulator.netlify.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })
  const siteOf = (name: string) => [...emulator.netlify.state.sites.values()].find((one) => one.name === name)
  const aliasesOf = (name: string) => (siteOf(name)?.settings.domain_aliases ?? []) as readonly string[]
  return {
    ...bench,
    target: (site, domains) =>
      netlify({ auth: emulator.token, site, apiUrl: emulator.netlify.url, ...(domains && { domains }) }),
    domains: (name) => [(siteOf(name)?.settings.custom_domain as string | undefined) ?? [], aliasesOf(name)].flat(2),
    add: async (name, domain) => {
      const json = { domain_aliases: [...aliasesOf(name), domain] }
      await call(emulator.token, 'PATCH', `/sites/${siteOf(name)?.id}`, json)
    },
    take: async (domain) => {
      await call(emulator.otherTokens.stranger, 'POST', '/sites', { name: 'theirs', custom_domain: domain })
    },
    canonical: (site) => `${site}.localhost`,
    address: '75.2.60.5',
    addressOf,
  }
}

async function startVercel(): Promise<DomainsBench & Pick<VercelBench, 'call'>> {
  const bench = await startVercelBench()
  const { emulator } = bench
  const { state } = emulator.vercel
  return {
    ...bench,
    target: (project, domains) => bench.targetWith({ project, ...(domains && { domains }) }),
    domains: (name) =>
      [...state.domains.values()]
        .filter((domain) => domain.project.name === name && !domain.name.endsWith('.vercel.localhost'))
        .map((domain) => domain.name),
    add: async (name, domain) => {
      await bench.call('POST', `/v10/projects/${name}/domains`, { name: domain })
    },
    take: async (domain) => {
      const headers = {
        authorization: `Bearer ${emulator.otherTokens.stranger}`,
        'content-type': 'application/json',
      }
      const send = (path: string, json: unknown) =>
        emulator.fetch(emulator.vercel.url + path, { method: 'POST', headers, body: JSON.stringify(json) })
      await send('/v11/projects', { name: 'theirs' })
      await send('/v10/projects/theirs/domains', { name: domain })
    },
    canonical: () => 'cname.vercel-dns.com',
    address: '76.76.21.21',
    addressOf,
  }
}

domainsConformance('netlify', startNetlify)
domainsConformance('vercel', startVercel)

describe('domains on one provider', () => {
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })

  it("publishes at Netlify's own address until the domain has a certificate, says so, and at the domain from then on", async () => {
    const bench = await startNetlify()
    open.push(bench)
    const { emulator } = bench
    const dns = emulator.dns.url
    const prepare = async (context = testContext({ ...bench, dns })) => ({
      site: await bench.target('shop').prepare({ environment: 'production' }, context),
      said: context.eventsOf('log-line').map(({ text }) => text),
    })
    const { site } = await prepare()
    const target = bench.target('shop', { names: [www], wait: false })
    await target.domains?.settle(site, testContext({ ...bench, dns }))
    const pending = await prepare()
    expect(pending.site.url).toBe(emulator.netlify.siteUrl('shop'))
    expect(pending.said[0]).toContain(`${www} needs a certificate, and Netlify has none yet`)
    emulator.dns.set(www, 'CNAME', ['shop.localhost'])
    await bench.target('shop', [www]).domains?.settle(site, testContext({ ...bench, dns }))
    const ready = await prepare()
    expect(ready.site.url).toBe(addressOf(site, www))
    expect(ready.said).toEqual([])

    // Nothing is known against the domain where nobody can be asked.
    const unasked = await prepare(testContext({ ...bench, dns: async () => Promise.reject(new Error('blocked')) }))
    expect(unasked).toMatchObject({ site: { url: addressOf(site, www) }, said: [] })
    emulator.dns.set(www, 'CNAME', [])
    emulator.dns.set(www, 'A', ['192.0.2.104'])
    const proxied = await prepare()
    expect(proxied.site.url).toBe(addressOf(site, www))
    expect(proxied.said).toMatchObject([expect.stringContaining('says A 192.0.2.104')])
    expect(proxied.said[0]).toContain('Netlify has a certificate for it')
    emulator.dns.set(www, 'A', [])
    const gone = await prepare()
    expect(gone.site.url).toBe(emulator.netlify.siteUrl('shop'))
    expect(gone.said).toMatchObject([expect.stringContaining(`The DNS has no records for ${www}`)])
  })

  it('tells the name servers where the zone is at Netlify DNS', async () => {
    const bench = await startNetlify()
    open.push(bench)
    const { emulator } = bench
    const dns = emulator.dns.url
    const site = await bench.target('shop').prepare({ environment: 'production' }, testContext(bench))
    await emulator.fetch(`${emulator.netlify.url}/dns_zones`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'acme-store.localhost', site_id: site.id, account_slug: 'owner' }),
    })
    const target = bench.target('shop', { names: [www], wait: false })
    const [status] = (await target.domains?.settle(site, testContext({ ...bench, dns }))) ?? []
    const servers = status?.records.map(({ value }) => value) ?? []
    expect(status?.records[0]).toMatchObject({ type: 'NS', name: 'acme-store.localhost', host: '@' })
    emulator.dns.set('acme-store.localhost', 'NS', servers)
    expect(await target.domains?.check(site, testContext({ ...bench, dns }))).toMatchObject([{ dns: 'ready' }])
  })

  it.each([
    ['a branch', { gitBranch: 'cart' }, 'the branch cart'],
    ['an environment of its own', { customEnvironmentId: 'env_staging' }, 'the custom environment env_staging'],
  ])('does not take a domain at Vercel from %s that it shows, and adds no other', async (_, tie, words) => {
    const bench = await startVercel()
    open.push(bench)
    const context = testContext({ ...bench, dns: bench.emulator.dns.url })
    const other = 'shop.acme-store.localhost'
    const target = bench.target('shop', { names: [other, www], wait: false })
    const site = await target.prepare({ environment: 'production' }, context)
    await bench.call('POST', '/v10/projects/shop/domains', { name: www, ...tie })
    const error = await thrownBy(Promise.resolve(target.domains?.settle(site, context)))
    expect(error).toMatchObject({ name: 'ConflictError', code: 'domain-taken', details: { domain: www } })
    expect(error.message).toContain(words)
    expect(bench.domains('shop')).toEqual([www])
    const statuses = (await target.domains?.check(site, context)) ?? []
    expect(statuses.find(({ domain }) => domain === www)?.problem).toContain(words)
  })

  it('tells of a domain at Vercel that redirects to another place, and leaves it so', async () => {
    const bench = await startVercel()
    open.push(bench)
    const context = testContext({ ...bench, dns: bench.emulator.dns.url })
    const [other, elsewhere] = ['shop.acme-store.localhost', 'old.acme-store.localhost']
    const target = bench.target('shop', { names: [www, other], wait: false })
    const site = await target.prepare({ environment: 'production' }, context)
    await bench.call('POST', '/v10/projects/shop/domains', { name: elsewhere })
    await bench.call('POST', '/v10/projects/shop/domains', { name: other, redirect: elsewhere })
    const statuses = (await target.domains?.settle(site, context)) ?? []
    expect(statuses.map(({ problem }) => problem)).toMatchObject([
      null,
      `The domain ${other} redirects to ${elsewhere}.`,
    ])
    expect(bench.emulator.vercel.state.domains.get(other)?.redirect).toBe(elsewhere)
  })

  it('proves to Vercel that a domain is its user’s where another account has used it', async () => {
    const bench = await startVercel()
    open.push(bench)
    await bench.take('shop.acme-store.localhost')
    const { emulator } = bench
    const context = testContext({ ...bench, dns: emulator.dns.url })
    const target = bench.target('shop', [www])
    const site = await target.prepare({ environment: 'production' }, context)
    const statuses = await target.domains?.settle(site, {
      ...context,
      report(event) {
        context.report(event)
        if (event.type !== 'domain-status') return
        for (const { name, type, value } of event.status.records) {
          if (type === 'CNAME' || type === 'TXT') emulator.dns.set(name, type, [value])
        }
      },
    })
    const [first] = context.eventsOf('domain-status')
    expect(first?.status.problem).toContain('TXT record')
    expect(first?.status.records).toMatchObject([
      { type: 'CNAME', purpose: 'traffic' },
      { type: 'TXT', name: '_vercel.acme-store.localhost', host: '_vercel', purpose: 'ownership' },
    ])
    expect(statuses).toMatchObject([{ dns: 'ready', certificate: 'issued', problem: null }])
  })
})

describe('a deployment with a domain', () => {
  let stage: Stage
  afterEach(() => stage.close())

  it.each(['netlify', 'vercel'] as const)('settles it on %s after it has published', async (provider) => {
    stage = await startStage(undefined, {
      netlify: { delays: { certificate: 100 } },
      vercel: { delays: { certificate: 100 } },
    })
    const { emulator } = stage
    const domains: DomainOptions = { names: [www], wait: 20_000 }
    const target =
      provider === 'netlify'
        ? stage.netlify({ domains })
        : vercel({ auth: emulator.token, project: 'acme-shop', apiUrl: emulator.vercel.url, domains })
    const canonical = provider === 'netlify' ? 'acme-shop.localhost' : 'cname.vercel-dns.com'
    emulator.dns.set(www, 'CNAME', [canonical])
    const deployment = stage.deploy({ git: undefined, targets: [target], dns: emulator.dns.url })
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    const step = `domain-${provider}`
    const own = events.filter((event) => event.step === step && event.type !== 'step-progress')
    expect(own[0]?.type).toBe('step-start')
    expect(own.at(-1)).toMatchObject({ type: 'step-end', summary: `${www} with certificate` })
    expect(new Set(own.slice(1, -1).map(({ type }) => type))).toEqual(new Set(['domain-status']))
    const ends = events.flatMap((event) => (event.type === 'step-end' && event.step !== null ? [event.step] : []))
    expect(ends.indexOf(`publish-${provider}`)).toBeLessThan(ends.indexOf(step))
    expect((await deployment.done).domains).toMatchObject([
      { target: provider, domain: www, primary: true, dns: 'ready', certificate: 'issued', httpsForced: true },
    ])
    const address = addressOf({ url: (await deployment.done).url ?? '' }, www)
    expect(await (await emulator.fetch(address)).text()).toContain('<title>Shop</title>')
  })

  it('succeeds with a warning where the domain is not there in time', async () => {
    stage = await startStage()
    const target = stage.netlify({ domains: { names: [www], wait: false } })
    const deployment = stage.deploy({ git: undefined, targets: [target], dns: stage.emulator.dns.url })
    const events = await eventsOf(deployment)
    expect(endOf(events)).toMatchObject({ outcome: 'success' })
    const warnings = events.filter((event) => event.type === 'warning')
    expect(warnings).toMatchObject([{ code: 'domain-pending', step: 'domain-netlify' }])
    expect((await deployment.done).domains).toMatchObject([{ domain: www, dns: 'missing' }])
  })
})
