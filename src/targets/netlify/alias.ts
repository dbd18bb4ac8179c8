import { OptionsError } from '../../errors/options-error.js'
import type { Context } from '../../spec/context.js'
import type { Site } from '../../spec/release.js'
import type { NetlifyApi } from './api.js'
import { readBuiltSite } from './build-settings.js'

/**
 * An alias travels as the name of a branch: that of production would make the preview one of its deployments. Of a site without a
 * repository it is `main`.
 * @throws OptionsError `options-invalid`
 */
export async function refuseProductionAlias(
  api: NetlifyApi,
  site: Site,
  alias: string,
  context: Context,
): Promise<void> {
  const { build_settings: settings } = await readBuiltSite(api, site, context)
  const branch = settings?.repo_branch || 'main'
  if (alias.toLowerCase() !== branch.toLowerCase()) return
  throw new OptionsError({
    code: 'options-invalid',
    message: `netlify.alias is ${alias}, which is the branch of production of ${site.name}.`,
    hint: 'Choose another name for netlify.alias, such as staging.',
    details: { site: site.name, alias },
  })
}
