import * as z from 'zod/mini'
import type { DeploymentEvent } from '../spec/event.js'
import {
  commit,
  domainStatus,
  errorInfo,
  excludedFile,
  plan,
  project,
  release,
  repository,
  requestEstimate,
  result,
  settingChange,
  site,
  verification,
} from './part-schemas.js'
import { approval, hostJob, hostJobStep, hostRun } from './run-schemas.js'

const stamp = {
  sequence: z.int().check(z.nonnegative()),
  time: z.number(),
  deployment: z.string(),
  step: z.nullable(z.string()),
}

function event<Type extends string, Fields extends z.core.$ZodLooseShape>(type: Type, fields: Fields) {
  return z.object({ ...stamp, type: z.literal(type), ...fields })
}

const duration = z.number()
const count = z.int().check(z.nonnegative())
const unit = z.enum(['files', 'bytes', 'requests', 'steps'])

/**
 * The shape of every event, for checking one that came from elsewhere, over `postMessage` or from a store. Unknown fields are
 * dropped, an unknown `type` is refused; {@link parseEvent} lets it pass by.
 */
export const eventSchema: z.ZodMiniType<DeploymentEvent> = z.discriminatedUnion('type', [
  event('deployment-start', { version: z.literal(1), targets: z.array(z.string()), git: z.nullable(z.string()) }),
  event('deployment-resume', { differences: z.array(z.string()) }),
  event('project-detect', { project }),
  event('plan-create', { plan }),
  event('plan-update', {
    files: count,
    bytes: count,
    requests: z.nullable(requestEstimate),
    way: z.optional(z.string()),
    duration: z.optional(z.number()),
  }),
  event('step-start', { title: z.string() }),
  event('step-progress', { done: z.number(), total: z.number(), unit }),
  event('step-end', { duration, summary: z.string() }),
  event('step-error', { duration, error: errorInfo }),
  event('step-cancel', { duration }),
  event('step-skip', { title: z.string(), summary: z.string() }),
  event('process-start', { process: z.string(), command: z.string() }),
  event('process-output', { process: z.string(), data: z.string() }),
  event('process-end', {
    process: z.string(),
    exitCode: z.nullable(z.int()),
    reason: z.enum(['exit', 'timeout', 'idle', 'abort', 'lost']),
  }),
  event('log-line', { source: z.enum(['process', 'git', 'provider']), text: z.string() }),
  event('run-start', { host: z.string(), run: hostRun, adopted: z.boolean() }),
  event('run-job', { run: z.string(), job: hostJob }),
  event('run-step', { run: z.string(), jobStep: hostJobStep }),
  event('approval-wait', { approval }),
  event('approval-end', {
    run: z.string(),
    environments: z.array(z.string()),
    decision: z.nullable(z.enum(['approve', 'reject'])),
  }),
  event('files-exclude', { folder: z.string(), files: z.array(excludedFile) }),
  event('files-collect', { folder: z.string(), files: count, bytes: count }),
  event('files-optimize', { files: count, before: count, after: count, skipped: count }),
  event('repository-ready', { repository }),
  event('setting-ready', settingChange),
  event('commit-ready', { commit }),
  event('site-ready', { target: z.string(), site }),
  event('upload-start', { target: z.string(), files: count, bytes: count }),
  event('release-state', { target: z.string(), id: z.string(), state: z.string() }),
  event('release-create', { release }),
  event('release-verify', { verification }),
  event('release-switch', { release, way: z.enum(['promote', 'restore']) }),
  event('domain-status', { status: domainStatus }),
  event('request-retry', {
    provider: z.string(),
    purpose: z.string(),
    attempt: count,
    until: z.number(),
    reason: z.string(),
  }),
  event('request-wait', { provider: z.string(), purpose: z.string(), until: z.number(), reason: z.string() }),
  event('network-offline', {}),
  event('network-online', { duration }),
  event('journal-set-aside', { entry: z.string(), reason: z.enum(['corrupt', 'newer']), message: z.string() }),
  event('transport-change', { provider: z.string(), transport: z.string(), reason: z.string() }),
  event('warning', { code: z.string(), message: z.string(), hint: z.string() }),
  z.discriminatedUnion('outcome', [
    event('deployment-end', { outcome: z.literal('success'), result, duration }),
    event('deployment-end', { outcome: z.enum(['failure', 'canceled']), error: errorInfo, duration }),
  ]),
])

/**
 * Checks an event that came from elsewhere. The union grows: what sends it may be of a newer version than what reads it.
 * @returns `null` for an event of a type that this version does not know, which a reader does best to pass over.
 * @throws the error of the schema for a value that is no event
 */
export function parseEvent(value: unknown): DeploymentEvent | null {
  const { success, data, error } = z.safeParse(eventSchema, value)
  if (success) return data
  const { type } = (value ?? {}) as { type?: unknown }
  const unknownType =
    typeof type === 'string' && error.issues.every(({ path }) => path.length === 1 && path[0] === 'type')
  if (unknownType) return null
  throw error
}
