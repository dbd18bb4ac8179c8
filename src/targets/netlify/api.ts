import * as z from 'zod/mini'
import type { Context, RequestOptions, Transport } from '../../spec/context.js'
import type { Schema } from '../../spec/schema.js'
import { askJson, expectValue, type JsonAnswer } from '../../toolkit/ask-json.js'

/** What is needed of a site. */
export interface NetlifySite {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly ssl_url?: string | null | undefined
  readonly admin_url?: string | null | undefined
  /** Its primary domain, where it has one of its own. */
  readonly custom_domain?: string | null | undefined
  /** Its host below Netlify's own domain. */
  readonly default_domain?: string | null | undefined
  /** What the site's address serves. */
  readonly published_deploy?: { readonly id: string; readonly locked?: boolean | null | undefined } | null | undefined
}

/** What is needed of a deployment. */
export interface NetlifyDeploy {
  readonly id: string
  readonly state: string
  /** Digests that are still to be sent. */
  readonly required?: readonly string[] | null | undefined
  /** Digests of functions that are still to be sent. */
  readonly required_functions?: readonly string[] | null | undefined
  readonly deploy_url?: string | null | undefined
  readonly deploy_ssl_url?: string | null | undefined
  readonly error_message?: string | null | undefined
  readonly title?: string | null | undefined
  readonly published_at?: string | null | undefined
  readonly created_at?: string | null | undefined
  readonly branch?: string | null | undefined
  /** `production`, `deploy-preview` or `branch-deploy`. */
  readonly context?: string | null | undefined
  readonly links?: { readonly permalink?: string | null | undefined } | null | undefined
}

const text = z.optional(z.nullable(z.string()))

export const siteSchema: z.ZodMiniType<NetlifySite> = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  ssl_url: text,
  admin_url: text,
  custom_domain: text,
  default_domain: text,
  published_deploy: z.optional(z.nullable(z.object({ id: z.string(), locked: z.optional(z.nullable(z.boolean())) }))),
})

export const deploySchema: z.ZodMiniType<NetlifyDeploy> = z.object({
  id: z.string(),
  state: z.string(),
  required: z.optional(z.nullable(z.array(z.string()))),
  required_functions: z.optional(z.nullable(z.array(z.string()))),
  deploy_url: text,
  deploy_ssl_url: text,
  error_message: text,
  title: text,
  published_at: text,
  created_at: text,
  context: text,
  branch: text,
  links: z.optional(z.nullable(z.object({ permalink: text }))),
})

/** What a call may have besides its purpose, method and path. */
export type NetlifyCall = Partial<
  Pick<RequestOptions, 'json' | 'body' | 'headers' | 'accept' | 'idempotent' | 'timeLimit' | 'onRetry' | 'onSent'>
>

/** Netlify's API. */
export interface NetlifyApi {
  /**
   * Asks and parses. What does not parse counts as a lost answer: it is asked for again where that is safe.
   * @returns what came, or the whole answer where its status is one of `call.accept`.
   */
  ask<Value>(
    context: Context,
    schema: Schema<Value>,
    purpose: string,
    method: RequestOptions['method'],
    path: string,
    call?: NetlifyCall,
  ): Promise<JsonAnswer<Value>>
  /** Asks and parses, where no other status is an answer. */
  json<Value>(
    context: Context,
    schema: Schema<Value>,
    purpose: string,
    method: RequestOptions['method'],
    path: string,
    call?: Omit<NetlifyCall, 'accept'>,
  ): Promise<Value>
}

/**
 * @param base Address of the API with its version, without a slash at the end.
 * @param token `undefined`: without an account.
 */
export function createNetlifyApi(
  base: string,
  transport: Transport,
  token: (() => Promise<string>) | undefined,
): NetlifyApi {
  const ask: NetlifyApi['ask'] = (context, schema, purpose, method, path, call = {}) =>
    askJson(context, schema, {
      provider: 'netlify',
      purpose,
      method,
      url: base + path,
      transport,
      ...(token && { authorization: async () => `Bearer ${await token()}` }),
      ...call,
    })
  return { ask, json: async (...asked) => expectValue(await ask(...asked)) }
}
