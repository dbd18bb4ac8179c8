import { requireLink } from '../../toolkit/linked-repository.js'
import { createLinking, type Linking, unlinked } from '../../toolkit/linking.js'
import type { NetlifyApi } from './api.js'
import type { ParsedRepository } from './repository-options.js'

/**
 * @param repository Its options, parsed; `undefined`: nothing is linked.
 * @param target Name of the target.
 * @throws OptionsError `options-invalid` where the host can't be linked to
 */
export function netlifyLinking(
  repository: Omit<ParsedRepository, 'link'> | undefined,
  { target, site, api }: { readonly target: string; readonly site: string; readonly api: NetlifyApi },
): Linking {
  if (!repository) return unlinked
  const { host, branch } = repository
  const options: ParsedRepository = { ...repository, link: requireLink(host, 'netlify.repository.host') }
  return createLinking({
    ...{ host, site, branch, provider: 'Netlify', requests: { least: 4, most: 20 } },
    async apply(onLinked, input, context) {
      const { applyLink } = await import('./link.js')
      return applyLink({ api, target, options, onLinked }, input, context)
    },
  })
}
