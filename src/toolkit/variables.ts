import * as z from 'zod/mini'
import { OptionsError } from '../errors/options-error.js'
import type { TokenSource } from '../spec/context.js'
import type { VariableContext, VariableScope, Variables } from '../spec/variable.js'
import { branchName } from './branch-name.js'
import { parseOptions } from './parse-options.js'
import { Secret } from './secret.js'

/** A value that a variable is to have. */
export interface WantedValue {
  /** `null`: everywhere. */
  readonly contexts: readonly VariableContext[] | null
  /** Its text, held against the provider's rules. @throws OptionsError `variable-invalid` */
  reveal(): Promise<string>
}

/** A variable as it is to be. */
export interface WantedVariable {
  readonly name: string
  readonly secret: boolean
  /** `undefined`: as they are. */
  readonly scopes: readonly VariableScope[] | undefined
  /** `null`: it is to be removed. */
  readonly values: readonly WantedValue[] | null
}

/** Variables that were told of, and what of them must never be shown. */
export interface WantedVariables {
  readonly variables: readonly WantedVariable[]
  /** The secret texts that are known. */
  secrets(): readonly string[]
}

/** What a provider takes. Each says what is wrong, as it reads after "the variable X": `must not be called so`. */
export interface VariableRules {
  /** For messages: `netlify.variables`. */
  readonly option: string
  name(name: string): string | undefined
  value(text: string): string | undefined
  /** @default there are scopes */
  readonly scopes?: false
}

const context = z.union([z.enum(['production', 'preview', 'development']), z.strictObject({ branch: branchName })], {
  error: 'production, preview, development or { branch }',
})
const source = z.custom<TokenSource>(
  (value) => typeof value === 'string' || typeof value === 'function',
  'a text, or a function that gives one',
)
const scope = z.enum(['builds', 'functions', 'runtime', 'post-processing'])
const value = z.strictObject({
  value: source,
  secret: z._default(z.boolean(), false),
  contexts: z.optional(z.array(context).check(z.minLength(1))),
  scopes: z.optional(z.array(scope).check(z.minLength(1))),
})
const schema = z.record(
  z.string(),
  z.union([z.null(), z.string(), value, z.array(value).check(z.minLength(1))], {
    error: 'a text, { value, secret, contexts }, a list of such, or null to remove it',
  }),
  'an object that gives each name its value',
)

/**
 * Holds variables against a provider's rules, before anything is sent.
 * @returns nothing where none are given.
 * @throws OptionsError `options-invalid` or `variable-invalid`, which name the variable and never its value
 */
export function parseVariables(given: Variables | undefined, rules: VariableRules): WantedVariables | undefined {
  const { option } = rules
  const parsed = Object.entries(given === undefined ? {} : parseOptions(schema, given, option))
  if (parsed.length === 0) return undefined
  const texts: Secret[] = []
  const variables = parsed.map(([name, wanted]): WantedVariable => {
    const refuse = (what: string) => variableInvalid(option, name, what)
    const wrong = rules.name(name)
    if (wrong !== undefined) throw refuse(wrong)
    if (wanted === null) return { name, secret: false, scopes: undefined, values: null }
    const values = typeof wanted === 'string' ? [{ value: wanted, secret: false }] : [wanted].flat()
    const secret = values.some((one) => one.secret)
    checkContexts(values, secret, refuse)
    const scopes = [...new Set(values.flatMap((one) => one.scopes ?? []))]
    if (scopes.length > 0 && rules.scopes === false) throw refuse('has scopes, which this provider does not know')
    if (secret && scopes.includes('post-processing')) throw refuse('is secret, and can not be read by post-processing')
    const check = (text: string) => {
      const wrong = rules.value(text)
      if (wrong !== undefined) throw refuse(wrong)
      return text
    }
    return {
      name,
      secret,
      scopes: scopes.length > 0 ? scopes : undefined,
      values: values.map((one): WantedValue => {
        const contexts = one.contexts ?? null
        const { value } = one
        if (!secret) {
          if (typeof value === 'function') throw refuse('is given by a function, which only secret ones may be')
          check(value)
          return { contexts, reveal: async () => value }
        }
        const text = new Secret(value, `${option}.${name}`, 'text')
        texts.push(text)
        if (typeof value === 'string') check(value)
        return { contexts, reveal: async () => check(await text.reveal()) }
      }),
    }
  })
  return { variables, secrets: () => texts.flatMap((text) => text.known() ?? []) }
}

function checkContexts(
  values: readonly { readonly contexts?: readonly VariableContext[] | undefined }[],
  secret: boolean,
  refuse: (what: string) => OptionsError,
): void {
  if (values.length > 1 && values.some(({ contexts }) => contexts === undefined))
    throw refuse('has several values, of which each must say its contexts')
  const named = values.flatMap(({ contexts = [] }) => contexts.map(keyOf))
  const twice = named.find((one, index) => named.indexOf(one) !== index)
  if (twice !== undefined) throw refuse(`has two values for ${twice}`)
  if (secret && named.includes('development'))
    throw refuse('is secret, and can not have a value for development: what is there can be read')
}

/** A context as a text. */
export function keyOf(context: VariableContext): string {
  return typeof context === 'string' ? context : `the branch ${context.branch}`
}

export function variableInvalid(option: string, name: string, what: string): OptionsError {
  return new OptionsError({
    code: 'variable-invalid',
    message: `The variable ${name} of ${option} ${what}.`,
    hint: `Correct ${option}.${name}; nothing was sent.`,
    details: { variable: name },
  })
}

/** What plans say of variables. */
export function describeVariables(variables: readonly WantedVariable[]): string {
  const removed = variables.filter(({ values }) => values === null).length
  const set = variables.length - removed
  const parts = [
    ...(set > 0 ? [`sets ${set} ${set === 1 ? 'variable' : 'variables'}`] : []),
    ...(removed > 0 ? [`removes ${removed} ${removed === 1 ? 'variable' : 'variables'}`] : []),
  ]
  return parts.join(', ')
}

/** The size of texts in an environment: AWS counts names and values in UTF-8. */
export function sizeOf(name: string, text: string): number {
  return new TextEncoder().encode(name + text).length
}
