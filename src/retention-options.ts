import * as z from 'zod/mini'
import type { Retention } from './spec/storage.js'

const day = 24 * 60 * 60_000

/** How long deployments are remembered, as it is given in options: each part may be missing. */
export const retentionSchema: z.ZodMiniType<Retention> = z.prefault(
  z.strictObject({
    count: z._default(z.int().check(z.nonnegative('a number of deployments from 0')), 20),
    age: z._default(z.number().check(z.nonnegative('a number of milliseconds from 0')), 30 * day),
  }),
  {},
)
