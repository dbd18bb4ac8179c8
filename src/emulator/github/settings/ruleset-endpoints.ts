import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import { notFound } from '../problem.js'
import { githubTime } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { EmulatedRuleset, Rule } from './repository-setup.js'
import { administered, apiOf, invalid, nodeId, paged, requirePlan } from './settings-call.js'

/** Rulesets of a repository. */
export const rulesetEndpoints: Endpoints = {
  'repos/get-repo-rulesets': endpoint('get-all-repository-rulesets', async (call) => {
    const repository = governed(call)
    return paged(call, repository.setup.rulesets, (page) => page.map((one) => briefly(call, repository, one)))
  }),
  'repos/get-repo-ruleset': endpoint('get-a-repository-ruleset', async (call) => {
    const repository = governed(call)
    return { status: 200, body: reply(call, repository, rulesetOf(call, repository)) }
  }),
  'repos/create-repo-ruleset': endpoint('create-a-repository-ruleset', async (call) => {
    const repository = governed(call)
    const time = call.now()
    const name = String(call.body.name)
    if (repository.setup.rulesets.some((one) => one.name === name)) throw invalidRules('Name must be unique')
    const made: EmulatedRuleset = {
      id: call.nextId(),
      createdAt: time,
      updatedAt: time,
      name,
      target: 'branch',
      enforcement: 'active',
      include: [],
      exclude: [],
      bypass: [],
      rules: [],
    }
    change(made, call.body)
    repository.setup.rulesets.push(made)
    return { status: 201, body: reply(call, repository, made) }
  }),
  'repos/update-repo-ruleset': endpoint('update-a-repository-ruleset', async (call) => {
    const repository = governed(call)
    const ruleset = rulesetOf(call, repository)
    change(ruleset, call.body)
    ruleset.updatedAt = call.now()
    return { status: 200, body: reply(call, repository, ruleset) }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `repos/rules#${page}`, accepts: 'repo', signedIn: true, answer }
}

function governed(call: Call): EmulatedRepository {
  const repository = administered(call)
  requirePlan(repository)
  return repository
}

function rulesetOf({ parameters }: Call, { setup }: EmulatedRepository): EmulatedRuleset {
  const found = setup.rulesets.find(({ id }) => String(id) === parameters.ruleset_id)
  if (!found) throw notFound()
  return found
}

function invalidRules(message: string): Error {
  return invalid('Ruleset', undefined, message)
}

function change(ruleset: EmulatedRuleset, body: Call['body']): void {
  const { name, target, enforcement, conditions, rules, bypass_actors: bypass } = body
  const names = (conditions as { ref_name?: { include?: string[]; exclude?: string[] } } | undefined)?.ref_name
  for (const pattern of [...(names?.include ?? []), ...(names?.exclude ?? [])]) {
    if (!/^(?:~DEFAULT_BRANCH|~ALL|refs\/(?:heads|tags)\/.+)$/.test(pattern))
      throw invalidRules(`Invalid target patterns: '${pattern}'`)
  }
  if (enforcement === 'evaluate') throw invalidRules('Enforcement evaluate option is not supported on this plan.')
  if (typeof name === 'string') ruleset.name = name
  if (typeof target === 'string') ruleset.target = target
  if (typeof enforcement === 'string') ruleset.enforcement = enforcement
  if (names) Object.assign(ruleset, { include: names.include ?? [], exclude: names.exclude ?? [] })
  if (rules !== undefined) ruleset.rules = rules as Rule[]
  if (bypass !== undefined) ruleset.bypass = bypass as EmulatedRuleset['bypass']
}

function briefly(call: Call, repository: EmulatedRepository, one: EmulatedRuleset): Record<string, unknown> {
  return {
    id: one.id,
    name: one.name,
    target: one.target,
    source_type: 'Repository',
    source: `${repository.owner.login}/${repository.name}`,
    enforcement: one.enforcement,
    node_id: nodeId('RRS', one.id),
    _links: { self: { href: `${apiOf(call, repository)}/rulesets/${one.id}` } },
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.updatedAt),
  }
}

function reply(call: Call, repository: EmulatedRepository, one: EmulatedRuleset): Record<string, unknown> {
  const { include, exclude, rules, bypass } = one
  const admins = bypass.some(({ actor_type, actor_id }) => actor_type === 'RepositoryRole' && actor_id === 5)
  return {
    ...briefly(call, repository, one),
    conditions: { ref_name: { include, exclude } },
    // GitHub says all of the parameters of a rule, those too that nobody gave.
    rules: rules.map(complete),
    bypass_actors: bypass,
    current_user_can_bypass: admins ? 'always' : 'never',
  }
}

function complete({ type, parameters }: Rule): Rule {
  if (type === 'pull_request') {
    const merges = ['merge', 'squash', 'rebase']
    return { type, parameters: { allowed_merge_methods: merges, required_reviewers: [], ...parameters } }
  }
  if (type === 'required_status_checks') return { type, parameters: { do_not_enforce_on_create: false, ...parameters } }
  return parameters ? { type, parameters } : { type }
}
