import sodium from 'libsodium-wrappers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractEvents } from '../support/contract-events.js'
import { sshKey } from '../support/ssh-key.js'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let count = 0

beforeAll(async () => {
  bench = await startGithub()
})
afterAll(() => bench.close())

async function create(settings: { private?: boolean } = {}): Promise<string> {
  const name = `settings-${++count}`
  await bench.state.create(bench.accounts.owner, name, settings)
  return `owner/${name}`
}

const put = (path: string, json: unknown): Promise<Reply> => bench.ask(path, { method: 'PUT', json })
const post = (path: string, json: unknown): Promise<Reply> => bench.ask(path, { method: 'POST', json })

async function sealed(path: string, value: string): Promise<{ encrypted_value: string; key_id: unknown }> {
  await sodium.ready
  const { body } = await bench.ask(`${path}/public-key`)
  const key = sodium.from_base64(String(body.key), sodium.base64_variants.ORIGINAL)
  const box = sodium.crypto_box_seal(value, key)
  return { encrypted_value: sodium.to_base64(box, sodium.base64_variants.ORIGINAL), key_id: body.key_id }
}

describe('topics', () => {
  it('are replaced as a whole, and shown with the repository', async () => {
    const name = await create()
    await put(`/repos/${name}/topics`, { names: ['shop', 'netlify'] })
    expect((await put(`/repos/${name}/topics`, { names: ['shop'] })).body).toEqual({ names: ['shop'] })
    expect((await bench.ask(`/repos/${name}/topics`)).body).toEqual({ names: ['shop'] })
    expect((await bench.ask(`/repos/${name}`)).body.topics).toEqual(['shop'])
  })

  it('are refused in capitals', async () => {
    const name = await create()
    expect((await put(`/repos/${name}/topics`, { names: ['Shop'] })).status).toBe(422)
  })
})

describe('secrets', () => {
  it('are opened with the private key, and never shown', async () => {
    const name = await create()
    const secrets = `/repos/${name}/actions/secrets`
    expect((await put(`${secrets}/api_key`, await sealed(secrets, 'sésame'))).status).toBe(201)
    expect((await put(`${secrets}/API_KEY`, await sealed(secrets, 'sésame 2'))).status).toBe(204)
    expect(bench.state.repository(name).setup.secrets.get('API_KEY')?.value).toBe('sésame 2')
    const { body, text } = await bench.ask(secrets)
    expect(body).toMatchObject({ total_count: 1, secrets: [{ name: 'API_KEY' }] })
    expect(text).not.toContain('sésame')
    expect((await bench.ask(`${secrets}/API_KEY`, { method: 'DELETE' })).status).toBe(204)
    expect((await bench.ask(`${secrets}/API_KEY`, { method: 'DELETE' })).status).toBe(404)
  })

  it('are refused where the box does not open, under another key, and under a name of GitHub’s own', async () => {
    const name = await create()
    const secrets = `/repos/${name}/actions/secrets`
    const box = await sealed(secrets, 'value')
    const bytes = Buffer.from(box.encrypted_value, 'base64')
    bytes[40] = (bytes[40] ?? 0) ^ 1
    const broken = { ...box, encrypted_value: bytes.toString('base64') }
    expect((await put(`${secrets}/KEY`, broken)).status).toBe(422)
    expect((await put(`${secrets}/KEY`, { ...box, key_id: '1' })).status).toBe(422)
    expect((await put(`${secrets}/GITHUB_KEY`, box)).status).toBe(422)
    expect(bench.state.repository(name).setup.secrets.size).toBe(0)
  })

  it('of an environment have a key of their own', async () => {
    const name = await create()
    await put(`/repos/${name}/environments/production`, {})
    const secrets = `/repos/${name}/environments/production/secrets`
    expect((await put(`${secrets}/KEY`, await sealed(`/repos/${name}/actions/secrets`, 'x'))).status).toBe(422)
    expect((await put(`${secrets}/KEY`, await sealed(secrets, 'x'))).status).toBe(201)
  })
})

describe('variables', () => {
  it('are made once, then changed', async () => {
    const name = await create()
    const variables = `/repos/${name}/actions/variables`
    expect((await post(variables, { name: 'region', value: 'eu' })).status).toBe(201)
    expect((await post(variables, { name: 'REGION', value: 'us' })).status).toBe(409)
    expect((await bench.ask(`${variables}/REGION`, { method: 'PATCH', json: { value: 'us' } })).status).toBe(204)
    expect((await bench.ask(variables)).body).toMatchObject({ variables: [{ name: 'REGION', value: 'us' }] })
  })
})

describe('environments', () => {
  it('tell who approves, how long they wait and from which branches', async () => {
    const name = await create()
    const path = `/repos/${name}/environments/production`
    const reviewers = [{ type: 'User', id: 1 }]
    const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true }
    await put(path, { wait_timer: 30, reviewers, prevent_self_review: true, deployment_branch_policy })
    expect((await post(`${path}/deployment-branch-policies`, { name: 'main' })).status).toBe(200)
    expect((await post(`${path}/deployment-branch-policies`, { name: 'main' })).status).toBe(303)
    const { body } = await bench.ask(path)
    expect(body).toMatchObject({
      deployment_branch_policy,
      protection_rules: [
        { type: 'wait_timer', wait_timer: 30 },
        { type: 'required_reviewers', prevent_self_review: true, reviewers: [{ reviewer: { login: 'owner' } }] },
        { type: 'branch_policy' },
      ],
    })
    // A request replaces the whole.
    expect((await put(path, {})).body).toMatchObject({ protection_rules: [], deployment_branch_policy: null })
  })

  it.each([
    ['seven reviewers', { reviewers: Array.from({ length: 7 }, () => ({ type: 'User', id: 1 })) }],
    ['a reviewer that nobody is', { reviewers: [{ type: 'User', id: 99 }] }],
    ['a team of somebody else', { reviewers: [{ type: 'Team', id: 4 }] }],
    ['a wait of more than thirty days', { wait_timer: 43_201 }],
    [
      'both kinds of branches',
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
    ],
  ])('refuse %s', async (_what, json) => {
    const name = await create()
    expect((await put(`/repos/${name}/environments/production`, json)).status).toBe(422)
  })

  it('have no reviewers in a private repository that nobody pays for', async () => {
    const name = await create({ private: true })
    const json = { reviewers: [{ type: 'User', id: 1 }] }
    const { status, body } = await put(`/repos/${name}/environments/production`, json)
    expect([status, body.message]).toEqual([422, expect.stringContaining('billing plan')])
    bench.state.repository(name).setup.paid = true
    expect((await put(`/repos/${name}/environments/production`, json)).status).toBe(200)
  })
})

describe('webhooks', () => {
  it('are made once for an address, and hide their secret', async () => {
    const name = await create()
    const hooks = `/repos/${name}/hooks`
    const json = { config: { url: 'https://hooks.example/1', secret: 'shhh-secret' }, events: ['push'] }
    const made = await post(hooks, json)
    expect([made.status, made.text.includes('shhh-secret')]).toEqual([201, false])
    const again = await post(hooks, json)
    expect(again.status).toBe(422)
    expect(again.text).toContain('Hook already exists on this repository')
    await bench.ask(`${hooks}/${made.body.id}`, { method: 'PATCH', json: { add_events: ['release'] } })
    expect(bench.state.repository(name).setup.hooks).toMatchObject([{ events: ['push', 'release'] }])
  })

  it.each([
    ['no address', { config: {} }],
    ['an address on this machine', { config: { url: 'http://127.0.0.1/x' } }],
    ['an address that is none', { config: { url: 'https://hooks.example/a b' } }],
    ['an event of organizations', { config: { url: 'https://hooks.example' }, events: ['installation'] }],
    ['an event that is none', { config: { url: 'https://hooks.example' }, events: ['pushed'] }],
  ])('refuse %s', async (_what, json) => {
    expect((await post(`/repos/${await create()}/hooks`, json)).status).toBe(422)
  })

  it('are told of every event that the contract has for repositories', async () => {
    const { ofRepositories: events } = contractEvents()
    expect(events).toContain('push')
    const made = await post(`/repos/${await create()}/hooks`, { config: { url: 'https://hooks.example' }, events })
    expect(made.status).toBe(201)
    expect(made.body.events).toEqual(events)
  })
})

describe('deploy keys', () => {
  it('are used once in all of GitHub', async () => {
    const [one, other] = [await create(), await create()]
    const key = sshKey()
    const made = await post(`/repos/${one}/keys`, { title: 'ci', key, read_only: true })
    expect(made.body).toMatchObject({ title: 'ci', read_only: true, key: key.split(' ').slice(0, 2).join(' ') })
    const again = await post(`/repos/${other}/keys`, { title: 'ci', key })
    expect([again.status, again.text]).toEqual([422, expect.stringContaining('key is already in use')])
    expect((await bench.ask(`/repos/${one}/keys/${made.body.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await post(`/repos/${other}/keys`, { title: 'ci', key })).status).toBe(201)
  })

  it('must be keys', async () => {
    const { status, text } = await post(`/repos/${await create()}/keys`, { title: 'ci', key: 'ssh-rsa AAAA' })
    expect([status, text]).toEqual([422, expect.stringContaining('key is invalid')])
  })
})

describe('deployments', () => {
  async function commit(name: string): Promise<string> {
    const person = { name: 'Owner', email: 'owner@example.com' }
    return bench.state.commit({ repository: name, files: { 'a.txt': `${count}` }, message: 'm', author: person })
  }

  it('are found by their commit and environment, the newest first', async () => {
    const name = await create()
    const sha = await commit(name)
    const json = { ref: sha, environment: 'preview', required_contexts: [], auto_merge: false, payload: { id: 'd-1' } }
    await post(`/repos/${name}/deployments`, json)
    await post(`/repos/${name}/deployments`, { ...json, payload: { id: 'd-2' } })
    const { text } = await bench.ask(`/repos/${name}/deployments?sha=${sha}&environment=preview`)
    expect(JSON.parse(text)).toMatchObject([{ payload: { id: 'd-2' } }, { payload: { id: 'd-1' }, sha }])
    expect((await bench.ask(`/repos/${name}/deployments?environment=production`)).text).toBe('[]')
  })

  it('end the earlier ones of an environment that is no production, once they succeed', async () => {
    const name = await create()
    const ref = await commit(name)
    for (const environment of ['staging', 'production']) {
      const ids: unknown[] = []
      for (let turn = 0; turn < 2; turn += 1) {
        const { body } = await post(`/repos/${name}/deployments`, { ref, environment, required_contexts: [] })
        ids.push(body.id)
        const status = { state: 'success', environment_url: 'https://shop.example' }
        expect((await post(`/repos/${name}/deployments/${body.id}/statuses`, status)).status).toBe(201)
      }
      const { text } = await bench.ask(`/repos/${name}/deployments/${ids[0]}/statuses`)
      const states = (JSON.parse(text) as { state: string }[]).map(({ state }) => state)
      expect(states).toEqual(environment === 'production' ? ['success'] : ['inactive', 'success'])
    }
  })

  it('are refused for what is no commit, and for checks that did not succeed', async () => {
    const name = await create()
    await commit(name)
    expect((await post(`/repos/${name}/deployments`, { ref: 'nowhere' })).status).toBe(422)
    expect((await post(`/repos/${name}/deployments`, { ref: 'main', required_contexts: ['ci'] })).status).toBe(409)
  })

  it.each(['no address', 'https://not an address', 'ftp://shop.example'])('are not live at %s', async (address) => {
    const name = await create()
    const { body } = await post(`/repos/${name}/deployments`, { ref: await commit(name), required_contexts: [] })
    const status = { state: 'success', environment_url: address }
    expect((await post(`/repos/${name}/deployments/${body.id}/statuses`, status)).status).toBe(422)
  })
})

describe('rights', () => {
  const paths = ['hooks', 'keys', 'actions/secrets', 'actions/variables', 'rulesets', 'deployments', 'environments']

  it('that are missing look like things that are not there', async () => {
    const name = await create()
    const { powerless, stranger } = bench.accounts.credentials
    for (const { token } of [powerless, stranger]) {
      for (const path of paths) expect((await bench.ask(`/repos/${name}/${path}`, { token })).status, path).toBe(404)
    }
  })

  it('of a fine-grained token are told by the header, and named by nobody else', async () => {
    const name = await create({ private: true })
    const { token } = bench.accounts.issue({ permissions: { contents: 'write' } })
    const read = await bench.ask(`/repos/${name}`, { token })
    expect([read.status, read.headers.has('x-oauth-scopes')]).toEqual([200, false])
    const refused = await bench.ask(`/repos/${name}/hooks`, { token })
    expect(refused.status).toBe(403)
    expect(refused.body.message).toBe('Resource not accessible by personal access token')
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('repository_hooks=read')
    const able = bench.accounts.issue({ permissions: { repository_hooks: 'read' } })
    expect((await bench.ask(`/repos/${name}/hooks`, { token: able.token })).status).toBe(200)
  })
})
