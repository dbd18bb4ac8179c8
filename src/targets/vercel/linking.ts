import type { GitHost } from '../../spec/git-host.js'
import type { PrepareInput, TargetConfiguration } from '../../spec/target.js'
import { refusePushedPreview, requireLink } from '../../toolkit/linked-repository.js'
import type { VercelApi } from './api.js'
import type { ParsedRepository } from './repository-options.js'

/** What a target has of the repository that it is linked to. */
export interface Linking {
  readonly configuration: TargetConfiguration | undefined
  readonly linked: GitHost | undefined
  /** @throws OptionsError */
  admit(input: PrepareInput): void
  /** Whether it was linked just now, so that what was pushed before has started nothing. */
  isNew(): boolean
}

/**
 * @param repository Its options, parsed; `undefined`: nothing is linked.
 * @param target Name of the target.
 * @throws OptionsError `options-invalid` where the host can't be linked to
 */
export function vercelLinking(
  repository: Omit<ParsedRepository, 'link'> | undefined,
  { target, site, api }: { readonly target: string; readonly site: string; readonly api: VercelApi },
): Linking {
  if (!repository) return { configuration: undefined, linked: undefined, admit: () => undefined, isNew: () => false }
  const { host } = repository
  const options: ParsedRepository = { ...repository, link: requireLink(host, 'vercel.repository.host') }
  const branch = options.productionBranch
  let isNew = false
  const onLinked = () => {
    isNew = true
  }
  return {
    isNew: () => isNew,
    linked: host,
    admit: (input) => refusePushedPreview(input, { host, branch, site }),
    configuration: {
      description: `links ${host.repository}, whose pushes Vercel then builds`,
      requests: { least: 2, most: 10 },
      async apply(input, context) {
        const { applyLink } = await import('./link.js')
        return applyLink({ api, target, options, onLinked }, input, context)
      },
    },
  }
}
