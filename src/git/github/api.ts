import * as z from 'zod/mini'
import type { Context, Reply, RequestOptions, Transport } from '../../spec/context.js'
import type { Schema } from '../../spec/schema.js'
import { askJson, expectValue, type JsonAnswer } from '../../toolkit/ask-json.js'
import { createCreatingPace } from './creating-pace.js'

/** What is needed of a repository (`full-repository` of GitHub's REST API). */
export interface GithubRepository {
  readonly full_name: string
  readonly html_url: string
  readonly default_branch: string
  readonly archived?: boolean | undefined
  readonly private?: boolean | undefined
  /** What the owner of the token may do, whatever the token may do of that. */
  readonly permissions?: { readonly push?: boolean | undefined; readonly admin?: boolean | undefined } | undefined
}

/** What is needed of the owner of a token. */
export interface GithubUser {
  readonly login: string
  readonly id: number
  readonly name?: string | null | undefined
}

/** What is needed of a commit to say whose it is. */
export interface GithubCommit {
  readonly sha: string
  readonly html_url: string
  readonly commit: {
    readonly message: string
    readonly author: { readonly name?: string | undefined; readonly date?: string | undefined } | null
  }
}

export const repositorySchema: z.ZodMiniType<GithubRepository> = z.object({
  full_name: z.string(),
  html_url: z.string(),
  default_branch: z.string(),
  archived: z.optional(z.boolean()),
  private: z.optional(z.boolean()),
  permissions: z.optional(z.object({ push: z.optional(z.boolean()), admin: z.optional(z.boolean()) })),
})

export const userSchema: z.ZodMiniType<GithubUser> = z.object({
  login: z.string(),
  id: z.number(),
  name: z.optional(z.nullable(z.string())),
})

/** An organization, of which only that it is there matters. */
export const organizationSchema: z.ZodMiniType<{ readonly login: string }> = z.object({ login: z.string() })

/** A git object that was made, or is there. */
export const objectSchema: z.ZodMiniType<{ readonly sha: string }> = z.object({ sha: z.string() })

/** A reference, of which only the object that it points to matters. */
export const refSchema: z.ZodMiniType<{ readonly object: { readonly sha: string } }> = z.object({
  object: z.object({ sha: z.string() }),
})

export const commitSchema: z.ZodMiniType<GithubCommit> = z.object({
  sha: z.string(),
  html_url: z.string(),
  commit: z.object({
    message: z.string(),
    author: z.nullable(z.object({ name: z.optional(z.string()), date: z.optional(z.string()) })),
  }),
})

/** How two commits lie to each other: `ahead` where the second holds the first. */
export const comparisonSchema: z.ZodMiniType<{ readonly status: string }> = z.object({ status: z.string() })

/** Milliseconds: the longest window of GitHub's limits, and what clocks may differ by. */
const longestWait = 62 * 60_000

/** GitHub's REST API. Of what creates something it sends no more than GitHub allows in a minute. */
export interface GithubApi {
  /**
   * Asks and parses. What does not parse counts as a lost answer: it is asked for again where that is safe.
   * @returns what came, or the whole answer where its status is one of `request.accept`.
   */
  ask<Value>(context: Context, schema: Schema<Value>, request: GithubRequest): Promise<JsonAnswer<Value>>
  /** Asks and parses, where no other status is an answer. */
  json<Value>(context: Context, schema: Schema<Value>, request: Omit<GithubRequest, 'accept'>): Promise<Value>
  /** Asks for what is answered with nothing, or with what nobody reads. */
  send(context: Context, request: GithubRequest): Promise<Reply>
}

/** One call of the API. */
export interface GithubRequest {
  readonly purpose: string
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly json?: unknown
  /** Statuses besides 2xx that are an answer too: what came with them is not parsed. */
  readonly accept?: readonly number[]
  /** @default true for all methods but POST and PATCH */
  readonly idempotent?: boolean
  /** Whether it is part of a commit of which the plan says how long it may take: it waits for as long as GitHub asks. */
  readonly patient?: boolean
  /** Milliseconds that one try may take. @default 30_000 */
  readonly timeLimit?: number
  /** See {@link RequestOptions.check}: for {@link GithubApi.send}, which parses nothing. */
  readonly check?: (reply: Reply) => void
  /** Whether GitHub leads on to another host, which sends no CORS headers: then it takes the relay, where there is one. */
  readonly elsewhere?: boolean
}

/**
 * @param base Address of the API, `https://api.github.com` or that of a GitHub Enterprise Server.
 * @param note Told of every answer: its headers say what the token may do.
 */
export function createGithubApi(
  base: string,
  transport: Transport,
  token: () => Promise<string>,
  note: (reply: Reply) => void = () => undefined,
): GithubApi {
  const pace = createCreatingPace()
  const optionsOf = (
    { relay }: Pick<Context, 'relay'>,
    { method = 'GET', path, elsewhere = false, patient = false, ...rest }: GithubRequest,
  ): RequestOptions => ({
    ...rest,
    ...(patient && { patience: longestWait }),
    provider: 'github',
    method,
    url: base + path,
    transport: elsewhere && relay && transport === 'auto' ? 'relay' : transport,
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    authorization: async () => `Bearer ${await token()}`,
  })
  const noting = (context: Context, { patient }: GithubRequest): Pick<Context, 'request'> => ({
    async request(options) {
      const { method, purpose } = options
      const reply =
        method === 'GET' || method === 'HEAD'
          ? await context.request(options)
          : await pace({ purpose, patient }, context, (onRetry) => context.request({ ...options, onRetry }))
      note(reply)
      return reply
    },
  })
  const ask: GithubApi['ask'] = (context, schema, request) =>
    askJson(noting(context, request), schema, optionsOf(context, request))
  return {
    ask,
    json: async (context, schema, request) => expectValue(await ask(context, schema, request)),
    send: (context, request) => noting(context, request).request(optionsOf(context, request)),
  }
}
