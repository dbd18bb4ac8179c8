import * as z from 'zod/mini'
import type { VariableContext, VariableScope } from '../../spec/variable.js'
import type { WantedVariable } from '../../toolkit/variables.js'

/** A value of a variable as Netlify keeps it. */
export interface NetlifyValue {
  readonly context: string
  /** Name of the branch, where `context` is `branch`. */
  readonly context_parameter?: string | null | undefined
  readonly value?: string | null | undefined
}

/** A variable as Netlify keeps it. */
export interface NetlifyVariable {
  readonly key: string
  readonly scopes?: readonly string[] | null | undefined
  readonly values?: readonly NetlifyValue[] | null | undefined
  readonly is_secret?: boolean | null | undefined
  readonly updated_at?: string | null | undefined
}

const text = z.optional(z.nullable(z.string()))

export const variableSchema: z.ZodMiniType<NetlifyVariable> = z.object({
  key: z.string(),
  scopes: z.optional(z.nullable(z.array(z.string()))),
  values: z.optional(z.nullable(z.array(z.object({ context: z.string(), context_parameter: text, value: text })))),
  is_secret: z.optional(z.nullable(z.boolean())),
  updated_at: text,
})

/** The contexts that `all` stands for, by the published contract. */
const contexts = ['production', 'deploy-preview', 'branch-deploy', 'dev', 'dev-server']
/** Where secrets may have values: those of development could be read (the CLI's `env:set`). */
const secretContexts = ['production', 'deploy-preview', 'branch-deploy']

/** One name for the place of a value. */
export function placeOf({ context, context_parameter: branch }: NetlifyValue): string {
  return context === 'branch' ? `branch ${branch}` : context
}

/** Values by their places. */
export type Values = ReadonlyMap<string, NetlifyValue & { readonly value: string }>

/** The values that a variable is to have, by their places, and by the contexts that the user named. */
export async function valuesOf({ values }: WantedVariable, secret: boolean): Promise<Values> {
  const all: [string, NetlifyValue & { readonly value: string }][] = []
  for (const wanted of values ?? []) {
    const value = await wanted.reveal()
    const places = wanted.contexts === null ? (secret ? secretContexts : ['all']) : wanted.contexts.flatMap(namesOf)
    for (const place of places) {
      const entry = typeof place === 'string' ? { context: place, value } : { ...place, value }
      all.push([placeOf(entry), entry])
    }
  }
  return new Map(all)
}

function namesOf(context: VariableContext): (string | { context: string; context_parameter: string })[] {
  if (typeof context !== 'string') return [{ context: 'branch', context_parameter: context.branch }]
  // A preview of ours is a draft, which Netlify takes for a deploy preview; those of branches are previews, too.
  if (context === 'preview') return ['deploy-preview', 'branch-deploy']
  return [context === 'development' ? 'dev' : context]
}

/** What Netlify has, with `all` taken apart where a value of one context is wanted. */
export function takeApart({ values }: NetlifyVariable, wanted: Values): Map<string, NetlifyValue> {
  const known = new Map((values ?? []).map((value) => [placeOf(value), value]))
  const all = known.get('all')
  if (all && [...wanted.keys()].some((place) => contexts.includes(place))) {
    known.delete('all')
    for (const context of contexts) if (!known.has(context)) known.set(context, { context, value: all.value })
  }
  // One for everywhere takes the place of those of single contexts; branches keep theirs.
  if (wanted.has('all')) for (const context of contexts) known.delete(context)
  return known
}

/** Scopes in the spelling of the contract: answers have `post_processing`. */
export function scopesOf({ scopes }: NetlifyVariable): readonly VariableScope[] {
  return (scopes ?? []).map((scope) => scope.replace('_', '-') as VariableScope)
}

/** Whether two lists of scopes are the same. */
export function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope) => other.includes(scope))
}
