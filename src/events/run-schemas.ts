import * as z from 'zod/mini'
import type { HostApproval, HostJob, HostJobStep, HostRun } from '../spec/host-build.js'

/** The parts that events of a host's builds are made of. Each schema is held to its type in `spec/` by the compiler. */

export const hostRun: z.ZodMiniType<HostRun> = z.object({
  id: z.string(),
  repository: z.string(),
  attempt: z.number(),
  url: z.string(),
})

const times = { startedAt: z.nullable(z.number()), endedAt: z.nullable(z.number()) }

export const hostJob: z.ZodMiniType<HostJob> = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  conclusion: z.nullable(z.string()),
  url: z.nullable(z.string()),
  ...times,
})

export const hostJobStep: z.ZodMiniType<HostJobStep> = z.object({
  job: z.string(),
  number: z.number(),
  name: z.string(),
  state: z.string(),
  conclusion: z.nullable(z.string()),
  ...times,
})

export const approval: z.ZodMiniType<HostApproval> = z.object({
  run: z.string(),
  environments: z.array(z.string()),
  reviewers: z.array(z.string()),
  canDecide: z.boolean(),
  until: z.nullable(z.number()),
  url: z.string(),
})
