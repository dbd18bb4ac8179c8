import * as z from 'zod/mini'
import type { Context, RequestOptions, Transport } from '../../spec/context.js'
import type { Schema } from '../../spec/schema.js'
import { askJson, type JsonAnswer } from '../../toolkit/ask-json.js'
import { parseReply } from '../../toolkit/parse-reply.js'
import { forbidden, withDailyLimit } from './problems.js'

/** What is needed of a project. */
export interface VercelProject {
  readonly id: string
  readonly name: string
  readonly link?: VercelLink | null | undefined
  /** `production`: the deployment that its production domains lead to. */
  readonly targets?: { readonly production?: { readonly id: string } | null | undefined } | null | undefined
}

/** The repository that a project is linked to. */
export interface VercelLink {
  readonly type?: string | undefined
  readonly org?: string | undefined
  readonly repo?: string | undefined
  readonly repoId?: number | undefined
  /** Of GitLab. */
  readonly projectNamespace?: string | undefined
  readonly projectName?: string | undefined
  readonly projectId?: string | number | undefined
  readonly productionBranch?: string | undefined
}

/** What is needed of a deployment. */
export interface VercelDeployment {
  readonly id: string
  /** Its own host, without a scheme. */
  readonly url: string
  readonly readyState: string
  /** In some answers the time of it. */
  readonly aliasAssigned?: boolean | number | null | undefined
  readonly aliasError?: { readonly code?: string | undefined; readonly message?: string | undefined } | null | undefined
  readonly errorCode?: string | null | undefined
  readonly errorMessage?: string | null | undefined
  readonly readyStateReason?: string | null | undefined
  /** Of production: `STAGED` where the production domains were not led to it. */
  readonly readySubstate?: string | null | undefined
  readonly projectId?: string | null | undefined
  /** `production`; anything else is a preview. */
  readonly target?: string | null | undefined
  /** Hosts that lead to it, besides its own. */
  readonly alias?: readonly string[] | null | undefined
  readonly customEnvironment?: { readonly id: string; readonly slug?: string | undefined } | null | undefined
  readonly inspectorUrl?: string | null | undefined
  readonly createdAt?: number | undefined
  readonly meta?: Readonly<Record<string, unknown>> | null | undefined
}

/** What Vercel says where it refuses. */
export interface VercelProblem {
  readonly code: string
  readonly message?: string | undefined
  /** Digests that are to be sent first. */
  readonly missing?: readonly string[] | undefined
  readonly invalidToken?: boolean | undefined
  /** What its pages would offer to do about it: `Install GitHub App`. */
  readonly action?: string | undefined
  /** Where that is done. */
  readonly link?: string | undefined
}

const text = z.optional(z.nullable(z.string()))

const linkSchema: z.ZodMiniType<VercelLink> = z.object({
  type: z.optional(z.string()),
  org: z.optional(z.string()),
  repo: z.optional(z.string()),
  repoId: z.optional(z.number()),
  projectNamespace: z.optional(z.string()),
  projectName: z.optional(z.string()),
  projectId: z.optional(z.union([z.string(), z.number()])),
  productionBranch: z.optional(z.string()),
})

export const projectSchema: z.ZodMiniType<VercelProject> = z.object({
  id: z.string(),
  name: z.string(),
  link: z.optional(z.nullable(linkSchema)),
  targets: z.optional(z.nullable(z.object({ production: z.optional(z.nullable(z.object({ id: z.string() }))) }))),
})

export const deploymentSchema: z.ZodMiniType<VercelDeployment> = z.object({
  id: z.string(),
  url: z.string(),
  readyState: z.string(),
  aliasAssigned: z.optional(z.nullable(z.union([z.boolean(), z.number()]))),
  aliasError: z.optional(z.nullable(z.object({ code: z.optional(z.string()), message: z.optional(z.string()) }))),
  errorCode: text,
  errorMessage: text,
  readyStateReason: text,
  readySubstate: text,
  target: text,
  projectId: text,
  alias: z.optional(z.nullable(z.array(z.string()))),
  customEnvironment: z.optional(z.nullable(z.object({ id: z.string(), slug: z.optional(z.string()) }))),
  inspectorUrl: text,
  createdAt: z.optional(z.number()),
  meta: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
})

const problemSchema: Schema<{ readonly error: VercelProblem }> = z.object({
  error: z.object({
    code: z.string(),
    message: z.optional(z.string()),
    missing: z.optional(z.array(z.string())),
    invalidToken: z.optional(z.boolean()),
    action: z.optional(z.string()),
    link: z.optional(z.string()),
  }),
})

/** What a call may have besides its purpose, method and path. */
export type VercelCall = Partial<
  Pick<RequestOptions, 'json' | 'body' | 'headers' | 'accept' | 'idempotent' | 'timeLimit' | 'onRetry'>
>

/** What came, or the refusal where its status is one of `call.accept`. */
export type VercelAnswer<Value> = { readonly value: Value } | VercelRefusal

/** An answer that is none of success. */
export interface VercelRefusal {
  readonly status: number
  /** @throws RequestError `reply-malformed` where it does not say in Vercel's form what it objects to. */
  problem(): VercelProblem
}

type Asked<Value, Call, Result> = (
  context: Context,
  schema: Schema<Value>,
  purpose: string,
  method: RequestOptions['method'],
  path: string,
  call?: Call,
) => Promise<Result>

/** Vercel's API, for one account or team. */
export interface VercelApi {
  /** Asks and parses. What does not parse counts as a lost answer: it is asked for again where that is safe. */
  ask<Value>(...asked: Parameters<Asked<Value, VercelCall, unknown>>): Promise<VercelAnswer<Value>>
  /** Asks and parses, where no other status is an answer. */
  json<Value>(...asked: Parameters<Asked<Value, Omit<VercelCall, 'accept'>, unknown>>): Promise<Value>
  /** The address of a host that the API tells without a scheme. */
  address(host: string): string
}

/** How the API is reached, and for whom. */
export interface VercelAccess {
  /** Origin of the API, without a slash at the end. */
  readonly base: string
  readonly transport: Transport
  /** Id or slug; `undefined`: the account of the token. */
  readonly team: string | undefined
  token(): Promise<string>
}

export function createVercelApi({ base, transport, team, token }: VercelAccess): VercelApi {
  const { protocol } = new URL(base)

  function urlOf(path: string): string {
    const url = new URL(base + path)
    if (team !== undefined) url.searchParams.set(team.startsWith('team_') ? 'teamId' : 'slug', team)
    return url.href
  }

  const ask: VercelApi['ask'] = async <Value>(
    ...[context, schema, purpose, method, path, call = {}]: Parameters<Asked<Value, VercelCall, unknown>>
  ): Promise<VercelAnswer<Value>> => {
    const asked = { provider: 'vercel', purpose }
    const answer: JsonAnswer<Value> = await askJson(context, schema, {
      ...asked,
      method,
      url: urlOf(path),
      transport,
      authorization: async () => `Bearer ${await token()}`,
      ...call,
      // It says in the body whether the token is wrong or only lacks the right.
      accept: [...(call.accept ?? []), 403],
    }).catch((error: unknown) => {
      throw withDailyLimit(error, context.clock)
    })
    if ('value' in answer) return answer
    const { status } = answer.other
    const problem = () => parseReply(answer.other, problemSchema, asked).error
    if (status === 403) throw forbidden(problem(), purpose, team)
    return { problem, status }
  }

  return {
    ask,
    json: async (...asked) => {
      const answer = await ask(...asked)
      if ('value' in answer) return answer.value
      throw new TypeError(`no status but success was asked for, and ${answer.status} came`)
    },
    address: (host) => `${/\.localhost(?::\d+)?$/.test(host) ? protocol : 'https:'}//${host}`,
  }
}
