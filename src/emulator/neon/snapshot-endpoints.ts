import {
  branchOf,
  type Call,
  type Endpoints,
  findBranch,
  type NeonWorld,
  projectOf,
  requireFreeName,
  requireQuiet,
  requireRoomForBranch,
  schedule,
} from './call.js'
import type { Plan } from './machine.js'
import { addBranch, addEndpoint, copyTimeline, starting } from './make-branch.js'
import { parseExpiry, pointInTime } from './points-in-time.js'
import { notFound, unprocessable } from './problem.js'
import { branchesOf, endpointsOf, type NeonBranch, type NeonProject, type NeonSnapshot } from './state.js'
import { contentOf } from './timelines.js'
import { branchView, endpointView, operationView, snapshotView, time } from './views.js'

interface SnapshotRestore {
  readonly name?: string
  readonly target_branch_id?: string
  readonly finalize_restore?: boolean
}

/** Snapshots, by the contract's operation ids. */
export const snapshotEndpoints: Endpoints = {
  listSnapshots: (call, world) => {
    const snapshots = snapshotsOf(projectOf(call, world), world).reverse()
    return { status: 200, json: { snapshots: snapshots.map(snapshotView) } }
  },
  createSnapshot: (call, world) => {
    const source = branchOf(call, world)
    const { project } = source
    const { query } = call
    if (source.parent) throw unprocessable('snapshots can only be created from root branches')
    const wish = { timestamp: query.get('timestamp') ?? undefined, lsn: query.get('lsn') ?? undefined }
    const point = pointInTime(source, wish, world)
    const expiresAt = query.has('expires_at') ? parseExpiry(query.get('expires_at') ?? '', world) : undefined
    requireQuiet(project, world)
    // The number is documented, the words are not.
    if (snapshotsOf(project, world).length >= world.limits.snapshots) throw unprocessable('snapshots limit exceeded')
    const snapshot: NeonSnapshot = {
      id: world.ids.snapshot(),
      project,
      name: query.get('name') || `${source.name} at ${time(point.at)}`,
      source,
      timeline: copyTimeline({ timeline: source.timeline }, point, world),
      at: point.at,
      createdAt: world.now(),
      expiresAt,
    }
    world.state.snapshots.set(snapshot.id, snapshot)
    if (expiresAt !== undefined) {
      world.machine.later(project, expiresAt, () => void world.state.snapshots.delete(snapshot.id))
    }
    // It is kept as a branch that no list shows.
    const branchId = world.ids.branch()
    const operations = world.machine.schedule(project, [
      { action: 'create_branch', branchId },
      { action: 'timeline_archive', branchId },
    ])
    return { status: 200, json: { snapshot: snapshotView(snapshot), operations: operations.map(operationView) } }
  },
  updateSnapshot: (call, world) => {
    const snapshot = snapshotOf(call, world)
    const { name } = call.json.snapshot as { readonly name?: string }
    snapshot.name = name ?? snapshot.name
    return { status: 200, json: { snapshot: snapshotView(snapshot) } }
  },
  deleteSnapshot: (call, world) => {
    const snapshot = snapshotOf(call, world)
    const operations = schedule(snapshot.project, world, [{ action: 'delete_timeline', branchId: world.ids.branch() }])
    world.state.snapshots.delete(snapshot.id)
    return { status: 202, json: { operations: operations.map(operationView) } }
  },
  restoreSnapshot: (call, world) => {
    const snapshot = snapshotOf(call, world)
    const { project, timeline } = snapshot
    const wish = call.json as SnapshotRestore
    const target = findBranch(project, world, wish.target_branch_id ?? snapshot.source.id)
    const name = wish.name ?? call.query.get('name') ?? undefined
    if (name) requireFreeName(project, world, name)
    requireQuiet(project, world)
    requireRoomForBranch(project, world)
    const copied = copyTimeline({ timeline }, { at: snapshot.at, content: contentOf(timeline) }, world)
    const branch = addBranch({ project, name, timeline: copied, restoredFrom: { snapshot, target } }, world)
    const created: Plan = { action: 'create_branch', branchId: branch.id }
    const plans = wish.finalize_restore
      ? [created, ...replace(branch, target, undefined, world)]
      : [created, starting(addEndpoint(branch, { type: 'read_write' }, world))]
    const operations = world.machine.schedule(project, plans)
    const endpoints = endpointsOf(world.state, branch).map(endpointView)
    return { status: 200, json: { branch: branchView(branch), endpoints, operations: operations.map(operationView) } }
  },
  finalizeRestoreBranch: (call, world) => {
    const branch = branchOf(call, world)
    const { restored, project } = branch
    const { name } = call.json as { readonly name?: string }
    if (restored?.status !== 'restored') throw unprocessable('branch has not been restored from a snapshot')
    const target = findBranch(project, world, restored.target.id)
    if (name) requireFreeName(project, world, name)
    requireQuiet(project, world)
    const operations = world.machine.schedule(project, replace(branch, target, name, world))
    return { status: 200, json: { operations: operations.map(operationView) } }
  },
}

function snapshotsOf(project: NeonProject, { state }: NeonWorld): NeonSnapshot[] {
  return [...state.snapshots.values()].filter((snapshot) => snapshot.project === project)
}

function snapshotOf(call: Call, world: NeonWorld): NeonSnapshot {
  const project = projectOf(call, world)
  const snapshot = world.state.snapshots.get(call.parameters.snapshot_id ?? '')
  if (snapshot?.project !== project) throw notFound('snapshot')
  return snapshot
}

/** Gives a branch that was made from a snapshot the name and the computes of the one that it replaces, which are then started anew. */
function replace(branch: NeonBranch, target: NeonBranch, name: string | undefined, { state, now }: NeonWorld): Plan[] {
  const { project } = branch
  for (const { id } of endpointsOf(state, branch)) state.endpoints.delete(id)
  const moved = endpointsOf(state, target)
  const plans = moved.flatMap((endpoint): Plan[] => {
    const at = { branchId: branch.id, endpointId: endpoint.id }
    const suspend: Plan[] = endpoint.currentState === 'idle' ? [] : [{ ...at, action: 'suspend_compute' }]
    endpoint.branch = branch
    return [...suspend, { ...at, action: 'start_compute' }]
  })
  const taken = new Set(branchesOf(state, project).map((one) => one.name))
  const old = `${target.name} (old)`
  branch.name = target.name
  target.name = name ?? (taken.has(old) ? `${old} ${time(now())}` : old)
  if (project.defaultBranchId === target.id) project.defaultBranchId = branch.id
  if (branch.restored) branch.restored.status = 'finalized'
  branch.updatedAt = now()
  target.updatedAt = now()
  return plans
}
