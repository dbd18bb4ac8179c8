import * as z from 'zod/mini'
import { AuthError } from '../../errors/auth-error.js'
import { ConflictError } from '../../errors/conflict-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { Repository } from '../../spec/git-host.js'
import type { Warning } from '../../spec/plan.js'
import type { Site } from '../../spec/release.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import type { ConfigureInput } from '../../spec/target.js'
import { linkedRepository } from '../../toolkit/linked-repository.js'
import { closed } from '../../toolkit/parse-reply.js'
import { projectSchema, type VercelApi, type VercelLink, type VercelProblem } from './api.js'
import { applySettings } from './link-settings.js'
import type { ParsedRepository } from './repository-options.js'

/** What a link is made with. */
export interface LinkTools {
  readonly api: VercelApi
  /** Name of the target. */
  readonly target: string
  readonly options: ParsedRepository
  /** Told that the project hears of pushes only from now on. */
  onLinked(): void
}

/**
 * Lets Vercel build what is pushed: the project knows its repository, and how it is built. Only what differs is changed.
 * @throws AuthError `git-app-missing` or `git-login-missing`; ConflictError `site-linked` where it is linked to another repository
 */
export async function applyLink(
  { api, target, options, onLinked }: LinkTools,
  input: ConfigureInput,
  context: Context,
): Promise<readonly SetupChange[]> {
  const { site } = input
  const repository = await linkedRepository(options.host, input, context)
  const changes: SetupChange[] = []
  const note = (setting: string, name: string, change: SetupChange['change']) => {
    const made: SetupChange = { setting, name, change, target }
    context.report({ type: 'setting-ready', ...made })
    changes.push(made)
  }
  // The settings first: what is pushed once the link stands is built by them.
  for (const [name, change] of await applySettings(api, options, input, context)) note('build-setting', name, change)
  const link = await readLink(api, site, context)
  if (!link) onLinked()
  note('repository', repository.fullName, await settleLink(api, { site, link, repository, options }, context))
  return changes
}

interface Linking {
  readonly site: Site
  readonly link: VercelLink | null | undefined
  readonly repository: Repository
  readonly options: ParsedRepository
}

/** Links as `vercel git connect` does, and leads production to the branch that is wanted. */
async function settleLink(
  api: VercelApi,
  { site, link, repository, options }: Linking,
  context: Context,
): Promise<SetupChange['change']> {
  const { fullName, defaultBranch } = repository
  const { provider: type } = options.link
  const wanted = options.productionBranch ?? defaultBranch
  const known = link && `${link.org ?? link.projectNamespace}/${link.repo ?? link.projectName}`
  if (known && known.toLowerCase() !== fullName.toLowerCase()) throw otherRepository(site.name, known, fullName)
  if (!link) {
    const purpose = `link ${site.name} to ${fullName}`
    const call = { json: { type, repo: fullName }, accept: [400, 404], idempotent: true }
    const answer = await api.ask(context, z.object({}), purpose, 'POST', `/v9/projects/${site.id}/link`, call)
    if (!('value' in answer)) throw refused(answer.problem(), site.name, fullName)
  }
  const branchOf = (one: VercelLink | null | undefined) => one?.productionBranch ?? defaultBranch
  if (branchOf(link ?? (await readLink(api, site, context))) === wanted) return link ? 'unchanged' : 'created'
  // As Vercel's own Terraform provider does (`client/project.go`); no other document has it, so what became of it is looked at.
  const call = { json: { branch: wanted }, accept: [400, 404, 405], idempotent: true }
  const purpose = `publish ${wanted} to production`
  await api.ask(context, z.object({}), purpose, 'PATCH', `/v9/projects/${site.id}/branch`, call)
  const now = branchOf(await readLink(api, site, context))
  if (now !== wanted) context.report({ type: 'warning', ...otherBranch(site.name, now, wanted) })
  return link ? (now === wanted ? 'changed' : 'unchanged') : 'created'
}

async function readLink(api: VercelApi, { id, name }: Site, context: Context): Promise<VercelLink | null | undefined> {
  return (await api.json(context, projectSchema, `find the project ${name}`, 'GET', `/v9/projects/${id}`)).link
}

function otherBranch(site: string, now: string, wanted: string): Warning {
  return {
    code: 'production-branch-differs',
    message: `Vercel publishes pushes to ${now} to the production of ${site}, and could not be told to publish ${wanted} instead.`,
    hint: `Set ${wanted} as the branch of Production on the page of the project at Vercel, under Settings, Environments.`,
  }
}

function otherRepository(site: string, known: string, wanted: string): ConflictError {
  return new ConflictError({
    code: 'site-linked',
    message: `The project ${site} is linked to ${known}, and not to ${wanted}.`,
    hint: 'Disconnect it on its page at Vercel, under Settings, Git, or name that repository.',
    details: { site, repository: known },
  })
}

/** `action` says what Vercel's own pages would offer to do (`vercel git connect` reads it so). */
function refused(problem: VercelProblem, site: string, repository: string): AuthError | RequestError {
  const { code, message, action, link } = problem
  const details = { provider: 'vercel', problem: code, action: action ?? null, url: link ?? null, site, repository }
  if (action === 'Add a Login Connection') {
    return new AuthError({
      code: 'git-login-missing',
      message: `Vercel can't link ${site} to ${repository}: its account is not connected with one of the git host.`,
      hint: `Connect them at ${link ?? 'https://vercel.com/account/settings/authentication'}, and resume the deployment.`,
      retryable: true,
      details,
    })
  }
  if (action === 'Install GitHub App' || code === 'repo_not_found') {
    return new AuthError({
      code: 'git-app-missing',
      message: `Vercel can't read ${repository}, so it can't be linked to ${site}.`,
      hint: `Install Vercel's GitHub App at ${link ?? 'https://github.com/apps/vercel'} and give it the repository ${repository}; then resume the deployment.`,
      retryable: true,
      details,
    })
  }
  return new RequestError({
    code: 'link-refused',
    message: `Vercel does not link ${site} to ${repository}: ${closed(message || code)}`,
    hint: 'The message says what it objects to.',
    details,
  })
}
