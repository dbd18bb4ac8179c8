import { OptionsError } from '../../../errors/options-error.js'
import { RequestError } from '../../../errors/request-error.js'
import type { Context } from '../../../spec/context.js'
import type { RequestEstimate } from '../../../spec/plan.js'
import type { SetupChange, SetupPhase } from '../../../spec/repository-setup.js'
import { closed } from '../../../toolkit/parse-reply.js'
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
  /** The option that asks for it, for messages: `github.setup.topics`. */
  readonly option: string
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

/** What an error of a setting says to whoever chose it: values that only GitHub knows to be wrong are those of an option. */
export function explainValue(error: unknown, option: string): unknown {
  if (!(error instanceof RequestError) || error.code !== 'reply-status' || error.details.status !== 422) return error
  return new OptionsError({
    code: 'setting-refused',
    message: `GitHub does not take the value of ${option}. ${closed(error.message)}`,
    hint: `Correct ${option}, and deploy again.`,
    details: { ...error.details, option },
    cause: error,
  })
}
