/** The part of a zod issue that a message is made from. */
export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly code?: string
  readonly message: string
  readonly expected?: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
}

/** @returns the issues of whatever a schema threw; empty where it was something else. */
export function issuesOf(thrown: unknown): readonly Issue[] {
  const { issues } = (thrown ?? {}) as { issues?: unknown }
  return Array.isArray(issues) ? issues : []
}

/** Says in a few words what is wrong with a field. The small edition of zod brings no sentences of its own. */
export function describeIssue(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `there is no option ${issue.keys?.join(', ') ?? ''}`.trim()
  // A page that also loads zod's large edition turns `Invalid input` into a sentence of that edition's.
  if (!issue.message.startsWith('Invalid ')) return `expected ${issue.message}`
  if (issue.values) return `expected ${issue.values.map(String).join(' or ')}`
  return issue.expected === undefined ? 'has a value that is not allowed' : `expected ${issue.expected}`
}
