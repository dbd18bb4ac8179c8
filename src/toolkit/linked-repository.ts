import { OptionsError } from '../errors/options-error.js'
import type { Context } from '../spec/context.js'
import type { GitHost, Repository } from '../spec/git-host.js'
import type { HostLink } from '../spec/host-link.js'
import type { ConfigureInput, PrepareInput } from '../spec/target.js'

/**
 * What a host gives to providers.
 * @param option That holds it, for messages: `netlify.repository.host`.
 * @throws OptionsError `options-invalid` where it gives nothing
 */
export function requireLink({ link, name }: GitHost, option: string): HostLink {
  if (link) return link
  throw new OptionsError({
    code: 'options-invalid',
    message: `${option} is ${name}, whose repositories can't be linked from here.`,
    hint: "Give github({ … }), or link the repository on the provider's own pages.",
  })
}

/** The repository that is to be linked: that of the same deployment where it is the same one. */
export async function linkedRepository(
  host: GitHost,
  { repository }: ConfigureInput,
  context: Context,
): Promise<Repository> {
  const wanted = host.repository.toLowerCase()
  const known = repository?.fullName.toLowerCase()
  if (repository && (known === wanted || (!wanted.includes('/') && known?.endsWith(`/${wanted}`)))) return repository
  return host.prepare({ branches: [] }, { ...context, saved: undefined, save: async () => undefined })
}

/**
 * Refuses a preview of what goes to the branch that a provider builds for production: the push would publish it to production.
 * @param branch Whose builds are production; `undefined`: the default branch.
 * @throws OptionsError `options-invalid`
 */
export function refusePushedPreview(
  { environment, commits = [] }: PrepareInput,
  { host, branch, site }: { readonly host: GitHost; readonly branch: string | undefined; readonly site: string },
): void {
  const isPushed = commits.some(
    (commit) => commit.content === 'source' && commit.resource === host.resource && commit.branch === branch,
  )
  if (environment === 'production' || !isPushed) return
  throw new OptionsError({
    code: 'options-invalid',
    message: `${site} is linked to ${host.repository}: a push to ${branch ?? 'its default branch'} is published to production, and a preview was asked for.`,
    hint: 'Set commit.branch to another branch for a preview.',
  })
}
