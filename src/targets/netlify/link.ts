import { ConflictError } from '../../errors/conflict-error.js'
import type { Context } from '../../spec/context.js'
import type { Repository } from '../../spec/git-host.js'
import type { Site } from '../../spec/release.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import type { ConfigureInput } from '../../spec/target.js'
import { linkedRepository } from '../../toolkit/linked-repository.js'
import type { NetlifyApi } from './api.js'
import { type BuildSettings, type BuiltSite, differing, readBuiltSite, writeBuildSettings } from './build-settings.js'
import { deployKeyOf } from './deploy-key.js'
import type { ParsedRepository } from './repository-options.js'
import { applyVariables } from './variables.js'

/** What a link is made with. */
export interface LinkTools {
  readonly api: NetlifyApi
  /** Name of the target. */
  readonly target: string
  readonly options: ParsedRepository
  /** Told that the site hears of pushes only from now on. */
  onLinked(): void
}

/** As Netlify's own CLI asks for them (`netlify init`). */
const hookEvents = ['delete', 'push', 'pull_request']

/**
 * Lets Netlify build what is pushed: a key of Netlify's reads the repository, the site knows how it is built, and the git host tells
 * it of pushes and pull requests. What an earlier try made is found again, and only what differs is changed.
 * @throws ConflictError `site-linked` where the site is linked to another repository
 */
export async function applyLink(
  tools: LinkTools,
  input: ConfigureInput,
  context: Context,
): Promise<readonly SetupChange[]> {
  const { api, target, options, onLinked } = tools
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
  const isLinked = Boolean(built.build_settings?.repo_path)
  const settings = wantedSettings(options, input, repository, !isLinked)
  // Netlify's GitHub App needs neither a key nor a hook.
  const hasApp = isLinked && Boolean(built.build_settings?.installation_id)
  const title = `Netlify (${site.name})`
  const key = hasApp ? undefined : await deployKeyOf(api, { site, built, repository, title, link }, context)
  if (key) note(await link.addDeployKey(repository, { title, key: key.public_key }, context))
  // Before the first build by it.
  if (options.nodeVersion !== undefined)
    changes.push(...(await setNodeVersion(tools, options.nodeVersion, site, context)))
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
  { link, branch, command, directory, functionsDirectory, base, pullRequests, branches }: ParsedRepository,
  { project }: ConfigureInput,
  repository: Repository,
  isNew: boolean,
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
    ...(pullRequests !== undefined && { skip_prs: !pullRequests }),
    // An empty list lets all branches be built, each of which costs its minutes.
    ...((branches !== undefined || isNew) && {
      allowed_branches: branches === 'all' ? [] : [...new Set([production, ...(branches ?? [])])],
    }),
  }
}

/** Netlify's docs, "Manage build dependencies": the builds read the variable. Its values of single branches stay. */
function setNodeVersion({ api, target }: LinkTools, version: string, site: Site, context: Context) {
  const values = [{ contexts: null, reveal: async () => version }]
  const variables = [{ name: 'NODE_VERSION', secret: false, scopes: undefined, values }]
  const option = 'netlify.repository.nodeVersion'
  return applyVariables({ api, target, option, site, variables, secrets: () => [] }, context)
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
