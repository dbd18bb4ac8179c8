import { isUri } from '../../uri.js'
import type { Call, Endpoint, Endpoints } from '../endpoint.js'
import { notFound } from '../problem.js'
import { githubTime } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { EmulatedHook } from './repository-setup.js'
import { administered, apiOf, created, invalid, paged } from './settings-call.js'

const accepts = 'admin:repo_hook, public_repo, repo, write:repo_hook'

/** Webhooks. Nothing is delivered over the network: the emulated Netlify hears of pushes where a hook leads to it. */
export const hookEndpoints: Endpoints = {
  'repos/list-webhooks': endpoint('list-repository-webhooks', async (call) => {
    const repository = administered(call)
    return paged(call, repository.setup.hooks, (page) => page.map((hook) => reply(call, repository, hook)))
  }),
  'repos/create-webhook': endpoint('create-a-repository-webhook', async (call) => {
    const repository = administered(call)
    const { hooks } = repository.setup
    const { name = 'web', events = ['push'], active = true } = call.body
    if (name !== 'web') throw invalid('Hook', 'name', 'name must be web', 'invalid')
    const config = configOf(call)
    if (hooks.some((hook) => hook.config.url === config.url))
      throw invalid('Hook', undefined, 'Hook already exists on this repository')
    // GitHub's limit for each event (GitHub Docs, "About webhooks").
    if (hooks.length >= 20) throw invalid('Hook', undefined, 'The "push" event cannot have more than 20 hooks')
    const time = call.now()
    const times = { createdAt: time, updatedAt: time }
    const hook = { id: call.nextId(), ...times, active: active === true, events: checkedEvents(events), config }
    hooks.push(hook)
    return created(reply(call, repository, hook))
  }),
  'repos/update-webhook': endpoint('update-a-repository-webhook', async (call) => {
    const repository = administered(call)
    const hook = repository.setup.hooks.find(({ id }) => String(id) === call.parameters.hook_id)
    if (!hook) throw notFound()
    const { events, active, config } = call.body
    const { add_events: added = [], remove_events: removed = [] } = call.body
    // What is not said again of the address is gone: GitHub replaces the whole, the secret with it.
    if (config !== undefined) hook.config = configOf(call)
    const chosen = checkedEvents(events ?? hook.events)
    hook.events = checkedEvents([...new Set([...chosen, ...checkedEvents(added)])]).filter(
      (event) => !checkedEvents(removed).includes(event),
    )
    if (typeof active === 'boolean') hook.active = active
    hook.updatedAt = call.now()
    return { status: 200, body: reply(call, repository, hook) }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `repos/webhooks#${page}`, accepts, signedIn: true, answer }
}

function configOf({ body }: Call): EmulatedHook['config'] {
  const { url, content_type = 'form', insecure_ssl = '0', secret } = (body.config ?? {}) as Record<string, unknown>
  if (typeof url !== 'string' || url === '') throw invalid('Hook', undefined, 'Config must contain URL for webhooks')
  const { hostname, protocol } = URL.canParse(url) ? new URL(url) : { hostname: '', protocol: '' }
  if (!/^https?:$/.test(protocol)) throw invalid('Hook', 'url', 'is missing a scheme', 'invalid')
  if (!isUri(url)) throw invalid('Hook', 'url', 'url is not a valid URL', 'invalid')
  if (/^(?:localhost|127\.[\d.]+|\[::1\]|.*\.localhost)$/.test(hostname)) {
    const message = `url is not supported because it isn't reachable over the public Internet (${hostname})`
    throw invalid('Hook', undefined, message)
  }
  if (content_type !== 'form' && content_type !== 'json')
    throw invalid('Hook', 'content_type', 'must be form or json', 'invalid')
  const config = { url, content_type, insecure_ssl: String(insecure_ssl) }
  return typeof secret === 'string' && secret !== '' ? { ...config, secret } : config
}

// Those of the published contract (`x-webhooks`) that are for repositories.
const known = new Set(
  ['*', 'branch_protection_configuration', 'branch_protection_rule', 'check_run', 'check_suite'].concat(
    ['code_scanning_alert', 'commit_comment', 'create', 'custom_property_values', 'delete', 'dependabot_alert'],
    ['deploy_key', 'deployment', 'deployment_status', 'discussion', 'discussion_comment', 'fork', 'gollum'],
    ['issue_comment', 'issue_dependencies', 'issues', 'label', 'member', 'meta', 'milestone', 'package'],
    ['page_build', 'ping', 'project', 'project_card', 'project_column', 'public', 'pull_request'],
    ['pull_request_review', 'pull_request_review_comment', 'pull_request_review_thread', 'push'],
    ['registry_package', 'release', 'repository', 'repository_advisory', 'repository_import', 'repository_ruleset'],
    ['repository_vulnerability_alert', 'secret_scanning_alert', 'secret_scanning_alert_location'],
    ['secret_scanning_scan', 'security_and_analysis', 'star', 'status', 'sub_issues', 'team_add', 'watch'],
    ['workflow_job', 'workflow_run'],
  ),
)

function checkedEvents(events: unknown): string[] {
  const names = (events as string[]).map(String)
  const wrong = names.find((name) => !known.has(name))
  if (wrong !== undefined) throw invalid('Hook', 'events', `${wrong} is not a valid hook event`, 'invalid')
  return names
}

function reply(call: Call, repository: EmulatedRepository, hook: EmulatedHook): Record<string, unknown> {
  const url = `${apiOf(call, repository)}/hooks/${hook.id}`
  const { secret, ...config } = hook.config
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: { ...config, ...(secret !== undefined && { secret: '********' }) },
    updated_at: githubTime(hook.updatedAt),
    created_at: githubTime(hook.createdAt),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: 'unused', message: null },
  }
}
