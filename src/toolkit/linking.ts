import type { Context } from '../spec/context.js'
import type { GitHost } from '../spec/git-host.js'
import type { RequestEstimate } from '../spec/plan.js'
import type { SetupChange } from '../spec/repository-setup.js'
import type { ConfigureInput, PrepareInput, TargetConfiguration } from '../spec/target.js'
import { refusePushedPreview } from './linked-repository.js'

/** What a target has of the repository that it is linked to. */
export interface Linking {
  readonly configuration: TargetConfiguration | undefined
  readonly linked: GitHost | undefined
  /** @throws OptionsError */
  admit(input: PrepareInput): void
  /** Whether it was linked just now, so that what was pushed before has started nothing. */
  isNew(): boolean
}

/** How one provider links. */
export interface LinkWay {
  readonly host: GitHost
  /** As people know it: `Netlify`. */
  readonly provider: string
  /** The site's or project's name, as the user gave it. */
  readonly site: string
  /** Whose pushes are published to production; `undefined`: the default branch. */
  readonly branch: string | undefined
  readonly requests: RequestEstimate
  /** @param onLinked Called where it was not linked before. */
  apply(onLinked: () => void, input: ConfigureInput, context: Context): Promise<readonly SetupChange[]>
}

/** What a target has that is linked to nothing. */
export const unlinked: Linking = {
  configuration: undefined,
  linked: undefined,
  admit: () => undefined,
  isNew: () => false,
}

/** Links a site to the repository whose pushes its provider then builds. */
export function createLinking({ host, provider, site, branch, requests, apply }: LinkWay): Linking {
  let isNew = false
  const onLinked = () => {
    isNew = true
  }
  return {
    isNew: () => isNew,
    linked: host,
    admit: (input) => refusePushedPreview(input, { host, branch, site }),
    configuration: {
      description: `links ${host.repository}, whose pushes ${provider} then builds`,
      requests,
      apply: (input, context) => apply(onLinked, input, context),
    },
  }
}
