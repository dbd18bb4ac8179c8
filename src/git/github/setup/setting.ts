import type { Context } from '../../../spec/context.js'
import type { SetupChange, SetupPhase } from '../../../spec/git-host.js'
import type { RequestEstimate } from '../../../spec/plan.js'
import type { GithubApi } from '../api.js'
import type { Right } from '../rights/right.js'

/** What a setting is applied with. */
export interface Place {
  readonly api: GithubApi
  /** `owner/name`. */
  readonly fullName: string
  readonly context: Context
}

/** One kind of setting of a repository. It reads first, and writes only what differs. */
export interface Setting {
  readonly phase: SetupPhase
  /** What it does, as it reads in the plan: `sets the topics shop, tea`. */
  readonly line: string
  readonly requests: RequestEstimate
  /** The permission to write that a fine-grained token needs, by the name that GitHub shows people. */
  readonly permission: string
  /** Scopes of which a classic token needs one. @default ['repo'] */
  readonly scopes?: readonly string[]
  /** Further rights that only some of these settings need. */
  readonly also?: readonly Right[]
  /** Texts that must never be shown, as far as they are known. */
  secrets?(): readonly string[]
  apply(place: Place): AsyncIterable<SetupChange>
}

/** Says of one thing what became of it. */
export function changeOf(setting: string, name: string, change: SetupChange['change']): SetupChange {
  return { setting, name, change }
}

/** Some names in a line of the plan, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown
}
