import type { Context } from './context.js'
import type { Repository } from './git-host.js'
import type { SetupChange } from './repository-setup.js'

/** What lets a provider read a repository and hear of its pushes: a capability. Idempotent. */
export interface HostLink {
  /** Of the provider's own list, as Netlify and Vercel name it: `github`. */
  readonly provider: string
  /** The keys that may read the repository, or write to it. */
  deployKeys?(
    repository: Repository,
    context: Context,
  ): Promise<readonly { readonly title: string; readonly key: string }[]>
  /** Lets somebody read the repository by an SSH key. @param title By it, one of an earlier try is known again. */
  addDeployKey(
    repository: Repository,
    key: { readonly title: string; readonly key: string },
    context: Context,
  ): Promise<SetupChange>
  /** Tells an address of pushes and pull requests. */
  addHook(
    repository: Repository,
    hook: { readonly url: string; readonly events: readonly string[] },
    context: Context,
  ): Promise<SetupChange>
  /** The host's own id of the repository, which some providers link by. */
  idOf(repository: Repository, context: Context): Promise<string>
}
