import { branchOf, type Call, configure, type Endpoints, type NeonWorld, schedule, writer } from './call.js'
import { requireDatabaseName } from './names.js'
import { conflict, notFound } from './problem.js'
import type { NeonBranch } from './state.js'
import { contentOf, type NeonDatabase, withEntry, withoutEntry, write } from './timelines.js'
import { databaseView, operationView } from './views.js'

interface DatabaseWish {
  readonly name?: string
  readonly owner_name?: string
}

/** Databases of branches, by the contract's operation ids. */
export const databaseEndpoints: Endpoints = {
  listProjectBranchDatabases: (call, world) => {
    const branch = branchOf(call, world)
    const databases = [...contentOf(branch.timeline).databases.values()].map((one) => databaseView(one, branch))
    return { status: 200, json: { databases } }
  },
  createProjectBranchDatabase: (call, world) => {
    const branch = branchOf(call, world)
    const { name = '', owner_name: ownerName = '' } = call.json.database as DatabaseWish
    const { databases } = contentOf(branch.timeline)
    requireDatabaseName(name)
    requireOwner(branch, ownerName)
    requireFree(branch, name)
    const at = world.now()
    const database: NeonDatabase = { id: world.ids.database(), name, ownerName, createdAt: at, updatedAt: at }
    return answer(201, branch, database, world, () => {
      write(branch.timeline, at, { databases: withEntry(databases, name, database) })
    })
  },
  getProjectBranchDatabase: (call, world) => {
    const branch = branchOf(call, world)
    return { status: 200, json: { database: databaseView(databaseOf(call, branch), branch) } }
  },
  updateProjectBranchDatabase: (call, world) => {
    const branch = branchOf(call, world)
    const known = databaseOf(call, branch)
    const { name = known.name, owner_name: ownerName = known.ownerName } = call.json.database as DatabaseWish
    requireDatabaseName(name)
    requireOwner(branch, ownerName)
    if (name !== known.name) requireFree(branch, name)
    const at = world.now()
    const database = { ...known, name, ownerName, updatedAt: at }
    return answer(200, branch, database, world, () => {
      const { databases } = contentOf(branch.timeline)
      const others = name === known.name ? databases : withoutEntry(databases, known.name)
      write(branch.timeline, at, { databases: withEntry(others, name, database) })
    })
  },
  deleteProjectBranchDatabase: (call, world) => {
    const branch = branchOf(call, world)
    const { databases } = contentOf(branch.timeline)
    const database = databases.get(call.parameters.database_name ?? '')
    if (!database) return { status: 204 }
    return answer(200, branch, database, world, () => {
      write(branch.timeline, world.now(), { databases: withoutEntry(databases, database.name) })
    })
  },
}

/** Does it, if nothing else is under way, and lets the compute follow. */
function answer(status: number, branch: NeonBranch, database: NeonDatabase, world: NeonWorld, change: () => void) {
  const operations = schedule(branch.project, world, configure(writer(branch, world)))
  change()
  return {
    status,
    json: { database: databaseView(database, branch), operations: operations.map(operationView) },
  }
}

function databaseOf(call: Call, branch: NeonBranch): NeonDatabase {
  const database = contentOf(branch.timeline).databases.get(call.parameters.database_name ?? '')
  if (!database) throw notFound('database')
  return database
}

function requireOwner(branch: NeonBranch, name: string): void {
  if (!contentOf(branch.timeline).roles.has(name)) throw notFound('role')
}

function requireFree(branch: NeonBranch, name: string): void {
  if (contentOf(branch.timeline).databases.has(name)) throw conflict(`database with name ${name} already exists`)
}
