import type { RequestEstimate } from '../../../spec/plan.js'
import type { RepositorySetup, SetupChange } from '../../../spec/repository-setup.js'
import type { GithubApi } from '../api.js'
import { explainRefusal } from '../rights/missing-right.js'
import type { Right } from '../rights/right.js'
import type { TokenScopes } from '../rights/token-scopes.js'
import { deployKeys } from './deploy-keys.js'
import { environments } from './environments.js'
import { protection } from './protection.js'
import { defaultBranch, repositoryFields } from './repository-fields.js'
import { explainValue, type Setting } from './setting.js'
import type { ParsedSetup } from './setup-options.js'
import { topics } from './topics.js'
import { secrets, variables } from './vault.js'
import { webhooks } from './webhooks.js'

/** The setup of a repository with what it takes to carry it out. */
export interface GithubSetup extends RepositorySetup {
  readonly rights: readonly Right[]
  /** Texts that must never be shown, as far as they are known. */
  secrets(): readonly string[]
}

/** What the setup is made with. */
export interface SetupTools {
  readonly api: GithubApi
  readonly scopes: TokenScopes
  /** Where GitHub's pages are. */
  readonly web: string
}

/** Chooses the settings that are asked for. @returns `undefined` where there is none. */
export function createSetup(options: ParsedSetup, tools: SetupTools): GithubSetup | undefined {
  const vault = { path: '/actions', kind: '', prefix: '', option: 'github.setup', whose: '' } as const
  // Visibility first: what GitHub's free plan has for public repositories only comes after it.
  const chosen: readonly (Setting | undefined)[] = [
    repositoryFields(options),
    topics(options),
    secrets(vault, options.secrets),
    variables(vault, options.variables),
    ...environments(options),
    webhooks(options),
    deployKeys(options),
    defaultBranch(options),
    protection(options),
  ]
  const settings = chosen.flatMap((one) => one ?? [])
  if (settings.length === 0) return undefined
  const rightOf = ({ scopes = ['repo'], permission, line }: Setting): Right => {
    return { scopes, permission, purpose: infinitive(line) }
  }
  return {
    settings: settings.map(({ phase, line: description }) => ({ phase, description })),
    rights: settings.flatMap((one) => [rightOf(one), ...(one.also ?? [])]),
    requests: (phase) => sum(settings.filter((one) => one.phase === phase)),
    secrets: () => settings.flatMap((one) => one.secrets?.() ?? []),
    async apply(phase, { fullName }, context) {
      const changes: SetupChange[] = []
      const planned = settings.filter((one) => one.phase === phase)
      for (const [index, setting] of planned.entries()) {
        try {
          for await (const change of setting.apply({ api: tools.api, fullName, context })) {
            context.report({ type: 'setting-ready', ...change })
            changes.push(change)
          }
        } catch (error) {
          const place = { fullName, web: tools.web, known: tools.scopes.known }
          throw explainValue(explainRefusal(error, rightOf(setting), place), setting.option)
        }
        context.progress(index + 1, planned.length, 'requests')
      }
      return changes
    },
  }
}

/** A line of the plan as it reads after "to": `sets the topics` becomes `set the topics`. */
function infinitive(line: string): string {
  return line.replace(/^(\w+?)s\b/, '$1')
}

function sum(settings: readonly Setting[]): RequestEstimate {
  return settings.reduce<RequestEstimate>(
    (all, { requests: { least, most } }) => {
      return { least: all.least + least, most: all.most === null || most === null ? null : all.most + most }
    },
    { least: 0, most: 0 },
  )
}
