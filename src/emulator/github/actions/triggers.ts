import { WorkflowError } from './expressions/tokens.js'
import { toText, type Value } from './expressions/values.js'
import { matchesFilters } from './filter-pattern.js'
import type { EventFilters, InputDefinition, Workflow } from './workflow.js'

/** What a push changed. */
export interface PushedRef {
  /** `refs/heads/main` */
  readonly ref: string
  /** Paths that it touches. */
  readonly paths: readonly string[]
}

/** Whether a push starts the workflow. */
export function startsOnPush(workflow: Workflow, { ref, paths }: PushedRef): boolean {
  const filters = workflow.on.push
  if (filters === undefined) return false
  const [, kind = '', name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  const { branches, tags } = filters ?? {}
  const [branchesIgnore, tagsIgnore] = [filters?.['branches-ignore'], filters?.['tags-ignore']]
  // Whoever filters only one of the two is told of nothing that happens to the other.
  const named = branches ?? branchesIgnore
  const tagged = tags ?? tagsIgnore
  if (kind === 'heads') {
    if (!named) return !tagged && passesPaths(filters, paths)
    return passes(branches, branchesIgnore, name) && passesPaths(filters, paths)
  }
  // Path filters are not held against tags.
  return kind === 'tags' && (tagged ? passes(tags, tagsIgnore, name) : !named)
}

/** Whether a pull request into a branch starts the workflow. */
export function startsOnPullRequest(
  workflow: Workflow,
  { base, action, paths }: { readonly base: string; readonly action: string; readonly paths: readonly string[] },
): boolean {
  const filters = workflow.on.pull_request
  if (filters === undefined) return false
  const types = filters?.types ?? ['opened', 'synchronize', 'reopened']
  const { branches } = filters ?? {}
  return types.includes(action) && passes(branches, filters?.['branches-ignore'], base) && passesPaths(filters, paths)
}

/**
 * The inputs of a run that someone starts by hand, with their defaults.
 *
 * @returns texts as in `github.event.inputs`, and values by their types as in `inputs`.
 * @throws WorkflowError in the words of GitHub's 422.
 */
export function readInputs(
  workflow: Workflow,
  given: Readonly<Record<string, unknown>>,
): { readonly texts: Record<string, string>; readonly values: Record<string, Value> } {
  const trigger = workflow.on.workflow_dispatch
  if (trigger === undefined) throw new WorkflowError("Workflow does not have 'workflow_dispatch' trigger")
  const known = trigger?.inputs ?? {}
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name))
  if (unknown.length > 0) throw new WorkflowError(`Unexpected inputs provided: ${JSON.stringify(unknown)}`)
  const texts: Record<string, string> = {}
  const values: Record<string, Value> = {}
  for (const [name, input] of Object.entries(known)) {
    const text = textOf(name, input, given[name])
    texts[name] = text
    values[name] = typed(input, text)
  }
  return { texts, values }
}

function textOf(name: string, input: InputDefinition, given: unknown): string {
  const value = given ?? input?.default ?? null
  if (input?.required && (value === null || value === ''))
    throw new WorkflowError(`Required input '${name}' not provided`)
  if (value === null) return input?.type === 'boolean' ? 'false' : ''
  const text = typeof value === 'object' ? JSON.stringify(value) : toText(value as Value)
  const allowed = input?.type === 'boolean' ? ['true', 'false'] : input?.type === 'choice' ? input.options : undefined
  if (allowed && !allowed.map(String).includes(text)) {
    throw new WorkflowError(`Provided value '${text}' for input '${name}' not in the list of allowed values`)
  }
  return text
}

function typed(input: InputDefinition, text: string): Value {
  if (input?.type === 'boolean') return text === 'true'
  return input?.type === 'number' && text !== '' ? Number(text) : text
}

function passes(wanted: readonly string[] | undefined, ignored: readonly string[] | undefined, name: string): boolean {
  if (wanted) return matchesFilters(wanted, name)
  return !ignored || !matchesFilters(ignored, name)
}

function passesPaths(filters: EventFilters | null | undefined, paths: readonly string[]): boolean {
  const ignored = filters?.['paths-ignore']
  if (filters?.paths) return paths.some((path) => matchesFilters(filters.paths ?? [], path))
  return !ignored || paths.some((path) => !matchesFilters(ignored, path))
}
