import sodium from 'libsodium-wrappers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkshop, type Workshop } from './actions-support.js'
import { type GithubBench, type Reply, startGithub } from './github-support.js'

let bench: GithubBench
let shop: Workshop

beforeAll(async () => {
  bench = await startGithub()
  shop = await openWorkshop(bench)
  await shop.commit({ 'index.html': 'hello' })
})
afterAll(() => bench.close())

const send = (method: string, path: string, json?: unknown): Promise<Reply> => shop.ask(path, { method, json })

describe('what else the emulated GitHub serves', () => {
  it('shows the protection of a branch, of which there is none at first', async () => {
    const path = '/branches/main/protection'
    expect((await shop.ask(path)).status).toBe(404)
    const rules = { required_status_checks: null, enforce_admins: true, restrictions: null }
    await send('PUT', path, { ...rules, required_pull_request_reviews: null })
    expect((await shop.ask(path)).body).toMatchObject({ enforce_admins: { enabled: true } })
  })

  it('changes and deletes variables, and lists the secrets of the organization', async () => {
    expect((await shop.ask('/actions/organization-secrets')).body).toEqual({ total_count: 0, secrets: [] })
    expect((await shop.ask('/actions/permissions')).body).toMatchObject({ enabled: true })
    await send('PUT', '/environments/production', {})
    for (const variables of ['/actions/variables', '/environments/production/variables']) {
      await send('POST', variables, { name: 'REGION', value: 'eu' })
      expect((await send('PATCH', `${variables}/REGION`, { value: 'us' })).status).toBe(204)
      expect((await shop.ask(variables)).body).toMatchObject({ variables: [{ name: 'REGION', value: 'us' }] })
      expect((await send('DELETE', `${variables}/REGION`)).status).toBe(204)
      expect((await shop.ask(variables)).body).toMatchObject({ total_count: 0 })
    }
  })

  it('deletes a secret of an environment, and the environment', async () => {
    await send('PUT', '/environments/preview', {})
    const secrets = '/environments/preview/secrets'
    await sodium.ready
    const { body } = await shop.ask(`${secrets}/public-key`)
    const key = sodium.from_base64(String(body.key), sodium.base64_variants.ORIGINAL)
    const encrypted_value = sodium.to_base64(sodium.crypto_box_seal('value', key), sodium.base64_variants.ORIGINAL)
    expect((await send('PUT', `${secrets}/KEY`, { encrypted_value, key_id: body.key_id })).status).toBe(201)
    expect((await send('DELETE', `${secrets}/KEY`)).status).toBe(204)
    expect((await shop.ask(secrets)).body).toMatchObject({ total_count: 0 })
    const names = async (): Promise<unknown> => {
      const { environments } = (await shop.ask('/environments')).body as { environments: { name: string }[] }
      return environments.map(({ name }) => name)
    }
    expect(await names()).toContain('preview')
    expect((await send('DELETE', '/environments/preview')).status).toBe(204)
    expect(await names()).not.toContain('preview')
  })

  it('shows a team of an organization to its members', async () => {
    const { status, body } = await bench.ask('/orgs/organization/teams/reviewers')
    expect([status, body.slug]).toEqual([200, 'reviewers'])
  })

  it('shows a job, an artifact and a build of the pages by their ids', async () => {
    const { run, jobs } = await shop.run(`
on: push
jobs:
  make:
    runs-on: ubuntu-latest
    steps:
      - run: echo one > a.txt
      - { uses: actions/upload-artifact@v4, with: { name: site, path: a.txt } }
`)
    const [job] = jobs
    expect((await shop.ask(`/actions/jobs/${job?.id}`)).body).toMatchObject({ name: 'make', run_id: run.id })
    const listed = (await shop.ask(`/actions/runs/${run.id}/artifacts`)).body as { artifacts: { id: number }[] }
    const artifact = await shop.ask(`/actions/artifacts/${listed.artifacts[0]?.id}`)
    expect(artifact.body).toMatchObject({ name: 'site', expired: false })
    await send('POST', '/pages', { build_type: 'legacy', source: { branch: 'main', path: '/' } })
    const [build] = JSON.parse((await shop.ask('/pages/builds')).text) as { url: string; commit: string }[]
    const shown = await shop.ask(new URL(build?.url ?? '').pathname.replace(`/repos/${shop.name}`, ''))
    expect([shown.status, shown.body.commit]).toEqual([200, build?.commit])
  })
})
