import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EmulatedRecordType, Emulator } from '../../src/emulator/index.js'
import { checkDomains } from '../../src/index.js'
import type { Context } from '../../src/spec/context.js'
import type { DnsSource } from '../../src/spec/dns.js'
import type { DomainStatus } from '../../src/spec/domain.js'
import type { DomainOptions } from '../../src/spec/domain-options.js'
import type { Site } from '../../src/spec/release.js'
import type { Target } from '../../src/spec/target.js'
import { artifactsOf } from '../support/artifacts.js'
import { type TestContext, testContext } from '../support/context.js'
import { thrownBy } from '../support/thrown-by.js'
import { type SeenRequest, watchFetch } from '../support/watched-fetch.js'

/** What the suite needs to know of a provider. */
export interface DomainsBench {
  readonly emulator: Emulator
  readonly fetch: typeof fetch
  readonly clock: TestContext['clock']
  target(site: string, domains?: DomainOptions): Target
  /** All domains of a site that its user has given it, in any order. */
  domains(site: string): readonly string[]
  /** Gives a site a domain, as its user would on the provider's pages. */
  add(site: string, domain: string): Promise<void>
  /** Gives somebody else's site a domain. */
  take(domain: string): Promise<void>
  /** Where a name below a zone is to lead. */
  canonical(site: string): string
  /** Where a zone itself is to lead. */
  readonly address: string
  /** Where the sites are served: `http://host:port` for a domain. */
  addressOf(site: Site, domain: string): string
  close(): Promise<void>
}

/** The cases of domains that every target with them passes. */
export function domainsConformance(name: string, start: () => Promise<DomainsBench>): void {
  describe(`domains on ${name}`, () => {
    let bench: DomainsBench
    let count = 0
    let shop = ''
    let apex = ''
    let www = ''
    beforeAll(async () => {
      bench = await start()
    })
    beforeEach(() => {
      count += 1
      shop = `shop-${count}`
      apex = `acme-${count}.localhost`
      www = `www.${apex}`
    })
    afterAll(() => bench.close())

    interface Settled {
      readonly statuses: readonly DomainStatus[]
      readonly context: TestContext
      readonly writes: readonly SeenRequest[]
      readonly site: Site
    }

    /** @param onStatus Called for each status that is told, as somebody would who reads it. */
    async function settle(
      domains: DomainOptions,
      { onStatus, dns = bench.emulator.dns.url }: { onStatus?: (status: DomainStatus) => void; dns?: DnsSource } = {},
    ): Promise<Settled> {
      const target = bench.target(shop, domains)
      const site = await target.prepare({ environment: 'production' }, testContext({ ...bench, dns }))
      const watched = watchFetch(bench.fetch)
      const context = testContext({ ...bench, fetch: watched.fetch, dns })
      const listening: Context = {
        ...context,
        report(event) {
          context.report(event)
          if (event.type === 'domain-status') onStatus?.(event.status)
        },
      }
      const statuses = (await target.domains?.settle(site, listening)) ?? []
      return { statuses, context, site, writes: watched.requests.filter(({ method }) => method !== 'GET') }
    }

    const setRecords = ({ records }: DomainStatus): void => {
      for (const { name: host, type, value } of records)
        bench.emulator.dns.set(host, type as EmulatedRecordType, [value])
    }

    async function publish(site: Site): Promise<void> {
      const artifacts = await artifactsOf({ 'index.html': 'the shop' })
      const input = { site, artifacts, environment: 'production', title: 'Test', deployment: 'one' } as const
      await bench.target(shop).publish(input, testContext(bench))
    }

    it('tells the records, waits until they are set, gets the certificate, and is served under the domain', async () => {
      const { statuses, context, site } = await settle([www], {
        onStatus: (status) => status.dns === 'missing' && setRecords(status),
      })
      const told = context.eventsOf('domain-status').map(({ status }) => status)
      expect(told[0]).toEqual({
        target: name,
        domain: www,
        primary: true,
        dns: 'missing',
        records: [{ type: 'CNAME', name: www, host: 'www', value: bench.canonical(shop), purpose: 'traffic' }],
        found: [],
        certificate: 'none',
        httpsForced: false,
        problem: null,
      })
      const certificates = told.map(({ certificate }) => certificate)
      expect([...new Set(certificates)]).toEqual(['none', 'pending', 'issued'])
      expect(statuses).toMatchObject([
        { dns: 'ready', certificate: 'issued', httpsForced: true, found: [`CNAME ${bench.canonical(shop)}`] },
      ])
      expect(told.at(-1)).toEqual(statuses[0])
      expect(context.eventsOf('warning')).toEqual([])
      expect(context.eventsOf('step-progress').at(-1)).toMatchObject({ done: 1, total: 1 })
      await publish(site)
      expect(await (await bench.fetch(bench.addressOf(site, www))).text()).toBe('the shop')
    })

    it('ends with a warning that names the records where nobody sets them, and changes nothing the next time', async () => {
      const { statuses, context } = await settle({ names: [www], wait: 90_000 })
      expect(statuses).toMatchObject([{ dns: 'missing', certificate: 'none', httpsForced: false }])
      const [warning] = context.eventsOf('warning')
      expect(warning).toMatchObject({ code: 'domain-pending' })
      expect(warning?.message).toContain(www)
      expect(warning?.hint).toContain(`CNAME ${www} ${bench.canonical(shop)}`)
      const again = await settle({ names: [www], wait: false })
      expect(again.writes).toEqual([])
      expect(again.context.eventsOf('warning')).toHaveLength(1)
      expect(bench.domains(shop)).toEqual([www])
    })

    it('says where a domain leads that leads somewhere else', async () => {
      bench.emulator.dns.set(www, 'CNAME', ['old-host.example'])
      bench.emulator.dns.set('old-host.example', 'A', ['192.0.2.7'])
      const { statuses, context } = await settle({ names: [www], wait: false })
      expect(statuses).toMatchObject([
        { dns: 'wrong', found: ['CNAME old-host.example', 'A 192.0.2.7'], certificate: 'none' },
      ])
      expect(context.eventsOf('warning')[0]?.message).toContain('192.0.2.7')
    })

    it('leads the zone itself by an address, and its www to the primary one', async () => {
      const { statuses } = await settle([www, apex], {
        onStatus: (status) => status.dns === 'missing' && setRecords(status),
      })
      expect(statuses).toMatchObject([
        { domain: www, primary: true, dns: 'ready', certificate: 'issued', httpsForced: true },
        { domain: apex, primary: false, dns: 'ready', certificate: 'issued', httpsForced: true },
      ])
      expect(statuses[1]?.records).toEqual([
        { type: 'A', name: apex, host: '@', value: bench.address, purpose: 'traffic' },
      ])
      const site = await bench.target(shop).prepare({ environment: 'production' }, testContext(bench))
      await publish(site)
      const answer = await bench.fetch(bench.addressOf(site, apex), { redirect: 'manual' })
      expect(answer.status).toBeGreaterThanOrEqual(301)
      expect(answer.headers.get('location')).toContain(www)
    })

    it('keeps the domains that a site has', async () => {
      await settle({ names: [www], wait: false })
      await bench.add(shop, `shop.other-${apex}`)
      await settle({ names: [`new.${apex}`, www], wait: false })
      expect([...bench.domains(shop)].sort()).toEqual([`new.${apex}`, `shop.other-${apex}`, www])
    })

    it('says whose domain it is not, and does not take it', async () => {
      await bench.take(www)
      const error = await thrownBy(settle([www]))
      expect(error).toMatchObject({ name: 'ConflictError', code: 'domain-taken', details: { domain: www } })
      expect(error.message).toContain(www)
      expect(bench.domains(shop)).toEqual([])
    })

    it.each<[string, () => DnsSource]>([
      ['a resolver that is gone', () => 'http://127.0.0.1:1/dns-query'],
      ['a function that fails', () => () => Promise.reject(new Error('no network for that'))],
    ])('goes on with %s, and says that the DNS is not known', async (_, dns) => {
      const { statuses, context } = await settle({ names: [www], wait: 20_000 }, { dns: dns() })
      expect(statuses).toMatchObject([{ dns: 'unknown', found: [], certificate: 'none' }])
      expect(statuses[0]?.problem).toMatch(/DNS could not be asked|certificate/)
      expect(context.eventsOf('warning')).toMatchObject([
        {
          code: 'domain-pending',
          message: expect.stringContaining('is not known'),
          hint: expect.stringContaining(www),
        },
      ])
      expect(context.eventsOf('warning')[0]?.message).not.toContain('does not lead')
    })

    it('names the option where its function gives no list, and takes no domain of the provider', async () => {
      const dns = (async () => 'ns.example') as unknown as DnsSource
      const error = await thrownBy(settle({ names: [www], wait: false }, { dns }))
      expect(error).toMatchObject({
        name: 'OptionsError',
        code: 'options-invalid',
        message: expect.stringContaining('dns'),
      })
      for (const host of ['netlify.app', 'vercel.app'])
        expect(() => bench.target(shop, [`shop.${host}`])).toThrow(/a domain of your own/)
    })

    it('is asked how far it is without a deployment, by a function too, and changes nothing', async () => {
      await settle({ names: [www], wait: false })
      bench.emulator.clearRequests()
      const asked: string[] = []
      const dns: DnsSource = async (host, type) => {
        asked.push(`${type} ${host}`)
        return type === 'CNAME' ? [bench.canonical(shop)] : []
      }
      const target = bench.target(shop, [www])
      const statuses = await checkDomains({ target, dns, fetch: bench.fetch, clock: bench.clock })
      expect(statuses).toMatchObject([{ domain: www, dns: 'ready', certificate: 'none' }])
      expect(asked).toContain(`CNAME ${www}`)
      expect(bench.emulator.requests.map(({ method }) => method)).not.toContain('POST')
      expect(bench.emulator.requests.every(({ method }) => method === 'GET')).toBe(true)
      const none = await thrownBy(checkDomains({ target: bench.target(shop), fetch: bench.fetch }))
      expect(none).toMatchObject({ name: 'OptionsError', code: 'domains-missing' })
    })

    it.each<[string, DomainOptions]>([
      ['a scheme', ['https://www.acme.com']],
      ['no dot', ['acme']],
      ['capital letters', ['www.Acme.com']],
      ['the same name twice', ['acme.com', 'acme.com']],
      ['a primary one that is not among them', { names: ['www.acme.com'], primary: 'acme.com' }],
    ])('refuses %s before anything is sent', (_, domains) => {
      expect(() => bench.target(shop, domains)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
    })
  })
}
