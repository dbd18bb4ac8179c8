import { Vercel } from '@vercel/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../../src/emulator/index.js'

let emulator: Emulator
let sdk: Vercel

beforeEach(async () => {
  emulator = await createEmulator()
  sdk = new Vercel({ bearerToken: emulator.token, serverURL: emulator.vercel.url })
})
afterEach(() => emulator.close())

describe("Vercel's own SDK", () => {
  it('makes a project with variables and a domain, deploys, promotes and rolls back, and reads every answer', async () => {
    const { user } = (await sdk.user.getAuthUser()) as { user: { username: string } }
    expect(user.username).toBe('owner')
    const { teams } = await sdk.teams.getTeams({})
    expect(teams.map(({ slug }) => slug)).toEqual(['organization'])
    const project = await sdk.projects.createProject({ requestBody: { name: 'shop', framework: 'astro' } })
    const variable = { key: 'API_URL', value: 'x', type: 'encrypted' as const, target: ['production' as const] }
    await sdk.projects.createProjectEnv({ idOrName: project.id, upsert: 'true', requestBody: [variable] })
    const variables = await sdk.projects.filterProjectEnvs({ idOrName: 'shop', decrypt: 'true' })
    expect(variables).toMatchObject({ envs: [{ key: 'API_URL', value: 'x' }] })
    const domain = await sdk.projects.addProjectDomain({ idOrName: 'shop', requestBody: { name: 'shop.example' } })
    expect(domain).toMatchObject({ verified: true, apexName: 'shop.example' })
    expect((await sdk.domains.getDomainConfig({ domain: 'shop.example' })).misconfigured).toBe(true)

    const publish = async (content: string): Promise<string> => {
      const files = [{ file: 'index.html', data: content, encoding: 'utf-8' as const }]
      const requestBody = { name: 'shop', project: 'shop', target: 'production', files }
      const { id } = await sdk.deployments.createDeployment({ requestBody })
      await expect
        .poll(() => sdk.deployments.getDeployment({ idOrUrl: id }), { timeout: 10_000 })
        .toMatchObject({ readyState: 'READY', aliasAssigned: true })
      return id
    }
    const live = async (): Promise<string> => (await emulator.fetch(emulator.vercel.siteUrl('shop'))).text()
    const one = await publish('one')
    const two = await publish('two')
    expect(await live()).toBe('two')
    await sdk.projects.requestRollback({ projectId: project.id, deploymentId: one })
    await expect.poll(live, { timeout: 10_000 }).toBe('one')
    await sdk.projects.requestPromote({ projectId: project.id, deploymentId: two })
    await expect.poll(live, { timeout: 10_000 }).toBe('two')

    const { deployments } = await sdk.deployments.getDeployments({ projectId: project.id, target: 'production' })
    expect(deployments.map(({ uid }) => uid)).toEqual([two, one])
    const { aliases } = await sdk.aliases.listDeploymentAliases({ id: two })
    expect(aliases.map(({ alias }) => alias)).toContain('shop.example')
    await sdk.deployments.deleteDeployment({ id: one })
    await expect(sdk.deployments.getDeployment({ idOrUrl: one })).rejects.toMatchObject({ statusCode: 404 })
    await sdk.projects.deleteProject({ idOrName: project.id })
    expect((await sdk.projects.getProjects({})) as object).toMatchObject({ projects: [] })
  }, 60_000)

  it('tells who may not', async () => {
    const stranger = new Vercel({ bearerToken: emulator.otherTokens.stranger, serverURL: emulator.vercel.url })
    await expect(stranger.projects.getProjects({ slug: 'organization' })).rejects.toMatchObject({ statusCode: 403 })
  })
})
