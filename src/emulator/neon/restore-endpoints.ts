import {
  branchOf,
  type Endpoints,
  findBranch,
  type NeonWorld,
  requireFreeName,
  requireQuiet,
  requireRoomForBranch,
} from './call.js'
import type { Plan } from './machine.js'
import { addBranch, copyTimeline } from './make-branch.js'
import { type PointInTime, pointInTime } from './points-in-time.js'
import { unprocessable } from './problem.js'
import { branchesOf, endpointsOf, type NeonBranch } from './state.js'
import { branchView, operationView } from './views.js'

interface RestoreWish {
  readonly source_branch_id: string
  readonly source_lsn?: string
  readonly source_timestamp?: string
  readonly preserve_under_name?: string
}

/** Going back in time, by the contract's operation ids. */
export const restoreEndpoints: Endpoints = {
  restoreProjectBranch: (call, world) => {
    const branch = branchOf(call, world)
    const { project } = branch
    const wish = call.json as unknown as RestoreWish
    const source = findBranch(project, world, wish.source_branch_id)
    const { preserve_under_name: preserved = '', source_timestamp: timestamp, source_lsn: lsn } = wish
    const point = pointInTime(source, { timestamp, lsn }, world)
    const hasChildren = branchesOf(world.state, project).some(({ parent }) => parent === branch)
    if (source === branch && !timestamp && !lsn) {
      throw unprocessable('source_timestamp or source_lsn is required to restore a branch to its own history')
    }
    if (preserved === '' && (source === branch || hasChildren)) {
      throw unprocessable('preserve_under_name is required')
    }
    if (preserved !== '') requireFreeName(project, world, preserved)
    requireQuiet(project, world)
    if (preserved !== '') requireRoomForBranch(project, world)
    restore(branch, source, point, preserved, world)
    const awake = endpointsOf(world.state, branch).filter(({ currentState }) => currentState !== 'idle')
    const plans: Plan[] = [
      ...awake.map(({ id }): Plan => ({ action: 'suspend_compute', branchId: branch.id, endpointId: id })),
      { action: 'create_branch', branchId: branch.id },
    ]
    if (preserved === '') plans.push({ action: 'delete_timeline', branchId: branch.id })
    const operations = world.machine.schedule(project, plans)
    return { status: 200, json: { branch: branchView(branch), operations: operations.map(operationView) } }
  },
}

/**
 * Puts a branch's data back. It keeps its id, its name and its computes; what it was goes on under another name and takes its
 * children along. The branch is then a child of what it came from, but for a root that went back in its own history: it stays one
 * (neon.com/docs, "Instant restore").
 */
function restore(
  branch: NeonBranch,
  source: NeonBranch,
  point: PointInTime,
  preserved: string,
  world: NeonWorld,
): void {
  const { project, timeline, parent, parentAt } = branch
  branch.timeline = copyTimeline({ timeline: source.timeline }, point, world)
  let origin: NeonBranch | undefined = source === branch ? undefined : source
  if (preserved !== '') {
    const backup = addBranch({ project, name: preserved, timeline, parent, parentAt }, world)
    backup.currentState = 'ready'
    backup.pendingState = undefined
    for (const one of branchesOf(world.state, project)) if (one.parent === branch) one.parent = backup
    if (source === branch && parent) origin = backup
  }
  branch.parent = origin
  branch.parentAt = origin && point.at
  branch.currentState = 'resetting'
  branch.pendingState = 'ready'
  branch.stateChangedAt = world.now()
  branch.lastResetAt = world.now()
  branch.updatedAt = world.now()
}
