import * as z from 'zod/mini'
import type { Context, Reply, RequestOptions } from '../../spec/context.js'
import type { GitHost, HostRequest } from '../../spec/git-host.js'
import type { Schema } from '../../spec/schema.js'
import { askJson } from '../../toolkit/ask-json.js'
import { parseReply } from '../../toolkit/parse-reply.js'
import { hostUnfit } from './problems.js'

/** What is needed of a site. */
export interface PagesSite {
  readonly html_url: string
  readonly build_type?: string | null | undefined
  readonly source?: { readonly branch: string; readonly path: string } | undefined
  readonly cname: string | null
  readonly https_certificate?: { readonly state: string } | undefined
  readonly https_enforced?: boolean | undefined
}

/** What is needed of a build. */
export interface PagesBuild {
  readonly status: string
  readonly commit: string
  readonly error: { readonly message?: string | null | undefined }
}

export const siteSchema: Schema<PagesSite> = z.object({
  html_url: z.string(),
  build_type: z.optional(z.nullable(z.string())),
  source: z.optional(z.object({ branch: z.string(), path: z.string() })),
  cname: z.nullable(z.string()),
  https_certificate: z.optional(z.object({ state: z.string() })),
  https_enforced: z.optional(z.boolean()),
})

const build = z.object({
  status: z.string(),
  commit: z.string(),
  error: z.object({ message: z.optional(z.nullable(z.string())) }),
})
export const buildSchema: Schema<PagesBuild> = build
export const buildsSchema: Schema<readonly PagesBuild[]> = z.array(build)
/** What is needed of a deployment, which every publication by a workflow makes. */
export interface PagesDeployment {
  readonly id: number
  /** The branch that it was published from. */
  readonly ref: string
}
export const deploymentsSchema: Schema<readonly PagesDeployment[]> = z.array(
  z.object({ id: z.number(), ref: z.string() }),
)
export const statusesSchema: Schema<readonly { readonly state: string }[]> = z.array(z.object({ state: z.string() }))
/** What is needed of a commit. */
export interface PagesCommit {
  readonly commit: { readonly message: string; readonly author: { readonly name?: string | undefined } | null }
  readonly parents: readonly { readonly sha: string }[]
}
export const commitSchema: Schema<PagesCommit> = z.object({
  commit: z.object({ message: z.string(), author: z.nullable(z.object({ name: z.optional(z.string()) })) }),
  parents: z.array(z.object({ sha: z.string() })),
})
/** GitHub's own words of why it refuses. */
export const refusalSchema: Schema<{ readonly message: string }> = z.object({ message: z.string() })

/** Which branches may deploy to an environment: all of them, where it says nothing. */
export const environmentSchema: Schema<{
  readonly deployment_branch_policy?: { readonly custom_branch_policies: boolean } | null | undefined
}> = z.object({
  deployment_branch_policy: z.optional(z.nullable(z.object({ custom_branch_policies: z.boolean() }))),
})
export const policiesSchema: Schema<{ readonly branch_policies: readonly { readonly name?: string | undefined }[] }> =
  z.object({ branch_policies: z.array(z.object({ name: z.optional(z.string()) })) })

/** A question to the API of Pages; the path begins behind the repository. */
export interface PagesQuestion extends Omit<HostRequest, 'path'> {
  readonly path: string
}

/** The API of Pages of one repository. */
export interface PagesApi {
  /** Asks and parses; `undefined` where the status is another that is accepted. */
  read<Value>(context: Context, schema: Schema<Value>, question: PagesQuestion): Promise<Value | undefined>
  /** Asks for what is answered with nothing. */
  send(context: Context, question: PagesQuestion): Promise<Reply>
}

/** @throws OptionsError where the host lets nobody ask its API. */
export function createPagesApi(host: GitHost, fullName: string): PagesApi {
  const send: PagesApi['send'] = async (context, { path, ...question }) => {
    if (!host.request) throw hostUnfit(host.name)
    const asked = { provider: host.name, purpose: question.purpose }
    // Nothing, or JSON: all else comes from somebody in between, and counts as a lost answer.
    const check = (reply: Reply): void => {
      if (reply.bytes.length > 0) parseReply(reply, z.unknown(), asked)
    }
    return host.request({ check, ...question, path: `/repos/${fullName}${path}` }, context)
  }
  return {
    send,
    async read(context, schema, question) {
      const asking = {
        request: ({ check }: Pick<RequestOptions, 'check'>) => send(context, { ...question, ...(check && { check }) }),
      }
      const answer = await askJson(asking, schema, { ...question, provider: host.name, url: question.path })
      return 'value' in answer ? answer.value : undefined
    },
  }
}
