import * as z from 'zod/mini'

/** What plans, events and results may call a target. */
export const targetName: z.ZodMiniType<string> = z
  .string()
  .check(
    z.regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'a name of lower-case letters, digits and hyphens, at most 32'),
  )
