import * as z from 'zod/mini'
import type { VariableContext } from '../../spec/variable.js'
import type { WantedVariable } from '../../toolkit/variables.js'

/** A variable as Vercel keeps it: one value, for several environments. */
export interface VercelVariable {
  readonly id: string
  readonly key: string
  readonly value?: string | null | undefined
  readonly type: string
  readonly target?: readonly string[] | string | null | undefined
  readonly gitBranch?: string | null | undefined
  readonly customEnvironmentIds?: readonly string[] | null | undefined
  readonly updatedAt?: number | null | undefined
  /** Whether `value` is the value itself. */
  readonly decrypted?: boolean | null | undefined
}

const text = z.optional(z.nullable(z.string()))

export const variableSchema: z.ZodMiniType<VercelVariable> = z.object({
  id: z.string(),
  key: z.string(),
  value: text,
  type: z.string(),
  target: z.optional(z.nullable(z.union([z.string(), z.array(z.string())]))),
  gitBranch: text,
  customEnvironmentIds: z.optional(z.nullable(z.array(z.string()))),
  updatedAt: z.optional(z.nullable(z.number())),
  decrypted: z.optional(z.nullable(z.boolean())),
})

/** A value that is to be there, and the places that it is for. */
export interface WantedEntry {
  readonly target: readonly string[]
  readonly gitBranch: string | undefined
  readonly value: string
  /** Whether it can't be read back. */
  readonly hidden: boolean
}

/**
 * The values that a variable is to have: a branch has one of its own, all other places share theirs where they can.
 * @param isHidden Whether it is to be sensitive, or is already and so stays. Development then has a value of its own, if any: what is
 * sensitive is refused there (docs, "Sensitive environment variables").
 */
export async function entriesOf({ values }: WantedVariable, isHidden: boolean): Promise<WantedEntry[]> {
  const everywhere: readonly VariableContext[] = isHidden
    ? ['production', 'preview']
    : ['production', 'preview', 'development']
  const entries: WantedEntry[] = []
  for (const wanted of values ?? []) {
    const value = await wanted.reveal()
    const contexts = wanted.contexts ?? everywhere
    const add = (target: readonly string[], hidden: boolean, gitBranch?: string) => {
      if (target.length > 0) entries.push({ target, gitBranch, value, hidden })
    }
    const named = contexts.filter((context) => typeof context === 'string')
    const isApart = (context: string) => isHidden && context === 'development'
    add(
      named.filter((context) => !isApart(context)),
      isHidden,
    )
    add(named.filter(isApart), false)
    for (const context of contexts) if (typeof context !== 'string') add(['preview'], isHidden, context.branch)
  }
  return entries
}

/** The places that a value holds for, by a name each: no two values of a variable have one in common. */
function placesOf(variable: Pick<VercelVariable, 'target' | 'gitBranch' | 'customEnvironmentIds'>): readonly string[] {
  const branch = variable.gitBranch ? ` ${variable.gitBranch}` : ''
  const environments = variable.customEnvironmentIds ?? []
  return [...targetsOf(variable).map((one) => one + branch), ...environments.map((id) => `environment ${id}`)]
}

/** The environments of Vercel's own that a value holds for. */
export function targetsOf({ target }: Pick<VercelVariable, 'target'>): readonly string[] {
  return typeof target === 'string' ? [target] : (target ?? [])
}

/** What is left of the environments of a value, in the form that it is written in. */
export function withoutPlaces(variable: VercelVariable, taken: readonly string[]): string[] {
  return targetsOf(variable).filter((one) => !taken.includes(one))
}

/** The values that a variable has, by what their places have in common with those of one that is to be there. */
export interface SortedValues {
  /** Nothing. */
  readonly untouched: VercelVariable[]
  /** All of them. */
  readonly inside: readonly VercelVariable[]
  /** Some of them. */
  readonly across: readonly VercelVariable[]
  /** Targets that no value is for yet. */
  readonly free: readonly string[]
}

export function sortByPlaces(entry: WantedEntry, present: readonly VercelVariable[]): SortedValues {
  const places = placesOf(entry)
  const shared = (one: VercelVariable) => placesOf(one).filter((place) => places.includes(place)).length
  const touched = present.filter((one) => shared(one) > 0)
  const isInside = (one: VercelVariable) => shared(one) === placesOf(one).length
  const taken = new Set(touched.flatMap(placesOf))
  return {
    untouched: present.filter((one) => shared(one) === 0),
    inside: touched.filter(isInside),
    across: touched.filter((one) => !isInside(one)),
    free: entry.target.filter((_, index) => !taken.has(places[index] ?? '')),
  }
}
