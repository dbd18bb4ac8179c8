import { text } from '../json-values.js'
import { type Call, type Endpoints, projectOf, type VercelWorld } from './call.js'
import { createId } from './ids.js'
import { notFound, VercelProblem } from './problem.js'
import type { EnvironmentTarget, Json, VercelProject, VercelVariable } from './state.js'
import { variableView } from './variable-view.js'

/** Environment variables, by the contract's operation ids. */
export const variableEndpoints: Endpoints = {
  filterProjectEnvs: (call, world) => {
    const project = projectOf(call, world)
    const { query } = call
    const branch = query.get('gitBranch')
    const environment = query.get('customEnvironmentId') ?? idOf(project, query.get('customEnvironmentSlug'))
    const fitting = [...project.variables.values()].filter(
      (variable) =>
        (branch === null || variable.gitBranch === undefined || variable.gitBranch === branch) &&
        (environment === undefined || variable.customEnvironmentIds.includes(environment)),
    )
    const decrypt = query.get('decrypt') === 'true'
    const envs = fitting.map((variable) => ({ ...variableView(variable, decrypt), securityIssues: [] }))
    return { status: 200, json: { envs, pagination: { count: envs.length, next: null, prev: null } } }
  },
  createProjectEnv: (call, world) => {
    const project = projectOf(call, world)
    const upsert = call.query.get('upsert') === 'true'
    if (!Array.isArray(call.json)) {
      const created = addVariable(project, call.json, world, upsert)
      return { status: 201, json: { created: variableView(created), failed: [] } }
    }
    const created: Json[] = []
    const failed: Json[] = []
    for (const one of call.json as unknown as Json[]) {
      try {
        created.push(variableView(addVariable(project, one, world, upsert)))
      } catch (error) {
        if (!(error instanceof VercelProblem)) throw error
        failed.push({ error: error.body.error })
      }
    }
    return { status: 201, json: { created, failed } }
  },
  pullEnv: (call, world) => {
    const { target = '' } = call.parameters
    const project = projectOf(call, world)
    const branch = call.query.get('gitBranch')
    const custom = idOf(project, target)
    const fitting = [...project.variables.values()].filter(
      (variable) =>
        variable.type !== 'sensitive' &&
        (variable.target.includes(target as EnvironmentTarget) ||
          variable.customEnvironmentIds.includes(custom ?? '')) &&
        (variable.gitBranch === undefined || variable.gitBranch === branch),
    )
    const env = Object.fromEntries(fitting.map(({ key, value }) => [key, value]))
    return { status: 200, json: { env, buildEnv: {} } }
  },
  getProjectEnv: (call, world) => ({ status: 200, json: variableView(variableOf(call, world), true) }),
  editProjectEnv: (call, world) => {
    const project = projectOf(call, world)
    const variable = variableOf(call, world)
    const { key, value, type, target, gitBranch, comment, customEnvironmentIds } = call.json
    const changed: VercelVariable = {
      ...variable,
      key: text(key) ?? variable.key,
      value: typeof value === 'string' ? value : variable.value,
      type: (type ?? variable.type) as VercelVariable['type'],
      target: (target ?? variable.target) as EnvironmentTarget[],
      gitBranch: gitBranch === undefined ? variable.gitBranch : text(gitBranch),
      comment: text(comment) ?? variable.comment,
      customEnvironmentIds: (customEnvironmentIds ?? variable.customEnvironmentIds) as string[],
      updatedAt: world.now(),
    }
    if (variable.type === 'sensitive' && changed.type !== 'sensitive') {
      throw new VercelProblem(400, 'bad_request', 'You cannot change the type of a Sensitive Environment Variable.')
    }
    check(changed)
    refuseConflict(project, changed)
    project.variables.set(variable.id, changed)
    return { status: 200, json: variableView(changed) }
  },
  removeProjectEnv: (call, world) => {
    const variable = variableOf(call, world)
    projectOf(call, world).variables.delete(variable.id)
    return { status: 200, json: variableView(variable) }
  },
}

/** Adds a variable, or with `upsert` replaces the one for the same places. @throws VercelProblem */
export function addVariable(
  project: VercelProject,
  json: Json,
  { now, random }: VercelWorld,
  upsert: boolean,
): VercelVariable {
  const { key, value, type, target = [], gitBranch, comment, customEnvironmentIds = [] } = json
  const made: VercelVariable = {
    id: createId(random, '', 16),
    key: String(key),
    value: String(value),
    type: type as VercelVariable['type'],
    target: target as EnvironmentTarget[],
    customEnvironmentIds: customEnvironmentIds as string[],
    gitBranch: text(gitBranch),
    comment: text(comment),
    createdAt: now(),
    updatedAt: now(),
  }
  check(made)
  const known = upsert ? [...project.variables.values()].find((one) => isSamePlace(one, made)) : undefined
  const variable = known ? { ...made, id: known.id, createdAt: known.createdAt } : made
  refuseConflict(project, variable)
  project.variables.set(variable.id, variable)
  return variable
}

function check({ key, type, target, gitBranch, customEnvironmentIds }: VercelVariable): void {
  const refuse = (code: string, message: string): VercelProblem => new VercelProblem(400, code, message)
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) {
    throw refuse(
      'INVALID_KEY',
      'The name contains invalid characters. Only letters, digits, and underscores are allowed.',
    )
  }
  if (type === 'sensitive' && target.includes('development')) {
    throw refuse('BAD_REQUEST', "You cannot set a Sensitive Environment Variable's target to development.")
  }
  if (gitBranch !== undefined && (target.length !== 1 || target[0] !== 'preview')) {
    throw refuse('BAD_REQUEST', 'A Git branch can only be set for variables of the target preview.')
  }
  if (target.length === 0 && customEnvironmentIds.length === 0) {
    throw refuse('BAD_REQUEST', 'At least one target or custom environment is needed.')
  }
}

function refuseConflict(project: VercelProject, variable: VercelVariable): void {
  for (const other of project.variables.values()) {
    if (other.id === variable.id || other.key !== variable.key || other.gitBranch !== variable.gitBranch) continue
    const shared = [
      ...other.target.filter((target) => variable.target.includes(target)),
      ...other.customEnvironmentIds.filter((id) => variable.customEnvironmentIds.includes(id)),
    ]
    if (shared.length === 0) continue
    const message = `A variable with the name \`${variable.key}\` already exists for the target ${shared.join(',')} on branch ${variable.gitBranch ?? 'undefined'}`
    throw new VercelProblem(400, 'ENV_CONFLICT', message, { envVarKey: variable.key, target: shared })
  }
}

function isSamePlace(left: VercelVariable, right: VercelVariable): boolean {
  const places = ({ target, customEnvironmentIds }: VercelVariable): string =>
    [...target, ...customEnvironmentIds].sort().join()
  return left.key === right.key && left.gitBranch === right.gitBranch && places(left) === places(right)
}

function variableOf(call: Call, world: VercelWorld): VercelVariable {
  const variable = projectOf(call, world).variables.get(call.parameters.id ?? '')
  if (!variable) throw notFound('Environment Variable was not found.')
  return variable
}

function idOf(project: VercelProject, slug: string | null): string | undefined {
  if (slug === null) return undefined
  return [...project.environments.values()].find((environment) => environment.slug === slug)?.id ?? slug
}
