import { createApiClient, EndpointType, type Operation } from '@neondatabase/api-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccounts } from '../../src/emulator/accounts.js'
import { createNeon, type Neon } from '../../src/emulator/neon/neon.js'
import { contentOf } from '../../src/emulator/neon/timelines.js'
import { type Served, serve } from '../../src/emulator/serve.js'

let time = Date.UTC(2026, 0, 15)
let neon: Neon
let served: Served
let client: ReturnType<typeof createApiClient>
let stranger: typeof client

beforeAll(async () => {
  const accounts = createAccounts()
  const { credentials } = accounts
  neon = createNeon({ accounts, now: () => time })
  served = await serve(neon.api)
  const baseURL = `${served.url}/api/v2`
  client = createApiClient({ apiKey: credentials.owner.token, baseURL })
  stranger = createApiClient({ apiKey: credentials.stranger.token, baseURL })
})
afterAll(() => served.close())

/** Asks until all operations are over, as Neon's documentation tells, while the clock goes on; gives how often it asked. */
async function wait(operations: readonly Operation[]): Promise<number> {
  let asked = 0
  for (const { id, project_id: projectId } of operations) {
    for (;;) {
      const { data } = await client.getProjectOperation(projectId, id)
      asked += 1
      if (data.operation.status === 'finished') break
      expect(['scheduling', 'running']).toContain(data.operation.status)
      time += 15
    }
  }
  return asked
}

describe("Neon's own client for Node", () => {
  let projectId: string
  let mainId: string

  it('finds the organization, makes a project in it and waits until it is ready', async () => {
    const { organizations } = (await client.getCurrentUserOrganizations()).data
    const [organization] = organizations
    const wish = { name: 'shop', org_id: organization?.id ?? '', pg_version: 17 }
    const { data, status } = await client.createProject({ project: wish })
    projectId = data.project.id
    mainId = data.branch.id
    expect(status).toBe(201)
    expect(await wait(data.operations)).toBeGreaterThan(4)
    const { projects, pagination } = (await client.listProjects({ org_id: organization?.id ?? '', limit: 10 })).data
    expect(projects.map(({ id, name }) => [id, name])).toEqual([[projectId, 'shop']])
    expect(pagination?.cursor).toBe(projectId)
    expect(neon.state.branches.get(mainId)).toMatchObject({ name: 'main', currentState: 'ready' })
    expect([...neon.state.endpoints.values()]).toMatchObject([{ currentState: 'active', type: 'read_write' }])
  })

  it('makes a role and a database, and is told how to reach it, through the pooler as well', async () => {
    const { data: made } = await client.createProjectBranchRole(projectId, mainId, { role: { name: 'app' } })
    const database = { name: 'store', owner_name: 'app' }
    const early = client.createProjectBranchDatabase(projectId, mainId, { database })
    await expect(early).rejects.toMatchObject({ response: { status: 423 } })
    await wait(made.operations)
    await wait((await client.createProjectBranchDatabase(projectId, mainId, { database })).data.operations)
    const { data } = await client.getConnectionUri({
      projectId,
      database_name: 'store',
      role_name: 'app',
      branch_id: mainId,
      pooled: true,
    })
    const [endpoint] = [...neon.state.endpoints.keys()]
    const host = `${endpoint}-pooler.c-2.us-east-2.aws.neon.localhost`
    expect(data.uri).toContain(`postgresql://app:${made.role.password}@${host}/store?`)
    const { password } = (await client.getProjectBranchRolePassword(projectId, mainId, 'app')).data
    expect(password).toBe(made.role.password)
  })

  it('makes a branch with a compute, finds it by its name, and leaves the default one as it is', async () => {
    const { data } = await client.createProjectBranch(projectId, {
      branch: { name: 'preview/42', parent_id: mainId },
      endpoints: [{ type: EndpointType.ReadWrite }],
      annotation_value: { pull: '42' },
    })
    await wait(data.operations)
    const list = (await client.listProjectBranches({ projectId, search: 'preview', limit: 5 })).data
    expect(list.branches.map(({ id, parent_id }) => [id, parent_id])).toEqual([[data.branch.id, mainId]])
    expect(list.annotations[data.branch.id]?.value).toEqual({ pull: '42' })
    const { databases } = (await client.listProjectBranchDatabases(projectId, data.branch.id)).data
    expect(databases.map(({ name }) => name)).toEqual(['neondb', 'store'])
    const removed = (await client.deleteProjectBranchDatabase(projectId, data.branch.id, 'store')).data
    await wait(typeof removed === 'object' ? removed.operations : [])
    const names = (id: string) => {
      const branch = neon.state.branches.get(id)
      return branch && [...contentOf(branch.timeline).databases.keys()]
    }
    expect([names(data.branch.id), names(mainId)]).toEqual([['neondb'], ['neondb', 'store']])
    const gone = (await client.deleteProjectBranch({ projectId, branchId: data.branch.id })).data
    await wait(typeof gone === 'object' ? gone.operations : [])
    expect([...neon.state.branches.keys()]).toEqual([mainId])
    expect((await client.deleteProjectBranch({ projectId, branchId: data.branch.id })).status).toBe(204)
  })

  it('goes back to a time and to a snapshot', async () => {
    const before = new Date(time).toISOString()
    time += 60_000
    const { data: snap } = await client.createSnapshot({ projectId, branchId: mainId, name: 'before' })
    await wait(snap.operations)
    await wait((await client.createProjectBranchRole(projectId, mainId, { role: { name: 'late' } })).data.operations)
    const { data } = await client.restoreProjectBranch(projectId, mainId, {
      source_branch_id: mainId,
      source_timestamp: before,
      preserve_under_name: 'main_old',
    })
    await wait(data.operations)
    const { roles } = (await client.listProjectBranchRoles(projectId, mainId)).data
    expect(roles.map(({ name }) => name)).toEqual(['neondb_owner', 'app'])
    const { snapshots } = (await client.listSnapshots(projectId)).data
    const [snapshot] = snapshots
    const restored = (await client.restoreSnapshot({ projectId, snapshotId: snapshot?.id ?? '' }, { name: 'look' }))
      .data
    await wait(restored.operations)
    expect([...neon.state.branches.values()].map(({ name }) => name)).toEqual(['main', 'main_old', 'look'])
  })

  it('is refused in words that it can show, and deletes the project', async () => {
    const theirs = stranger.getProject(projectId)
    await expect(theirs).rejects.toMatchObject({
      response: { status: 404, data: { code: '', message: 'project not found', request_id: expect.any(String) } },
    })
    const { data } = await client.deleteProject(projectId)
    expect(data.project.id).toBe(projectId)
    expect([neon.state.projects.size, neon.state.branches.size, neon.state.snapshots.size]).toEqual([0, 0, 0])
  })
})
