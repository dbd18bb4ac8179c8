import * as z from 'zod/mini'

/** The name of a branch: what git allows (git-check-ref-format), without what GitHub refuses. */
export const branchName: z.ZodMiniString = z.string().check(
  z.regex(/^[\p{L}\p{N}._/#+=@-]+$/u, 'the name of a branch, without spaces and special characters'),
  z.refine(
    (name) => name.split('/').every((part) => part !== '' && !/^[.-]|\.\.|\.$|\.lock$/.test(part)),
    'a name whose parts are not empty and neither start with "." or "-" nor end with "." or ".lock"',
  ),
  z.refine(
    (name) => !/^(HEAD|@|[0-9a-f]{40}|refs\/.*)$/.test(name),
    'the short name of a branch, such as main, and neither HEAD nor a commit',
  ),
)
