import * as z from 'zod/mini'
import type { Value } from './expressions/values.js'
import type { Workflow } from './workflow.js'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const text = z.union([z.string(), z.number(), z.boolean()])
const texts = z.record(z.string(), scalar)
const names = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
)
const json: z.ZodMiniType<Value> = z.lazy(() => z.union([scalar, z.array(json), z.record(z.string(), json)]))

const access = z.enum(['read', 'write', 'none'])
const permissions = z.union([z.enum(['read-all', 'write-all']), z.record(z.string(), access), z.null()])
const defaults = z.strictObject({
  run: z.optional(z.strictObject({ shell: z.optional(z.string()), 'working-directory': z.optional(z.string()) })),
})
const concurrency = z.union([
  z.string(),
  z.strictObject({ group: z.string(), 'cancel-in-progress': z.optional(z.union([z.boolean(), z.string()])) }),
])

const step = z.strictObject({
  id: z.optional(z.string().check(z.regex(/^[a-z_][\w-]*$/i, 'an identifier'))),
  name: z.optional(text),
  if: z.optional(scalar),
  run: z.optional(z.string()),
  uses: z.optional(z.string()),
  with: z.optional(texts),
  env: z.optional(texts),
  shell: z.optional(z.string()),
  'working-directory': z.optional(z.string()),
  'continue-on-error': z.optional(z.union([z.boolean(), z.string()])),
  'timeout-minutes': z.optional(z.union([z.number(), z.string()])),
})

const job = z.strictObject({
  name: z.optional(text),
  needs: z.optional(names),
  if: z.optional(scalar),
  'runs-on': z.optional(json),
  environment: z.optional(z.union([z.string(), z.strictObject({ name: z.string(), url: z.optional(z.string()) })])),
  permissions: z.optional(permissions),
  outputs: z.optional(texts),
  env: z.optional(texts),
  defaults: z.optional(defaults),
  strategy: z.optional(
    z.strictObject({
      matrix: z.optional(z.union([z.string(), z.record(z.string(), json)])),
      'fail-fast': z.optional(z.union([z.boolean(), z.string()])),
      'max-parallel': z.optional(z.union([z.number(), z.string()])),
    }),
  ),
  'continue-on-error': z.optional(z.union([z.boolean(), z.string()])),
  'timeout-minutes': z.optional(z.union([z.number(), z.string()])),
  concurrency: z.optional(concurrency),
  steps: z.optional(z.array(step)),
  // What GitHub knows and the emulator does not run.
  uses: z.optional(z.string()),
  with: z.optional(texts),
  secrets: z.optional(z.unknown()),
  container: z.optional(z.unknown()),
  services: z.optional(z.unknown()),
})

const filters = z.nullable(
  z.strictObject({
    branches: z.optional(names),
    'branches-ignore': z.optional(names),
    tags: z.optional(names),
    'tags-ignore': z.optional(names),
    paths: z.optional(names),
    'paths-ignore': z.optional(names),
    types: z.optional(names),
  }),
)
const input = z.nullable(
  z.strictObject({
    description: z.optional(text),
    required: z.optional(z.boolean()),
    default: z.optional(scalar),
    type: z.optional(z.enum(['string', 'boolean', 'choice', 'number', 'environment'])),
    options: z.optional(z.array(text)),
    deprecationMessage: z.optional(z.string()),
  }),
)
const dispatch = z.nullable(z.strictObject({ inputs: z.optional(z.nullable(z.record(z.string(), input))) }))
const events = z.looseObject({
  push: z.optional(filters),
  pull_request: z.optional(filters),
  workflow_dispatch: z.optional(dispatch),
})
const on = z.pipe(
  z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  z.transform((value): unknown => {
    if (typeof value === 'string') return { [value]: null }
    return Array.isArray(value) ? Object.fromEntries(value.map((name) => [name, null])) : value
  }),
)

/** A workflow file, as https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax describes it. */
export const workflowSchema: z.ZodMiniType<Workflow> = z.strictObject({
  name: z.optional(text),
  'run-name': z.optional(text),
  on: z.pipe(on, events),
  env: z.optional(texts),
  defaults: z.optional(defaults),
  permissions: z.optional(permissions),
  concurrency: z.optional(concurrency),
  jobs: z.record(z.string().check(z.regex(/^[a-z_][\w-]*$/i, 'an identifier')), job),
})
