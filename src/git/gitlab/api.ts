import * as z from 'zod/mini'
import type { Context, Reply, Transport } from '../../spec/context.js'
import type { Schema } from '../../spec/schema.js'
import { askJson, expectValue, type JsonAnswer } from '../../toolkit/ask-json.js'
import { parseReply } from '../../toolkit/parse-reply.js'
import { explainScope } from './missing-scope.js'

/** Rights as a project tells them: those of groups that it is shared with are not among them. */
interface Access {
  readonly access_level: number
}

/** What is needed of a project. */
export interface GitlabProject {
  readonly id: number
  readonly path_with_namespace: string
  readonly web_url: string
  readonly default_branch: string | null
  readonly archived?: boolean | undefined
  readonly permissions?:
    | { readonly project_access: Access | null; readonly group_access: Access | null }
    | null
    | undefined
}

/** What is needed of the owner of a token. */
export interface GitlabUser {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly email?: string | null | undefined
  readonly commit_email?: string | null | undefined
}

/** What is needed of a commit. */
export interface GitlabCommit {
  readonly id: string
  readonly web_url: string
  readonly parent_ids: readonly string[]
  readonly message: string
  readonly author_name: string
  readonly author_email: string
  readonly authored_date: string
}

const access = z.nullable(z.object({ access_level: z.number() }))

export const projectSchema: z.ZodMiniType<GitlabProject> = z.object({
  id: z.number(),
  path_with_namespace: z.string(),
  web_url: z.string(),
  default_branch: z.nullable(z.string()),
  archived: z.optional(z.boolean()),
  permissions: z.optional(z.nullable(z.object({ project_access: access, group_access: access }))),
})

export const userSchema: z.ZodMiniType<GitlabUser> = z.object({
  id: z.number(),
  username: z.string(),
  name: z.string(),
  email: z.optional(z.nullable(z.string())),
  commit_email: z.optional(z.nullable(z.string())),
})

/** A user's own place or a group, of which only its number matters. */
export const namespaceSchema: z.ZodMiniType<{ readonly id: number }> = z.object({ id: z.number() })

/** A member of a project, by whichever group. */
export const memberSchema: z.ZodMiniType<Access> = z.object({ access_level: z.number() })

export const commitSchema: z.ZodMiniType<GitlabCommit> = z.object({
  id: z.string(),
  web_url: z.string(),
  parent_ids: z.array(z.string()),
  message: z.string(),
  author_name: z.string(),
  author_email: z.string(),
  authored_date: z.string(),
})

/** A branch, of which only the commit that it stands at matters. */
export const branchSchema: z.ZodMiniType<{ readonly commit: { readonly id: string } }> = z.object({
  commit: z.object({ id: z.string() }),
})

/** GitLab's REST API. */
export interface GitlabApi {
  /**
   * Asks and parses. What does not parse counts as a lost answer: it is asked for again where that is safe.
   * @returns what came, or the whole answer where its status is one of `request.accept`.
   */
  ask<Value>(context: Context, schema: Schema<Value>, request: GitlabRequest): Promise<JsonAnswer<Value>>
  /** Asks and parses, where no other status is an answer. */
  json<Value>(context: Context, schema: Schema<Value>, request: Omit<GitlabRequest, 'accept'>): Promise<Value>
  /** Asks for a list, of which GitLab gives a page at a time, each with a link to the next one. */
  pages<Item>(context: Context, schema: Schema<readonly Item[]>, request: GitlabRequest): AsyncGenerator<Item>
}

/** One call of the API. */
export interface GitlabRequest {
  readonly purpose: string
  readonly method?: 'GET' | 'POST'
  /** Below `/api/v4`. */
  readonly path: string
  readonly json?: unknown
  /** Statuses besides 2xx that are an answer too: what came with them is not parsed. */
  readonly accept?: readonly number[]
  /** Milliseconds. */
  readonly timeLimit?: number
}

/** @param base Address of the server: `https://gitlab.com`. */
export function createGitlabApi(base: string, transport: Transport, token: () => Promise<string>): GitlabApi {
  const requestOf = ({ method = 'GET', path, ...rest }: GitlabRequest) =>
    ({
      ...rest,
      provider: 'gitlab',
      method,
      url: `${base}/api/v4${path}`,
      transport,
      // OAuth's tokens go no other way, and access tokens go this way too ("REST API authentication").
      authorization: async () => `Bearer ${await token()}`,
    }) as const
  const explaining = ({ request }: Context): Pick<Context, 'request'> => ({
    request: (options) =>
      request(options).catch((error: unknown) => {
        throw explainScope(error, { purpose: options.purpose, base })
      }),
  })
  const ask: GitlabApi['ask'] = (context, schema, request) => askJson(explaining(context), schema, requestOf(request))
  return {
    ask,
    json: async (context, schema, request) => expectValue(await ask(context, schema, request)),
    async *pages(context, schema, request) {
      for (let path: string | undefined = request.path; path !== undefined; ) {
        const asked = requestOf({ ...request, path })
        const parse = (reply: Reply) => parseReply(reply, schema, asked)
        const reply: Reply = await explaining(context).request({ ...asked, check: parse })
        yield* parse(reply)
        path = nextOf(reply, path)
      }
    },
  }
}

/** The path of the next page. Of the link only its query is taken, so that no token goes to where the link leads. */
function nextOf({ headers, url }: Reply, path: string): string | undefined {
  const link = /<([^>]*)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1]
  if (link === undefined) return undefined
  const [place = ''] = path.split('?')
  return place + new URL(link, url).search
}
