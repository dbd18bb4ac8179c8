import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetlifySite } from '../../src/emulator/index.js'
import type { DeployOptions } from '../../src/index.js'
import type { NetlifyOptions } from '../../src/targets/netlify.js'
import { manyFiles } from '../support/artifacts.js'
import { installClient } from '../support/clients.js'
import { project, type Stage, startStage } from '../support/stage.js'
import type { Traffic } from '../support/traffic.js'
import {
  apiTraffic,
  below,
  type CliBench,
  compareTraffic,
  expectServed,
  functions,
  lastOf,
  manifestOf,
  pages,
  startCli,
  uploadsOf,
} from './netlify-cli-support.js'

const client = await installClient('netlify-cli')
const version = client.label
const title = client.missing === undefined ? version : `${version}, which can't be installed: ${client.missing}`
const packer = 'node_modules/@netlify/zip-it-and-ship-it'

describe.skipIf(client.missing)(title, { timeout: 180_000 }, () => {
  let cli: CliBench
  let ours: Stage
  const deploy = ['deploy', '--dir=public', '--site=shop', '--no-build', '--json']
  const siteOf = ({ emulator }: Pick<CliBench, 'emulator'>): NetlifySite => {
    const [site] = emulator.netlify.state.sites.values()
    if (!site) throw new Error('there is no site')
    return site
  }
  const addressOf = (label: string) => cli.emulator.netlify.siteUrl(label)
  const functionAt = async (address: string) => {
    const response = await cli.emulator.fetch(`${address}/api/hello?x=1`, { method: 'POST', body: 'body' })
    return `${response.status} ${await response.text()}`
  }
  /** The same deployment by Tabship, in an emulator of its own. */
  async function publish(options: Partial<DeployOptions> = {}, more: Partial<NetlifyOptions> = {}): Promise<Traffic> {
    ours.emulator.clearRequests()
    await ours.deploy({ git: undefined, targets: [ours.netlify({ site: 'shop', ...more })], ...options }).done
    return apiTraffic(ours.emulator)
  }
  const sameContents = () => {
    const [their, own] = [lastOf(cli.emulator), lastOf(ours.emulator)]
    expect(manifestOf(own)).toEqual(manifestOf(their))
    expect({ draft: own.draft, branch: own.branch }).toEqual({ draft: their.draft, branch: their.branch })
    const described = ({ functions: given }: typeof own) => given && { ...given, digests: [...given.digests.keys()] }
    // Ours tell how they were built too, as Netlify's own builds do.
    expect({ functions: described(own) }).toMatchObject({ functions: described(their) })
  }

  beforeAll(async () => {
    cli = await startCli(client)
    await cli.put('shop', { ...below('public', pages), ...functions, 'package.json': '{"private":true}' })
    ours = await startStage({
      'package.json': project['package.json'] ?? '',
      'build.mjs': project['build.mjs'] ?? '',
      ...below('src', pages),
      ...functions,
      [`${packer}/package.json`]: JSON.stringify({ type: 'module', bin: { 'zip-it-and-ship-it': './bin.js' } }),
      [`${packer}/bin.js`]: `import ${JSON.stringify(new URL(`../../${packer}/bin.js`, import.meta.url).href)}`,
    })
  })
  afterAll(async () => {
    await cli.close()
    await ours.close()
  })

  it('creates a site, and deploys a draft with a function that leaves production alone', async () => {
    const created = await cli.run('shop', [
      'sites:create',
      '--name=shop',
      '--account-slug=owner',
      '--disable-linking',
      '--json',
    ])
    expect(siteOf(cli)).toMatchObject({ id: (created as { id: string }).id, name: 'shop', published: undefined })
    const creation = apiTraffic(cli.emulator)
    const printed = await cli.run('shop', deploy)
    const draft = lastOf(cli.emulator)
    expect(printed).toMatchObject({ deploy_id: draft.id, deploy_url: addressOf(`${draft.id}--shop`) })
    expect(draft).toMatchObject({ draft: true, branch: undefined, state: 'ready' })
    expect(siteOf(cli).published).toBeUndefined()
    expect((await cli.emulator.fetch(addressOf('shop'))).status).toBe(404)
    await expectServed(cli.emulator, addressOf(`${draft.id}--shop`), pages)
    expect(await functionAt(addressOf(`${draft.id}--shop`))).toBe('200 POST?x=1body')

    const theirs = apiTraffic(cli.emulator)
    const both = { requests: creation.requests + theirs.requests, bytes: creation.bytes + theirs.bytes }
    const own = await publish({ environment: 'preview' })
    sameContents()
    await compareTraffic('a new site, a preview of 12 files and a function', version, both, own)
  })

  it('publishes the same files without sending one of them again', async () => {
    await cli.run('shop', [...deploy, '--prod'])
    const production = lastOf(cli.emulator)
    expect(uploadsOf(cli.emulator)).toEqual([])
    expect(siteOf(cli).published).toBe(production)
    await expectServed(cli.emulator, addressOf('shop'), pages)
    expect(await functionAt(addressOf('shop'))).toBe('200 POST?x=1body')

    const theirs = apiTraffic(cli.emulator)
    const own = await publish()
    sameContents()
    await compareTraffic('the same files in production', version, theirs, own)
  })

  it('sends one changed file alone', async () => {
    const changed = { 'copy.html': '<!doctype html>\n<title>Changed</title>\n' }
    await cli.put('shop', below('public', changed))
    await cli.run('shop', [...deploy, '--prod'])
    expect(uploadsOf(cli.emulator)).toEqual(['files/copy.html'])
    await expectServed(cli.emulator, addressOf('shop'), { ...pages, ...changed })

    const theirs = apiTraffic(cli.emulator)
    await ours.write(below('src', changed))
    const own = await publish()
    sameContents()
    await compareTraffic('one changed file', version, theirs, own)
  })

  it('publishes an earlier deploy again', async () => {
    const site = siteOf(cli)
    const [earlier] = site.history
    const ids = { site_id: site.id, deploy_id: earlier?.id }
    await cli.run('shop', ['api', 'restoreSiteDeploy', `--data=${JSON.stringify(ids)}`])
    expect(cli.emulator.requests.map(({ method, status }) => `${method} ${status}`)).toContain('POST 201')
    expect(site.published).toBe(earlier)
    await expectServed(cli.emulator, addressOf('shop'), pages)
  })

  it('lets more than 100 files be compared in the background, for an alias', async () => {
    const many = manyFiles(120)
    await cli.put('shop', below('public', many))
    const published = siteOf(cli).published
    await cli.run('shop', [...deploy, '--alias=next'])
    const alias = lastOf(cli.emulator)
    expect(alias).toMatchObject({ branch: 'next', draft: false })
    expect(alias.states.slice(0, 3)).toEqual(['new', 'preparing', 'prepared'])
    expect(siteOf(cli).published).toBe(published)
    await expectServed(cli.emulator, addressOf('next--shop'), many)

    const theirs = apiTraffic(cli.emulator)
    await ours.write(below('src', many))
    const own = await publish({ environment: 'preview' }, { alias: 'next' })
    sameContents()
    await compareTraffic('an alias, 125 files of which 120 are new', version, theirs, own)
  })

  it('sets a variable, replaces it, and gives it another value in one context', async () => {
    const site = siteOf(cli)
    const env = { NETLIFY_AUTH_TOKEN: cli.emulator.token, NETLIFY_SITE_ID: site.id }
    const set = async (value: string, ...more: string[]) => {
      await cli.run('shop', ['env:set', 'GREETING', value, '--site=shop', '--force', '--json', ...more], env)
      const variables = [...(cli.emulator.netlify.state.variables.get(site.id)?.values() ?? [])]
      return variables.map(({ key, values }) => [key, ...values.map((one) => `${one.context} ${one.value}`)])
    }
    expect(await set('one')).toEqual([['GREETING', 'all one']])
    expect(await set('two')).toEqual([['GREETING', 'all two']])
    expect(await set('three', '--context=production')).toEqual([['GREETING', 'all two', 'production three']])
  })

  it('publishes without an account, and claims what it has published', async () => {
    await cli.put('drop', below('public', pages))
    const args = ['deploy', '--dir=public', '--allow-anonymous', '--created-via=test', '--no-build', '--json']
    const printed = (await cli.run('drop', args, {})) as { site_id: string; site_url: string; claim_command: string }
    const site = cli.emulator.netlify.state.sites.get(printed.site_id)
    expect(site).toMatchObject({ account: { login: 'netlify-drop' }, published: { state: 'ready' } })
    await expectServed(cli.emulator, printed.site_url, pages)
    const theirs = apiTraffic(cli.emulator)
    await cli.run('drop', printed.claim_command.split(' ').slice(1))
    expect(site).toMatchObject({ account: { login: 'owner' }, drop: undefined })
    await expectServed(cli.emulator, printed.site_url, pages)

    await ours.write({ netlify: null, 'src/folder-1': null, 'src/folder-0': null, ...below('src', pages) })
    const { netlify } = await import('../../src/targets/netlify.js')
    const own = await publish({ targets: [netlify({ anonymous: true, apiUrl: ours.emulator.netlify.url })] })
    sameContents()
    await compareTraffic('12 files without an account', version, theirs, own)
  })
})
