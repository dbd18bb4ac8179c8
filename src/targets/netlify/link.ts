import * as z from 'zod/mini'
import { ConflictError } from '../../errors/conflict-error.js'
import type { Context } from '../../spec/context.js'
import type { Repository, SetupChange } from '../../spec/git-host.js'
import type { ConfigureInput } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { linkedRepository } from '../../toolkit/linked-repository.js'
import type { NetlifyApi } from './api.js'
import { type BuildSettings, type BuiltSite, differing, readBuiltSite, writeBuildSettings } from './build-settings.js'
import type { ParsedRepository } from './repository-options.js'

/** What a link is made with. */
export interface LinkTools {
  readonly api: NetlifyApi
  /** Name of the target. */
  readonly target: string
  readonly options: ParsedRepository
  /** Told that the site hears of pushes only from now on. */
  onLinked(): void
}

interface DeployKey {
  readonly id: string
  readonly public_key: string
}

const keySchema: z.ZodMiniType<DeployKey> = z.object({ id: z.string(), public_key: z.string() })
/** As Netlify's own CLI asks for them (`netlify init`). */
const hookEvents = ['delete', 'push', 'pull_request']

/**
 * Lets Netlify build what is pushed: a key of Netlify's reads the repository, the site knows how it is built, and the git host tells
 * it of pushes and pull requests. What an earlier try made is found again, and only what differs is changed.
 * @throws ConflictError `site-linked` where the site is linked to another repository
 */
export async function applyLink(
  { api, target, options, onLinked }: LinkTools,
  input: ConfigureInput,
  context: Context,
): Promise<readonly SetupChange[]> {
  const { site } = input
  const { link } = options
  const changes: SetupChange[] = []
  const note = (change: SetupChange) => {
    const own = { ...change, target }
    context.report({ type: 'setting-ready', ...own })
    changes.push(own)
  }
  const repository = await linkedRepository(options.host, input, context)
  const built = await readBuiltSite(api, site, context)
  refuseOther(built, repository)
  const settings = wantedSettings(options, input, repository, built.build_settings?.env)
  const isLinked = Boolean(built.build_settings?.repo_path)
  // Netlify's GitHub App needs neither a key nor a hook.
  const hasApp = isLinked && Boolean(built.build_settings?.installation_id)
  const key = hasApp
    ? undefined
    : await keyOf(api, { built, repository, title: `Netlify (${site.name})`, options }, context)
  if (key) {
    const { title, public_key } = key
    note(await link.addDeployKey(repository, { title, key: public_key }, context))
  }
  const wanted = { ...settings, ...(key && { deploy_key_id: key.id }) }
  const changed = differing(built.build_settings ?? {}, wanted)
  const place = isLinked ? 'build_settings' : 'repo'
  if (!isLinked) onLinked()
  const after = changed ? await writeBuildSettings(api, site, place, isLinked ? changed : wanted, context) : built
  note({
    setting: 'repository',
    name: repository.fullName,
    change: changed ? (place === 'repo' ? 'created' : 'changed') : 'unchanged',
  })
  if (!hasApp && after.deploy_hook)
    note(await link.addHook(repository, { url: after.deploy_hook, events: hookEvents }, context))
  return changes
}

/** How the site is to be built: what was given, and otherwise what is known of the project. */
function wantedSettings(
  { link, branch, command, directory, functionsDirectory, nodeVersion, base, pullRequests, branches }: ParsedRepository,
  { project }: ConfigureInput,
  repository: Repository,
  env: BuildSettings['env'],
): BuildSettings {
  const production = branch ?? repository.defaultBranch
  const folder = base ?? (project.root === '.' ? '' : project.root)
  return {
    provider: link.provider,
    repo_path: repository.fullName,
    repo_branch: production,
    cmd: command ?? project.buildCommand ?? '',
    dir: directory ?? project.outputDirectory,
    base: folder,
    ...(functionsDirectory !== undefined && { functions_dir: functionsDirectory }),
    ...(nodeVersion !== undefined && { env: { ...env, NODE_VERSION: nodeVersion } }),
    ...(pullRequests !== undefined && { skip_prs: !pullRequests }),
    // An empty list lets all branches be built.
    ...(branches !== undefined && {
      allowed_branches: branches === 'all' ? [] : [...new Set([production, ...branches])],
    }),
  }
}

function refuseOther({ name, build_settings: settings }: BuiltSite, { fullName }: Repository): void {
  const known = settings?.repo_path
  if (!known || known.toLowerCase() === fullName.toLowerCase()) return
  throw new ConflictError({
    code: 'site-linked',
    message: `The site ${name} is linked to ${known}, and not to ${fullName}.`,
    hint: 'Unlink it on its page at Netlify (Build & deploy, Manage repository), or name that repository.',
    details: { site: name, repository: known },
  })
}

interface WantedKey {
  readonly built: BuiltSite
  readonly repository: Repository
  readonly title: string
  readonly options: ParsedRepository
}

/** The key that the site has, the one that an earlier try put on the repository, or a new one. */
async function keyOf(
  api: NetlifyApi,
  { built, repository, title, options }: WantedKey,
  context: Context,
): Promise<DeployKey & { readonly title: string }> {
  const known = built.build_settings?.deploy_key_id
  if (known) {
    const answer = await api.ask(context, keySchema, 'read the deploy key', 'GET', `/deploy_keys/${known}`, {
      accept: [404],
    })
    if ('value' in answer) return { ...answer.value, title }
  }
  const read = () => api.json(context, z.array(keySchema), 'list the deploy keys', 'GET', '/deploy_keys')
  const before = await read()
  const placed = (await options.link.deployKeys?.(repository, context)) ?? []
  const left = before.find(({ public_key }) =>
    placed.some((one) => one.title === title && materialOf(one.key) === materialOf(public_key)),
  )
  if (left) return { ...left, title }
  const ids = new Set(before.map(({ id }) => id))
  const { made } = await createOrAdopt<DeployKey>({
    ...{ context, provider: 'netlify', purpose: 'create a deploy key', again: false },
    create: () => api.json(context, keySchema, 'create a deploy key', 'POST', '/deploy_keys'),
    // Keys have no names: one that was not there before is that of the request whose answer was lost.
    find: async () => (await read()).find(({ id }) => !ids.has(id)),
  })
  return { ...made, title }
}

/** A public key without its comment. */
const materialOf = (key: string) => key.trim().split(/\s+/).slice(0, 2).join(' ')
