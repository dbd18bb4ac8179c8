import * as z from 'zod/mini'
import type { GitHost } from '../spec/git-host.js'

/** What the options of a linked repository have in common, whoever builds it. */
export const repositoryFields: {
  readonly host: z.ZodMiniType<GitHost>
  /** A command, or anything else in one line. */
  readonly line: z.ZodMiniType<string>
  /** Below the root of the repository. */
  readonly folder: z.ZodMiniType<string>
} = {
  host: z.custom<GitHost>((value) => typeof value?.commit === 'function', 'a git host, such as github({ … })'),
  line: z.string().check(z.regex(/^[^\p{Cc}]+$/u, 'a text that is not empty, in one line')),
  folder: z
    .string()
    .check(z.regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}\\]+$/u, 'a folder below the root of the repository')),
}
