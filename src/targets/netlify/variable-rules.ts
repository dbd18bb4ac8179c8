import type { TargetConfiguration } from '../../spec/target.js'
import type { Variables } from '../../spec/variable.js'
import { describeVariables, parseVariables, type VariableRules } from '../../toolkit/variables.js'
import type { NetlifyApi } from './api.js'

/** Netlify's docs, "Build environment variables" and "Environment variables and functions", read-only variables. */
const readOnly: ReadonlySet<string> = new Set(
  `BRANCH BUILD_ID CACHED_COMMIT_REF COMMIT_REF CONTEXT DEPLOY_ID DEPLOY_PRIME_URL DEPLOY_URL HEAD INCOMING_HOOK_BODY INCOMING_HOOK_TITLE
  INCOMING_HOOK_URL NETLIFY PULL_REQUEST REPOSITORY_URL REVIEW_ID SITE_ID SITE_NAME URL`.split(/\s+/),
)

const rules: VariableRules = {
  option: 'netlify.variables',
  name: (name) => {
    // Functions run on AWS Lambda, whose documents, "Working with Lambda environment variables", ask for this.
    if (!/^[a-z]\w*$/i.test(name)) return 'is not a name of letters, digits and "_" that begins with a letter'
    if (readOnly.has(name)) return 'is set by Netlify itself, and can not be set by others'
    return undefined
  },
  value: (text) => (text === '' ? 'is empty, which Netlify takes for one that is not set' : undefined),
}

/** Variables of a site as a part of its configuration, and what of them must never be shown. */
export interface VariableConfiguration {
  readonly configuration: TargetConfiguration | undefined
  secrets(): readonly string[]
}

/**
 * @param target Name of the target.
 * @throws OptionsError `options-invalid` or `variable-invalid`
 */
export function netlifyVariables(given: Variables | undefined, target: string, api: NetlifyApi): VariableConfiguration {
  const wanted = parseVariables(given, rules)
  if (!wanted) return { configuration: undefined, secrets: () => [] }
  const { variables, secrets } = wanted
  return {
    secrets,
    configuration: {
      description: describeVariables(variables),
      // The site and the list; of each variable at the most five contexts and branches, one by one.
      requests: { least: 2, most: null },
      apply: async ({ site }, context) => {
        const { applyVariables } = await import('./variables.js')
        return applyVariables({ api, target, option: rules.option, site, variables, secrets }, context)
      },
    },
  }
}
