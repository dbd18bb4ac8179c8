import { OptionsError } from '../../errors/options-error.js'
import type { Context } from '../../spec/context.js'
import type { ProviderBuild, PublishInput } from '../../spec/target.js'
import type { BuiltSite } from './build-settings.js'

/** Whether a site is linked to the repository that the same deployment has committed to. */
export function isLinked({ build_settings: settings }: BuiltSite, { source }: ProviderBuild): boolean {
  return settings?.repo_path?.toLowerCase() === source?.repository.fullName.toLowerCase() && source !== null
}

/** What is sent is built all the same: it says itself how. */
export function warnOfLink({ name, build_settings: settings }: BuiltSite, context: Context): void {
  const repository = settings?.repo_path
  if (!repository) return
  context.report({
    type: 'warning',
    code: 'site-linked-elsewhere',
    message: `The site ${name} is linked to ${repository}: what is pushed there is published in place of this source.`,
    hint: 'Unlink it on its page at Netlify (Build & deploy, Manage repository), or publish to another site.',
  })
}

/** The branch says whether a build is production: another one would go live elsewhere than it should. */
export function checkBranch(
  { name, build_settings: settings }: BuiltSite,
  branch: string,
  { environment }: PublishInput,
): void {
  const production = settings?.repo_branch ?? branch
  if ((branch === production) === (environment === 'production')) return
  throw new OptionsError({
    code: 'options-invalid',
    message:
      environment === 'production'
        ? `Netlify builds ${name} for production from ${production}, and ${branch} was committed to.`
        : `Netlify builds ${name} for production from ${branch}, which was committed to: there is no preview of it.`,
    hint:
      environment === 'production'
        ? `Set commit.branch to ${production}, or netlify.repository.branch to ${branch}.`
        : 'Set commit.branch to another branch for a preview.',
  })
}
