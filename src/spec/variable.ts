import type { TokenSource } from './context.js'

/**
 * Where a value holds. `preview`: everything that is published but not to production, of whatever branch. A branch's own value goes
 * before that. `development`: the machines of those who work on the project, by the provider's own tools.
 */
export type VariableContext = 'production' | 'preview' | 'development' | { readonly branch: string }

/** What may read a variable, where the provider lets that be told. */
export type VariableScope = 'builds' | 'functions' | 'runtime' | 'post-processing'

/** A value of an environment variable, and where it holds. */
export interface VariableValue {
  /** A function is for secrets only. It is asked when the site is configured. */
  readonly value: TokenSource
  /** Whether nobody may read it back at the provider. What is secret there is never made readable. @default false */
  readonly secret?: boolean
  /** @default everywhere; of a secret everywhere but in development, where no provider keeps one */
  readonly contexts?: readonly VariableContext[]
  /** Of the variable as a whole. Netlify alone has scopes, on its paid plans. @default what the variable has; of a new one all */
  readonly scopes?: readonly VariableScope[]
}

/**
 * Environment variables of a site, by name. Several values are for several contexts. `null` removes a variable; nothing else is ever
 * removed: variables that are not named, and values in contexts that are not named, stay as they are.
 * @example { API_URL: 'https://api.acme.com', API_KEY: { value: () => vault.read('key'), secret: true }, OLD: null }
 * @example { MODE: [{ value: 'live', contexts: ['production'] }, { value: 'test', contexts: ['preview', { branch: 'staging' }] }] }
 */
export type Variables = Readonly<Record<string, string | VariableValue | readonly VariableValue[] | null>>
