import { defined, text } from '../json-values.js'
import { type Call, type Endpoints, projectOf, type VercelWorld } from './call.js'
import { hostLabel } from './hosts.js'
import { createId } from './ids.js'
import { notFound, VercelProblem } from './problem.js'
import type { CustomEnvironment, Json } from './state.js'

/** Custom environments, by the contract's operation ids. */
export const environmentEndpoints: Endpoints = {
  getProjectsByIdOrNameCustomEnvironments: (call, world) => {
    const environments = [...projectOf(call, world).environments.values()]
    const views = environments.map((environment) => environmentView(environment, world))
    return { status: 200, json: { accountLimit: { total: 12 }, environments: views } }
  },
  createCustomEnvironment: (call, world) => {
    const project = projectOf(call, world)
    const wished = text(call.json.slug) ?? `environment-${project.environments.size + 1}`
    const environment: CustomEnvironment = {
      id: createId(world.random, 'env_'),
      slug: freeSlug(call, world, wished),
      description: text(call.json.description),
      branchMatcher: call.json.branchMatcher as CustomEnvironment['branchMatcher'],
      createdAt: world.now(),
      updatedAt: world.now(),
    }
    project.environments.set(environment.id, environment)
    return { status: 201, json: environmentView(environment, world) }
  },
  getCustomEnvironment: (call, world) => ({ status: 200, json: environmentView(environmentOf(call, world), world) }),
  updateCustomEnvironment: (call, world) => {
    const environment = environmentOf(call, world)
    const { slug, description, branchMatcher } = call.json
    if (slug !== undefined && slug !== environment.slug) environment.slug = freeSlug(call, world, String(slug))
    if (description !== undefined) environment.description = text(description)
    if (branchMatcher !== undefined) {
      environment.branchMatcher = (branchMatcher ?? undefined) as CustomEnvironment['branchMatcher']
    }
    environment.updatedAt = world.now()
    return { status: 200, json: environmentView(environment, world) }
  },
  removeCustomEnvironment: (call, world) => {
    const environment = environmentOf(call, world)
    projectOf(call, world).environments.delete(environment.id)
    return { status: 200, json: environmentView(environment, world) }
  },
}

/** A custom environment as the endpoints show it. */
export function environmentView(environment: CustomEnvironment, { state }: VercelWorld): Json {
  const { id, slug, description, branchMatcher, createdAt, updatedAt } = environment
  const current = [...state.aliases.values()].filter(({ deployment }) => deployment.customEnvironment?.id === id)
  const currentDeploymentAliases = current.map(({ name }) => name)
  return defined({
    id,
    slug,
    type: 'preview',
    description,
    branchMatcher,
    currentDeploymentAliases,
    createdAt,
    updatedAt,
  })
}

function environmentOf(call: Call, world: VercelWorld): CustomEnvironment {
  const wanted = call.parameters.environmentSlugOrId ?? ''
  const environments = [...projectOf(call, world).environments.values()]
  const found = environments.find(({ id, slug }) => id === wanted || slug === wanted)
  if (!found) throw notFound('Environment not found.')
  return found
}

function freeSlug(call: Call, world: VercelWorld, slug: string): string {
  const isTaken = [...projectOf(call, world).environments.values()].some((environment) => environment.slug === slug)
  if (isTaken || ['production', 'preview', 'development'].includes(slug)) {
    throw new VercelProblem(409, 'conflict', `The environment "${slug}" already exists.`)
  }
  if (slug !== hostLabel(slug)) {
    throw new VercelProblem(
      400,
      'bad_request',
      'Invalid request: `slug` should be lowercase letters, digits and hyphens.',
    )
  }
  return slug
}
