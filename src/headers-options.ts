import * as z from 'zod/mini'

/** What {@link deploy} is told of the headers of the answers. */
export interface HeadersOptions {
  /**
   * Whether files that never change, as their names hold a digest of their content, may be kept by browsers for a year. Everything else
   * is asked for again each time, as the providers do by themselves. @default true
   */
  readonly cache?: boolean
  /**
   * `basic` breaks no page that does not live in another one's frame; `strict` lets none frame it, keeps devices away and insists on
   * HTTPS for a year. @default 'none'
   */
  readonly security?: 'none' | 'basic' | 'strict'
  /** A `Content-Security-Policy` for all pages. No preset has one: only the author of a page knows what it loads. @default none */
  readonly contentSecurityPolicy?: string
  /** Headers of some paths, in which `:name` stands for one part and `*` for whatever follows. The first rule that fits decides a header. */
  readonly rules?: readonly { readonly for: string; readonly headers: Readonly<Record<string, string>> }[]
}

const value = z.string().check(z.regex(/^[^\p{Cc}]*\S[^\p{Cc}]*$/u, 'a text in one line'))

/** Headers with every default in place. */
export interface HeadersSettings {
  readonly cache: boolean
  readonly security: 'none' | 'basic' | 'strict'
  readonly contentSecurityPolicy?: string | undefined
  readonly rules: readonly { readonly for: string; readonly headers: Readonly<Record<string, string>> }[]
}

export const headersSchema: z.ZodMiniType<HeadersSettings> = z.strictObject({
  cache: z._default(z.boolean(), true),
  security: z._default(z.enum(['none', 'basic', 'strict'], 'none, basic or strict'), 'none'),
  contentSecurityPolicy: z.optional(value),
  rules: z._default(
    z.array(
      z.strictObject({
        for: z.string().check(z.regex(/^\/\S*$/, 'a path that starts with "/"')),
        headers: z.record(z.string().check(z.regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'a name of a header')), value),
      }),
    ),
    [],
  ),
})
