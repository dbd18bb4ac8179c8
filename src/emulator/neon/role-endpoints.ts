import { branchOf, type Call, configure, type Endpoints, type NeonWorld, schedule, writer } from './call.js'
import { createRole } from './make-branch.js'
import { requireRoleName } from './names.js'
import { conflict, NeonProblem, notFound, unprocessable } from './problem.js'
import type { NeonBranch } from './state.js'
import { contentOf, type NeonRole, withEntry, withoutEntry, write } from './timelines.js'
import { operationView, roleView } from './views.js'

/** Roles of branches, by the contract's operation ids. */
export const roleEndpoints: Endpoints = {
  listProjectBranchRoles: (call, world) => {
    const branch = branchOf(call, world)
    const roles = [...contentOf(branch.timeline).roles.values()].map((role) => roleView(role, branch))
    return { status: 200, json: { roles } }
  },
  createProjectBranchRole: (call, world) => {
    const branch = branchOf(call, world)
    const { name, no_login: noLogin = false } = call.json.role as { readonly name: string; readonly no_login?: boolean }
    requireRoleName(name)
    if (contentOf(branch.timeline).roles.has(name)) throw conflict(`role with name ${name} already exists`)
    const endpoint = writer(branch, world)
    const operations = schedule(branch.project, world, configure(endpoint))
    const role = createRole(name, world, !noLogin)
    keep(branch, role, world)
    return { status: 201, json: { role: roleView(role, branch, true), operations: operations.map(operationView) } }
  },
  getProjectBranchRole: (call, world) => {
    const branch = branchOf(call, world)
    return { status: 200, json: { role: roleView(roleOf(call, branch), branch) } }
  },
  deleteProjectBranchRole: (call, world) => {
    const branch = branchOf(call, world)
    const { roles, databases } = contentOf(branch.timeline)
    const role = roles.get(call.parameters.role_name ?? '')
    if (!role) return { status: 204 }
    const owned = [...databases.values()].find(({ ownerName }) => ownerName === role.name)
    if (owned) throw unprocessable(`role ${role.name} cannot be deleted: it owns the database ${owned.name}`)
    const operations = schedule(branch.project, world, configure(writer(branch, world)))
    write(branch.timeline, world.now(), { roles: withoutEntry(roles, role.name) })
    return { status: 200, json: { role: roleView(role, branch), operations: operations.map(operationView) } }
  },
  getProjectBranchRolePassword: (call, world) => {
    const branch = branchOf(call, world)
    const role = roleOf(call, branch)
    writer(branch, world)
    if (!branch.project.storePasswords) throw new NeonProblem(412, 'Storing passwords is disabled')
    if (!role.canLogin) throw new NeonProblem(412, 'role has no password')
    return { status: 200, json: { password: role.password } }
  },
  resetProjectBranchRolePassword: (call, world) => {
    const branch = branchOf(call, world)
    const { name, password: formerPassword, canLogin } = roleOf(call, branch)
    if (!canLogin) throw unprocessable('role has no password')
    const { timeline } = branch
    const forget = (at: number): void => {
      const role = contentOf(timeline).roles.get(name)
      if (role)
        write(timeline, at, {
          roles: withEntry(contentOf(timeline).roles, name, { ...role, formerPassword: undefined }),
        })
    }
    const operations = schedule(branch.project, world, configure(writer(branch, world), forget))
    const known = roleOf(call, branch)
    const role = { ...known, password: world.ids.password(), formerPassword, updatedAt: world.now() }
    keep(branch, role, world)
    return { status: 200, json: { role: roleView(role, branch, true), operations: operations.map(operationView) } }
  },
}

function roleOf(call: Call, branch: NeonBranch): NeonRole {
  const role = contentOf(branch.timeline).roles.get(call.parameters.role_name ?? '')
  if (!role) throw notFound('role')
  return role
}

function keep({ timeline }: NeonBranch, role: NeonRole, { now }: NeonWorld): void {
  write(timeline, now(), { roles: withEntry(contentOf(timeline).roles, role.name, role) })
}
