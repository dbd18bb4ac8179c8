/** The part of a zod issue that a message is made from. */
export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly code?: string
  readonly message: string
  readonly expected?: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  /** What the bound of `too_big` and `too_small` is one of: `string`, `array`, `number`. */
  readonly origin?: string
  readonly maximum?: number | bigint
  readonly minimum?: number | bigint
  /** Whether the bound itself is allowed. */
  readonly inclusive?: boolean
  readonly format?: string
  /** What is wrong with the name of a record's entry. */
  readonly issues?: readonly Issue[]
  /** What is wrong in the eyes of each of the choices of a union. */
  readonly errors?: readonly (readonly Issue[])[]
}

/** What a kind of value is called by those who don't know the schema. */
const plainWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  nonoptional: 'a value',
}

/** @returns the issues of whatever a schema threw; empty where it was something else. */
export function issuesOf(thrown: unknown): readonly Issue[] {
  const { issues } = (thrown ?? {}) as { issues?: unknown }
  return Array.isArray(issues) ? issues.flatMap(narrowed) : []
}

/** What is wrong inside the only choice that a value can have been meant for: that it is none of the others is no news. */
function narrowed(issue: Issue): readonly Issue[] {
  if (!issue.errors || !isPlain(issue)) return [issue]
  const isInside = ({ path, code }: Issue) => path.length > 0 || code === 'unrecognized_keys'
  const [meant, ...others] = issue.errors.filter((choice) => choice.length > 0 && choice.every(isInside))
  if (!meant || others.length > 0) return [issue]
  return meant.flatMap((one) => narrowed({ ...one, path: [...issue.path, ...one.path] }))
}

/** Whether nobody has written a sentence for it. A page that also loads zod's large edition turns `Invalid input` into one of its own. */
function isPlain({ message }: Issue): boolean {
  return /^(?:Invalid |Too (?:big|small): )/.test(message)
}

/** Says in a few words what is wrong with a field. The small edition of zod brings no sentences of its own. */
export function describeIssue(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `there is no option ${issue.keys?.join(', ') ?? ''}`.trim()
  if (issue.code === 'invalid_key') {
    const wanted = issue.issues?.map(wantedOf).find((one) => one !== undefined)
    return `the name ${JSON.stringify(String(issue.path.at(-1)))} is not allowed${wanted ? `, expected ${wanted}` : ''}`
  }
  const wanted = wantedOf(issue)
  return wanted === undefined ? 'has a value that is not allowed' : `expected ${wanted}`
}

function wantedOf(issue: Issue): string | undefined {
  if (!isPlain(issue)) return issue.message
  if (issue.values) return issue.values.map(String).join(' or ')
  if (issue.errors) return choicesOf(issue.errors)
  if (issue.maximum !== undefined) return boundOf(issue, issue.inclusive ? 'at most' : 'below', issue.maximum)
  if (issue.minimum !== undefined) return boundOf(issue, issue.inclusive ? 'at least' : 'above', issue.minimum)
  if (issue.format === 'url') return 'an address such as https://example.com'
  return issue.expected && (plainWords[issue.expected] ?? issue.expected)
}

function choicesOf(errors: readonly (readonly Issue[])[]): string | undefined {
  const wanted = errors.flatMap(([first]) => (first ? (wantedOf(first) ?? []) : []))
  return wanted.length === 0 ? undefined : [...new Set(wanted)].join(' or ')
}

function boundOf({ origin, inclusive }: Issue, relation: string, bound: number | bigint): string {
  if (origin === 'string') return `${relation} ${bound} ${bound === 1 ? 'character' : 'characters'}`
  if (origin === 'array' || origin === 'set') return `a list of ${relation} ${bound}`
  return `a number ${inclusive ? 'of ' : ''}${relation} ${bound}`
}
