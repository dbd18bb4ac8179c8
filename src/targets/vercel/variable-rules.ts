import type { TargetConfiguration } from '../../spec/target.js'
import type { Variables } from '../../spec/variable.js'
import { describeVariables, parseVariables, type VariableRules } from '../../toolkit/variables.js'
import type { VercelApi } from './api.js'

/** Vercel's docs, "Reserved environment variables". */
const reserved: ReadonlySet<string> = new Set(
  `AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_LOG_GROUP_NAME
  AWS_LAMBDA_LOG_STREAM_NAME AWS_SECRET_KEY LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT NOW_REGION TZ`.split(/\s+/),
)
/** Vercel's docs, "Environment variables": 64 KB for all of a deployment, and so for each. */
const mostBytes = 65_536

const rules: VariableRules = {
  option: 'vercel.variables',
  name: (name) => {
    if (!/^[a-z]\w*$/i.test(name)) return 'is not a name of letters, digits and "_" that begins with a letter'
    if (reserved.has(name)) return 'is reserved by Vercel'
    return undefined
  },
  value: (text) => {
    const { length } = new TextEncoder().encode(text)
    return length > mostBytes ? `has ${length} bytes, of which Vercel takes ${mostBytes} at the most` : undefined
  },
  scopes: false,
}

/** Variables of a project as a part of its configuration, and what of them must never be shown. */
export interface VariableConfiguration {
  readonly configuration: TargetConfiguration | undefined
  secrets(): readonly string[]
}

/**
 * @param target Name of the target.
 * @throws OptionsError `options-invalid` or `variable-invalid`
 */
export function vercelVariables(given: Variables | undefined, target: string, api: VercelApi): VariableConfiguration {
  const wanted = parseVariables(given, rules)
  if (!wanted) return { configuration: undefined, secrets: () => [] }
  const { variables, secrets } = wanted
  return {
    secrets,
    configuration: {
      description: describeVariables(variables),
      // The list; what of it is encrypted is read one by one.
      requests: { least: 1, most: null },
      apply: async ({ site }, context) => {
        const { applyVariables } = await import('./variables.js')
        return applyVariables({ api, target, option: rules.option, site, variables }, context)
      },
    },
  }
}
