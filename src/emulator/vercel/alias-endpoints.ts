import { defined, text } from '../json-values.js'
import { type Call, deploymentOf, type Endpoints, paginate, type VercelWorld } from './call.js'
import { siteDomain } from './hosts.js'
import { notFound, VercelProblem } from './problem.js'
import type { Json, VercelAlias } from './state.js'

/** Names that lead to deployments, by the contract's operation ids. */
export const aliasEndpoints: Endpoints = {
  listDeploymentAliases: (call, world) => {
    const deployment = deploymentOf(call, world)
    const aliases = [...world.state.aliases.values()].filter((alias) => alias.deployment === deployment)
    return { status: 200, json: { aliases: aliases.map((alias) => shortView(alias, world)) } }
  },
  assignAlias: (call, world) => {
    const deployment = deploymentOf(call, world)
    const { aliases, hosts, now, state } = world
    const wished = text(call.json.alias)?.toLowerCase()
    if (wished === undefined) throw new VercelProblem(400, 'missing_alias', 'The alias is missing.')
    if (deployment.readyState !== 'READY') {
      throw new VercelProblem(400, 'deployment_not_ready', 'The deployment is not READY and can not be aliased.')
    }
    const name = hostOf(wished, world)
    const owner = state.aliases.get(name)?.project ?? state.domains.get(name)?.project
    if (owner && owner.account !== call.account) {
      throw new VercelProblem(403, 'forbidden', `You don't have access to the alias ${hosts.show(name)}.`)
    }
    const isOurs = name.endsWith(`.${siteDomain}`)
    if (!isOurs && !state.domains.has(name)) {
      throw new VercelProblem(400, 'domain_not_found', `The domain ${name} is not in this account.`)
    }
    const before = aliases.point(name, deployment, now())
    const alias = state.aliases.get(name) as VercelAlias
    alias.redirect = text(call.json.redirect) ?? null
    const json = defined({ ...shortView(alias, world), oldDeploymentId: before?.id ?? null, redirect: undefined })
    return { status: 200, json }
  },
  listAliases: (call, world) => {
    const project = call.query.get('projectId')
    const aliases = [...world.state.aliases.values()]
      .filter((alias) => alias.project.account === call.account && (project === null || alias.project.id === project))
      .reverse()
    const { page, pagination } = paginate(call, aliases, ({ createdAt }) => createdAt)
    return { status: 200, json: { aliases: page.map((alias) => aliasView(alias, world)), pagination } }
  },
  getAlias: (call, world) => ({ status: 200, json: aliasView(aliasOf(call, world), world) }),
  deleteAlias: (call, world) => {
    const alias = aliasOf(call, world)
    world.state.aliases.delete(alias.name)
    const { deployment, name } = alias
    deployment.alias.splice(0, deployment.alias.length, ...deployment.alias.filter((one) => one !== name))
    return { status: 200, json: { status: 'SUCCESS' } }
  },
}

// A name without a dot is one below the domain of all sites, as `vercel alias set <deployment> <name>` takes it; the CLI may also be told the
// name that it would have at the real one.
function hostOf(wished: string, { state, hosts }: VercelWorld): string {
  const shown = [...state.aliases.keys(), ...state.domains.keys()].find((name) => hosts.show(name) === wished)
  const host = shown ?? wished.replace(/:\d+$/, '').replace(/\.vercel\.app$/, `.${siteDomain}`)
  const name = host.includes('.') ? host : `${host}.${siteDomain}`
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name) || name.split('.').some((label) => label.length > 63)) {
    throw new VercelProblem(400, 'invalid_alias', `The alias "${wished}" is not valid.`)
  }
  return name
}

function aliasOf(call: Call, { state, hosts }: VercelWorld): VercelAlias {
  const wanted = call.parameters.idOrAlias ?? call.parameters.aliasId ?? ''
  const found = [...state.aliases.values()].find(
    ({ uid, name }) => uid === wanted || name === wanted || hosts.show(name) === wanted,
  )
  if (found?.project.account !== call.account) throw notFound('The alias was not found.')
  return found
}

function shortView({ uid, name, createdAt, redirect }: VercelAlias, { hosts }: VercelWorld): Json {
  return { uid, alias: hosts.show(name), created: new Date(createdAt).toISOString(), redirect }
}

function aliasView(alias: VercelAlias, world: VercelWorld): Json {
  const { deployment, createdAt, updatedAt } = alias
  return {
    ...shortView(alias, world),
    createdAt,
    updatedAt,
    deployment: { id: deployment.id, url: world.hosts.url(deployment) },
    deploymentId: deployment.id,
    projectId: alias.project.id,
  }
}
