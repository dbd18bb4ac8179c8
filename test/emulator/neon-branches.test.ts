import { afterEach, describe, expect, it } from 'vitest'
import { contentOf } from '../../src/emulator/neon/timelines.js'
import { type ErrorJson, iso, type Made, type NeonBench, names, shown, start, startNeon } from './neon-support.js'

let bench: NeonBench

afterEach(() => bench.close())

describe('a branch', () => {
  it('is a copy of what its parent is, or was, with a compute where one is asked for', async () => {
    bench = await startNeon()
    const { project, branch: main } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const before = bench.now()
    bench.advance(60_000)
    await bench.done('POST', `${at}/${main.id}/roles`, { role: { name: 'app' } })
    await bench.done('POST', `${at}/${main.id}/databases`, { database: { name: 'store', owner_name: 'app' } })
    const made = (await bench.done('POST', at, { branch: { name: 'dev' }, endpoints: [{ type: 'read_write' }] })).json
    expect(made.branch).toMatchObject({ name: 'dev', parent_id: main.id, current_state: 'init', default: false })
    expect(shown(made.operations)).toEqual(['create_branch running', 'start_compute scheduling'])
    expect(names(made.databases)).toEqual(['neondb', 'store'])
    expect(made.connection_uris.map(({ connection_parameters: { role, database } }) => [role, database])).toEqual([
      ['neondb_owner', 'neondb'],
      ['app', 'store'],
    ])
    const past = { name: 'past', parent_id: main.id, parent_timestamp: iso(before) }
    const old = (await bench.done('POST', at, { branch: past })).json
    expect(old.branch.parent_timestamp).toBe(iso(before))
    expect([names(old.roles), names(old.databases), old.endpoints]).toEqual([['neondb_owner'], ['neondb'], []])
    const lsn = old.branch.parent_lsn
    const again = (await bench.done('POST', at, { branch: { parent_id: main.id, parent_lsn: lsn } })).json
    expect([again.branch.name, names(again.databases)]).toEqual([again.branch.id, ['neondb']])
  })

  it('knows nothing of what happens to its parent later, and its parent nothing of it', async () => {
    bench = await startNeon()
    const { project, branch: main } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const dev = (await bench.done('POST', at, { endpoints: [{ type: 'read_write' }] })).json.branch
    await bench.done('POST', `${at}/${dev.id}/roles`, { role: { name: 'tester' } })
    await bench.done('POST', `${at}/${main.id}/databases`, { database: { name: 'late', owner_name: 'neondb_owner' } })
    const rolesOf = async (id: string) => names((await bench.call('GET', `${at}/${id}/roles`)).json.roles)
    const databasesOf = async (id: string) => names((await bench.call('GET', `${at}/${id}/databases`)).json.databases)
    expect([await rolesOf(main.id), await rolesOf(dev.id)]).toEqual([['neondb_owner'], ['neondb_owner', 'tester']])
    expect([await databasesOf(main.id), await databasesOf(dev.id)]).toEqual([['neondb', 'late'], ['neondb']])
  })

  it('has passwords of its own only where its parent is protected', async () => {
    bench = await startNeon()
    const { project, branch: main, roles } = await bench.project()
    const at = `/projects/${project.id}/branches`
    expect((await bench.done('POST', at, {})).json.roles[0]?.password).toBe(roles[0]?.password)
    await bench.done('PATCH', `${at}/${main.id}`, { branch: { protected: true } })
    expect((await bench.done('POST', at, {})).json.roles[0]?.password).not.toBe(roles[0]?.password)
  })

  it('is renamed, made the default, and deleted when its operations have finished; then deleting it is nothing', async () => {
    bench = await startNeon()
    const { project, branch: main } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const made = (await bench.done('POST', at, { endpoints: [{ type: 'read_write' }] })).json
    const path = `${at}/${made.branch.id}`
    expect((await bench.call('PATCH', path, { branch: { name: 'stage' } })).json.branch.name).toBe('stage')
    expect((await bench.call('POST', `${path}/set_as_default`)).json.branch.default).toBe(true)
    expect((await bench.call('GET', `${at}/${main.id}`)).json.branch.default).toBe(false)
    await bench.call('POST', `${at}/${main.id}/set_as_default`)
    const { operations } = (await bench.call('DELETE', path)).json
    expect(shown(operations)).toEqual(['suspend_compute running', 'delete_timeline scheduling'])
    expect((await bench.call('GET', path)).status).toBe(200)
    bench.advance(40)
    expect((await bench.call('GET', path)).status).toBe(404)
    expect(bench.neon.state.endpoints.size).toBe(1)
    expect((await bench.call('DELETE', path)).status).toBe(204)
  })

  it('is deleted by itself when its time is over', async () => {
    bench = await startNeon()
    const { project } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const wish = { branch: { name: 'preview', expires_at: iso(bench.now() + 60_000) } }
    const { branch } = (await bench.done('POST', at, wish)).json
    expect(branch.expires_at).toBe(wish.branch.expires_at)
    await bench.done('PATCH', `${at}/${branch.id}`, { branch: { expires_at: iso(bench.now() + 120_000) } })
    bench.advance(110_000)
    expect((await bench.call('GET', `${at}/${branch.id}`)).status).toBe(200)
    bench.advance(10_020)
    expect((await bench.call('GET', `${at}/${branch.id}`)).status).toBe(404)
  })
})

describe('a restore', () => {
  it('puts a branch back to what it was, and keeps what it is under another name', async () => {
    bench = await startNeon()
    const { project, branch: main, endpoints } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const before = iso(bench.now())
    bench.advance(60_000)
    await bench.done('POST', `${at}/${main.id}/databases`, {
      database: { name: 'mistake', owner_name: 'neondb_owner' },
    })
    const child = (await bench.done('POST', at, { branch: { name: 'child' } })).json.branch
    const wish = { source_branch_id: main.id, source_timestamp: before, preserve_under_name: 'main_old' }
    const { branch, operations } = (await bench.call('POST', `${at}/${main.id}/restore`, wish)).json
    expect(branch).toMatchObject({ id: main.id, name: 'main', default: true, current_state: 'resetting' })
    expect(branch.parent_id).toBeUndefined()
    expect(shown(operations)).toEqual(['suspend_compute running', 'create_branch scheduling'])
    bench.advance(1000)
    const { branches, endpoints: computes } = bench.neon.state
    const backup = [...branches.values()].find(({ name }) => name === 'main_old')
    const contents = (id: string) => [...contentOf(branches.get(id)?.timeline ?? fail()).databases.keys()]
    expect(branches.get(main.id)?.currentState).toBe('ready')
    expect(contents(main.id)).toEqual(['neondb'])
    expect(contents(backup?.id ?? '')).toEqual(['neondb', 'mistake'])
    expect(branches.get(child.id)?.parent).toBe(backup)
    expect(computes.get(endpoints[0]?.id ?? '')).toMatchObject({ currentState: 'idle', branch: { id: main.id } })
  })

  it('resets a child to what its parent is now, without a backup where it has no children', async () => {
    bench = await startNeon()
    const { project, branch: main } = await bench.project()
    const at = `/projects/${project.id}/branches`
    const dev = (await bench.done('POST', at, { branch: { name: 'dev' } })).json.branch
    await bench.done('POST', `${at}/${main.id}/databases`, { database: { name: 'fresh', owner_name: 'neondb_owner' } })
    const { json } = await bench.done('POST', `${at}/${dev.id}/restore`, { source_branch_id: main.id })
    expect(shown(json.operations)).toEqual(['create_branch running', 'delete_timeline scheduling'])
    expect(json.branch).toMatchObject({ id: dev.id, parent_id: main.id, last_reset_at: iso(bench.now() - 1000) })
    const { databases } = (await bench.call('GET', `${at}/${dev.id}/databases`)).json
    expect(names(databases)).toEqual(['neondb', 'fresh'])
    expect(bench.neon.state.branches.size).toBe(2)
  })
})

describe('a snapshot', () => {
  it('is made of a root, restored to a branch to look at, and put in the place of the one it came from', async () => {
    bench = await startNeon()
    const { project, branch: main, endpoints } = await bench.project()
    const at = `/projects/${project.id}`
    const { snapshot, operations } = (await bench.done('POST', `${at}/branches/${main.id}/snapshot?name=before`)).json
    expect(snapshot.id).toMatch(/^snap-[a-z]+-[a-z]+-[a-z][a-z0-9]{7}$/)
    expect(shown(operations)).toEqual(['create_branch running', 'timeline_archive scheduling'])
    const later = { database: { name: 'later', owner_name: 'neondb_owner' } }
    await bench.done('POST', `${at}/branches/${main.id}/databases`, later)
    const restored = (await bench.done('POST', `${at}/snapshots/${snapshot.id}/restore`, { name: 'look' })).json
    expect(restored.branch).toMatchObject({
      name: 'look',
      restore_status: 'restored',
      restored_from: snapshot.id,
      restored_as: main.id,
    })
    expect(restored.endpoints).toHaveLength(1)
    const path = `${at}/branches/${restored.branch.id}`
    expect(names((await bench.call('GET', `${path}/databases`)).json.databases)).toEqual(['neondb'])
    await bench.done('POST', `${path}/finalize_restore`)
    const { branches } = bench.neon.state
    expect(branches.get(restored.branch.id)).toMatchObject({ name: 'main', restored: { status: 'finalized' } })
    expect(branches.get(main.id)?.name).toBe('main (old)')
    const { json } = await bench.call('GET', `${path}/endpoints`)
    expect(json.endpoints.map(({ id, current_state }) => [id, current_state])).toEqual([[endpoints[0]?.id, 'active']])
    expect((await bench.call('GET', path)).json.branch.default).toBe(true)
  })

  it('replaces a branch at once where that is asked for, is renamed, listed and deleted', async () => {
    bench = await startNeon({ limits: { snapshots: 2 } })
    const { project, branch: main, endpoints } = await bench.project()
    const at = `/projects/${project.id}`
    const { snapshot } = (await bench.done('POST', `${at}/branches/${main.id}/snapshot`)).json
    await bench.done('PATCH', `${at}/snapshots/${snapshot.id}`, { snapshot: { name: 'named' } })
    const expiry = iso(bench.now() + 60_000)
    await bench.done('POST', `${at}/branches/${main.id}/snapshot?name=short&expires_at=${expiry}`)
    const list = async () =>
      names((await bench.call<{ snapshots: Made['snapshot'][] }>('GET', `${at}/snapshots`)).json.snapshots)
    expect(await list()).toEqual(['short', 'named'])
    bench.advance(60_000)
    expect(await list()).toEqual(['named'])
    const wish = { finalize_restore: true }
    const { branch, operations } = (await bench.done('POST', `${at}/snapshots/${snapshot.id}/restore`, wish)).json
    expect(shown(operations)).toEqual([
      'create_branch running',
      'suspend_compute scheduling',
      'start_compute scheduling',
    ])
    expect(branch).toMatchObject({ name: 'main', default: true, restore_status: 'finalized' })
    expect(bench.neon.state.endpoints.get(endpoints[0]?.id ?? '')?.branch.id).toBe(branch.id)
    expect((await bench.done('DELETE', `${at}/snapshots/${snapshot.id}`)).status).toBe(202)
    expect(bench.neon.state.snapshots.size).toBe(0)
  })
})

describe('databases and roles', () => {
  it('are made, changed and deleted by a compute that wakes up for it', async () => {
    bench = await startNeon()
    const { project, branch, endpoints } = await bench.project()
    const at = `/projects/${project.id}/branches/${branch.id}`
    const active = await bench.done('POST', `${at}/roles`, { role: { name: 'app' } })
    expect(active.json.role.password).toMatch(/^npg_/)
    expect(shown(active.json.operations)).toEqual(['apply_config running'])
    await bench.done('POST', `/projects/${project.id}/endpoints/${endpoints[0]?.id}/suspend`)
    const asleep = await bench.done('POST', `${at}/databases`, { database: { name: 'store', owner_name: 'app' } })
    expect(shown(asleep.json.operations)).toEqual([
      'start_compute running',
      'apply_config scheduling',
      'suspend_compute scheduling',
    ])
    expect([...bench.neon.state.endpoints.values()][0]?.currentState).toBe('idle')
    const changed = await bench.done('PATCH', `${at}/databases/store`, { database: { name: 'market' } })
    expect(changed.json.database).toMatchObject({ name: 'market', owner_name: 'app' })
    expect((await bench.call('GET', `${at}/databases/store`)).status).toBe(404)
    expect((await bench.done('DELETE', `${at}/databases/market`)).status).toBe(200)
    expect((await bench.call('DELETE', `${at}/databases/market`)).status).toBe(204)
    expect((await bench.done('DELETE', `${at}/roles/app`)).status).toBe(200)
    expect((await bench.call('DELETE', `${at}/roles/app`)).status).toBe(204)
    expect(names((await bench.call('GET', `${at}/roles`)).json.roles)).toEqual(['neondb_owner'])
  })

  it('tell a password when it is made and when it is asked for; one that is reset is good until the reset is over', async () => {
    bench = await startNeon()
    const { project, branch, roles } = await bench.project()
    const path = `/projects/${project.id}/branches/${branch.id}/roles/neondb_owner`
    const reveal = async () => (await bench.call<{ password: string }>('GET', `${path}/reveal_password`)).json.password
    expect(await reveal()).toBe(roles[0]?.password)
    expect((await bench.call('GET', path)).json.role.password).toBeUndefined()
    const { role } = (await bench.call('POST', `${path}/reset_password`)).json
    const known = () =>
      contentOf(bench.neon.state.branches.get(branch.id)?.timeline ?? fail()).roles.get('neondb_owner')
    expect(role.password).not.toBe(roles[0]?.password)
    expect(known()).toMatchObject({ password: role.password, formerPassword: roles[0]?.password })
    bench.advance(30)
    expect(known()).toMatchObject({ password: role.password, formerPassword: undefined })
    expect(await reveal()).toBe(role.password)
  })
})

describe('a compute', () => {
  it('starts, sleeps, starts anew, and is deleted when its last operation has finished', async () => {
    bench = await startNeon()
    const { project, branch } = await bench.project()
    const at = `/projects/${project.id}/endpoints`
    const wish = { branch_id: branch.id, type: 'read_only', name: 'reports' }
    const { endpoint } = (await bench.done('POST', at, { endpoint: wish })).json
    expect(endpoint).toMatchObject({ type: 'read_only', current_state: 'init', pending_state: 'active' })
    const path = `${at}/${endpoint.id}`
    const state = async () => (await bench.call('GET', path)).json.endpoint.current_state
    expect(await state()).toBe('active')
    expect(shown((await bench.done('POST', `${path}/suspend`)).json.operations)).toEqual(['suspend_compute running'])
    expect(await state()).toBe('idle')
    expect((await bench.done('POST', `${path}/suspend`)).json.operations).toEqual([])
    expect(shown((await bench.done('POST', `${path}/start`)).json.operations)).toEqual(['start_compute running'])
    const { operations } = (await bench.done('POST', `${path}/restart`)).json
    expect(shown(operations)).toEqual(['suspend_compute running', 'start_compute scheduling'])
    expect((await bench.done('PATCH', path, { endpoint: { name: 'figures' } })).json.operations).toEqual([])
    const larger = await bench.done('PATCH', path, { endpoint: { autoscaling_limit_max_cu: 2 } })
    expect(shown(larger.json.operations)).toEqual(['apply_config running'])
    expect(larger.json.endpoint).toMatchObject({ name: 'figures', autoscaling_limit_max_cu: 2 })
    await bench.call('DELETE', path)
    expect((await bench.call('GET', path)).status).toBe(200)
    bench.advance(20)
    expect((await bench.call('GET', path)).status).toBe(404)
    expect((await bench.call('DELETE', path)).status).toBe(204)
  })

  it('that is disabled sleeps, and cannot be started', async () => {
    bench = await startNeon()
    const { project, endpoints } = await bench.project()
    const path = `/projects/${project.id}/endpoints/${endpoints[0]?.id}`
    const { operations } = (await bench.done('PATCH', path, { endpoint: { disabled: true } })).json
    expect(shown(operations)).toEqual(['suspend_compute running'])
    const started = await bench.call<ErrorJson>('POST', `${path}/start`)
    expect([started.status, started.json.message]).toEqual([422, 'endpoint is disabled'])
    expect((await bench.done('PATCH', path, { endpoint: { disabled: true } })).json.operations).toEqual([])
    expect((await bench.call('GET', path)).json.endpoint).toMatchObject({ current_state: 'idle', disabled: true })
  })

  it('falls asleep by itself after five minutes, or when it was told to, or never', async () => {
    bench = await startNeon()
    const { project, branch, endpoints } = await bench.project()
    const at = `/projects/${project.id}/endpoints`
    const [first = ''] = endpoints.map(({ id }) => id)
    const add = async (seconds: number) => {
      const wish = { branch_id: branch.id, type: 'read_only', suspend_timeout_seconds: seconds }
      return (await bench.done('POST', at, { endpoint: wish })).json.endpoint.id
    }
    const [minute, never] = [await add(60), await add(-1)]
    const states = () => [first, minute, never].map((id) => bench.neon.state.endpoints.get(id)?.currentState)
    expect(states()).toEqual(['active', 'active', 'active'])
    bench.advance(60_000)
    expect(states()).toEqual(['active', 'idle', 'active'])
    bench.advance(300_000)
    expect(states()).toEqual(['idle', 'idle', 'active'])
    const last = [...bench.neon.state.operations.values()].at(-1)
    expect([last?.action, last?.createdAt]).toEqual(['suspend_compute', start + 120 + 300_000])
  })
})

function fail(): never {
  throw new Error('There is no such branch')
}
