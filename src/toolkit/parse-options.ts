import { OptionsError } from '../errors/options-error.js'
import type { Schema } from '../spec/schema.js'
import { describeIssue, issuesOf } from './describe-issue.js'
import { optionHint } from './option-hint.js'

/**
 * Parses the options of a public function.
 * @param owner Name of the function, put before each field: `netlify.site`.
 * @throws OptionsError `options-invalid` that names every wrong field.
 */
export function parseOptions<Value>(schema: Schema<Value>, options: unknown, owner: string): Value {
  try {
    return schema.parse(options)
  } catch (cause) {
    const issues = issuesOf(cause)
    if (issues.length === 0) throw cause
    const fields = issues.map((issue) => `${[owner, ...issue.path].join('.')}: ${describeIssue(issue)}`)
    throw new OptionsError({
      code: 'options-invalid',
      message: `Wrong options: ${fields.join('; ')}.`,
      hint: optionHint(schema, issues, owner),
      details: { fields },
      cause,
    })
  }
}
