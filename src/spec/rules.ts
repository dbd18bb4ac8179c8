import type { Warning } from './plan.js'

/** Where a rule was read, for messages: `_redirects`, line 3. */
export interface RuleSource {
  /** Path of the file below the root of the project or of the output. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** A redirect or a rewrite, in the form that Netlify's `_redirects` has. JSON-safe. */
export interface RedirectRule {
  /** A path with `:placeholders` and a `*` at its end, or a whole address. */
  readonly from: string
  readonly to: string
  /** 200 rewrites; 3xx redirects; 404 shows a page. */
  readonly status: number
  /** Whether it holds where there is a file of that path, too. */
  readonly force: boolean
  /** Query parameters that have to be there: name, and value or `:placeholder`. */
  readonly query: Readonly<Record<string, string>>
  /** `Country`, `Language`, `Role`, `Cookie`: one of the values has to fit. */
  readonly conditions: Readonly<Record<string, readonly string[]>>
  /** Name of the variable whose value signs requests that are passed on to another host; `null`: they are not signed. */
  readonly signed: string | null
  /** Names of settings that only a `netlify.toml` can hold: `headers`, `rate_limit`. */
  readonly extras: readonly string[]
  readonly source: RuleSource
}

/** Headers of the answers to some paths. JSON-safe. */
export interface HeaderRule {
  /** A path with `:placeholders` and `*`. */
  readonly for: string
  /** In their order; the values of a name that comes twice are joined. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** `null` where it is not of the user's files. */
  readonly source: RuleSource | null
}

/** What a `netlify.toml` says of a site that is built already. JSON-safe. */
export interface NetlifyRules {
  readonly redirects: readonly RedirectRule[]
  readonly headers: readonly HeaderRule[]
  /** A `netlify.toml` with what no other file can say, such as the image CDN's settings; `null`: nothing. */
  readonly rest: string | null
  /** Whether the redirects stand in the rest, as some of them have what `_redirects` can't say and their order counts. */
  readonly keepsRedirects: boolean
}

/** What a request has to have, or must not, for a rule of a `vercel.json`. */
export interface VercelCondition {
  readonly type: 'host' | 'header' | 'cookie' | 'query'
  readonly key?: string | undefined
  readonly value?: unknown
}

/** What rules of a `vercel.json` have in common. */
export interface VercelRule {
  /** In the syntax of path-to-regexp 6: `/blog/:slug*`. */
  readonly source: string
  readonly has?: readonly VercelCondition[] | undefined
  readonly missing?: readonly VercelCondition[] | undefined
}

/** What a `vercel.json` says of a site that is built already. JSON-safe. */
export interface VercelRules {
  readonly redirects?:
    | readonly (VercelRule & {
        readonly destination: string
        readonly permanent?: boolean | undefined
        readonly statusCode?: number | undefined
      })[]
    | undefined
  readonly rewrites?:
    | readonly (VercelRule & { readonly destination: string; readonly statusCode?: number | undefined })[]
    | undefined
  readonly headers?:
    | readonly (VercelRule & { readonly headers: readonly { readonly key: string; readonly value: string }[] })[]
    | undefined
  readonly cleanUrls?: boolean | undefined
  readonly trailingSlash?: boolean | undefined
  /** In the form that `config.json` of the Build Output API has. */
  readonly routes?: readonly Readonly<Record<string, unknown>>[] | undefined
  readonly images?: Readonly<Record<string, unknown>> | undefined
  readonly crons?: readonly { readonly path: string; readonly schedule: string }[] | undefined
}

/** What the configuration files of hosts in the project's folder say. JSON-safe: it is kept with the facts. */
export interface HostFiles {
  readonly netlify: NetlifyRules | null
  readonly vercel: VercelRules | null
  /** For the plan. */
  readonly warnings: readonly Warning[]
}

/** What a static host is to do beside serving files. JSON-safe. */
export interface HostRules {
  /** Of the user's `_redirects`. The first one that fits counts. */
  readonly redirects: readonly RedirectRule[]
  /** Of the user's `_headers`. All that fit count. */
  readonly headers: readonly HeaderRule[]
  /** Asked for by options. Each header is decided by the first rule that fits, and only where none of the user's files sets it. */
  readonly added: readonly HeaderRule[]
  /** Paths of files that never change, as their names hold a digest of their content. */
  readonly immutable: readonly string[]
  readonly netlify: NetlifyRules | null
  readonly vercel: VercelRules | null
  /** Those of the user's files that are among what is published, whether they were read or not. */
  readonly files: readonly RulesFile[]
}

/** A file in which rules are written. */
export type RulesFile = '_redirects' | '_headers' | 'netlify.toml' | 'vercel.json'

/** What a target makes of rules: a capability. */
export interface TargetRules {
  /** The files that it keeps to: a mistake in one of them ends the deployment before it begins. */
  readonly reads: readonly RulesFile[]
  /** Tells what of the rules it can't do. Asks nobody. */
  warn(rules: HostRules): Promise<readonly Warning[]>
  /**
   * The text of a `_redirects` that has what the project's configuration says, too, as far as it matters to the verification.
   * @param own The text of the one among the files. @param paths of all files
   */
  foresee?(hosts: HostFiles, own: string, paths: readonly string[]): Promise<string>
}
