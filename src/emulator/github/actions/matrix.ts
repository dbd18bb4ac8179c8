import { WorkflowError } from './expressions/tokens.js'
import { isList, toText, type Value } from './expressions/values.js'

/** One combination of a matrix: the context `matrix` of a job. */
export type Combination = Readonly<Record<string, Value>>

// https://docs.github.com/en/actions/reference/limits
const mostJobs = 256

/**
 * The combinations of `strategy.matrix`, in GitHub's order: https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 *
 * @param matrix with its expressions put in already.
 * @throws WorkflowError where it is no matrix, or has none or too many combinations.
 */
export function combine(matrix: Value): Combination[] {
  if (typeof matrix !== 'object' || matrix === null || isList(matrix))
    throw new WorkflowError('matrix: it is no mapping')
  const { include = [], exclude = [], ...axes } = matrix as Record<string, Value>
  let made: Record<string, Value>[] = Object.keys(axes).length === 0 ? [] : [{}]
  for (const [name, values] of Object.entries(axes)) {
    if (!isList(values)) throw new WorkflowError(`matrix.${name}: it is no list`)
    made = made.flatMap((one) => values.map((value) => ({ ...one, [name]: value })))
  }
  made = made.filter((one) => !entries(exclude, 'exclude').some((excluded) => isPartOf(excluded, one)))
  const original = [...made]
  const extra = new Map(made.map((one): [Record<string, Value>, Record<string, Value>] => [one, {}]))
  for (const entry of entries(include, 'include')) {
    // It is added to every combination whose own values it leaves as they are, and is one of its own where there is none.
    const shared = Object.fromEntries(Object.entries(entry).filter(([name]) => name in axes))
    const fitting = original.filter((one) => isPartOf(shared, one))
    for (const one of fitting) Object.assign(extra.get(one) ?? {}, entry)
    if (fitting.length === 0) made.push({ ...entry })
  }
  const combinations = made.map((one) => ({ ...one, ...extra.get(one) }))
  if (combinations.length === 0) throw new WorkflowError('Matrix vector does not contain any values')
  if (combinations.length > mostJobs) throw new WorkflowError(`A matrix makes at most ${mostJobs} jobs`)
  return combinations
}

/** How a job of a matrix is told from its siblings: `test (20, linux)`. */
export function labelOf(combination: Combination): string {
  const shown = (value: Value): string[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(shown) : [toText(value)]
  return Object.values(combination).flatMap(shown).join(', ')
}

function entries(list: Value, name: string): Record<string, Value>[] {
  if (isList(list)) return list as Record<string, Value>[]
  throw new WorkflowError(`matrix.${name}: it is no list`)
}

function isPartOf(part: Combination, whole: Combination): boolean {
  return Object.entries(part).every(([name, value]) => JSON.stringify(whole[name]) === JSON.stringify(value))
}
