import { interpolate, interpolateAll, type Scope } from './expressions/evaluate.js'
import { WorkflowError } from './expressions/tokens.js'
import { isList, isTrue, toNumber, toText, type Value } from './expressions/values.js'
import { type Combination, combine, labelOf } from './matrix.js'
import type { RunningJob } from './running-job.js'
import type { JobDefinition } from './workflow.js'

/** One job of a group, as it is to be made. */
export interface ExpandedJob {
  readonly name: string
  readonly labels: readonly string[]
  readonly environment: string | undefined
  /** Minutes. */
  readonly timeout: number | undefined
  /** Whether the run may go well without it. */
  readonly optional: boolean
  readonly given: RunningJob['given']
}

/** The jobs that a job of the file stands for, and how they are run together. */
export interface ExpandedGroup {
  readonly jobs: readonly ExpandedJob[]
  readonly failFast: boolean
  readonly mostAtOnce: number
}

/**
 * Makes jobs of a job of the file: one for each combination of its matrix.
 *
 * @param scope what its expressions can see, without `matrix` and `strategy`.
 * @throws WorkflowError where an expression or the matrix is wrong.
 */
export function expandJob(key: string, definition: JobDefinition, needs: Value, scope: Scope): ExpandedGroup {
  const { strategy } = definition
  const matrix = strategy?.matrix === undefined ? undefined : interpolateAll(strategy.matrix, scope)
  const combinations: readonly Combination[] = matrix === undefined ? [{}] : combine(matrix)
  const failFast = flag(strategy?.['fail-fast'] ?? true, scope)
  const most = strategy?.['max-parallel']
  const mostAtOnce = most === undefined ? combinations.length : numberOf(most, scope)
  const jobs = combinations.map((combination, index): ExpandedJob => {
    const total = { 'job-index': index, 'job-total': combinations.length }
    const context = { 'fail-fast': failFast, 'max-parallel': mostAtOnce, ...total }
    const own: Scope = { ...scope, contexts: { ...scope.contexts, matrix: combination, strategy: context } }
    const { environment } = definition
    const named = typeof environment === 'string' ? environment : environment?.name
    const timeout = definition['timeout-minutes']
    return {
      name: nameOf(key, definition, combination, own),
      labels: labelsOf(interpolateAll(definition['runs-on'] ?? null, own)),
      environment: named === undefined ? undefined : toText(interpolate(named, own)) || undefined,
      timeout: timeout === undefined ? undefined : numberOf(timeout, own),
      optional: flag(definition['continue-on-error'] ?? false, own),
      given: { needs, matrix: combination, strategy: context },
    }
  })
  return { jobs, failFast, mostAtOnce }
}

/** What a job is called. */
export function nameOf(key: string, { name }: JobDefinition, combination: Combination, scope: Scope): string {
  const label = labelOf(combination)
  if (name === undefined) return label === '' ? key : `${key} (${label})`
  const text = toText(interpolate(String(name), scope))
  return label === '' || /\$\{\{.*matrix/.test(String(name)) ? text : `${text} (${label})`
}

function labelsOf(value: Value): string[] {
  if (isList(value)) return value.map(toText)
  if (typeof value !== 'object' || value === null) return [toText(value)]
  const labels = Object.entries(value).find(([key]) => key === 'labels')?.[1] ?? null
  return isList(labels) ? labels.map(toText) : [toText(labels)]
}

function flag(value: boolean | string, scope: Scope): boolean {
  return typeof value === 'string' ? isTrue(interpolate(value, scope)) : value
}

function numberOf(value: number | string, scope: Scope): number {
  const number = typeof value === 'string' ? toNumber(interpolate(value, scope)) : value
  if (Number.isNaN(number) || number <= 0) throw new WorkflowError(`${value} is no number above 0`)
  return number
}
