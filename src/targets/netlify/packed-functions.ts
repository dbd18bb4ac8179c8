import * as z from 'zod/mini'
import { BuildError } from '../../errors/build-error.js'
import type { Artifact, FunctionArtifact } from '../../spec/artifact.js'
import type { BuiltProject } from '../../spec/host-output.js'
import { parseJson } from '../../toolkit/parse-json.js'
import { toHex } from '../../toolkit/to-hex.js'

/** Bytes of an archive (docs, "Functions overview": the limit of AWS Lambda). */
const mostBytes = 50 * 1024 * 1024

const text = z.optional(z.nullable(z.string()))
const route = z.looseObject({ pattern: z.string(), literal: text, expression: text })
/** The manifest that Netlify's own tools write, as far as the API takes what it says. */
const manifestSchema = z.object({
  functions: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      runtime: z.string(),
      runtimeVersion: text,
      schedule: text,
      invocationMode: text,
      timeout: z.optional(z.nullable(z.number())),
      displayName: text,
      generator: text,
      routes: z.optional(z.array(route)),
      excludedRoutes: z.optional(z.array(route)),
      buildData: z.optional(z.record(z.string(), z.unknown())),
      priority: z.optional(z.number()),
      memory: z.optional(z.number()),
      region: text,
      vcpu: z.optional(z.number()),
      eventSubscriptions: z.optional(z.array(z.string())),
      trafficRules: z.optional(z.record(z.string(), z.unknown())),
    }),
  ),
})
type Packed = z.infer<typeof manifestSchema>['functions'][number]

/**
 * Takes archives from a folder, by the manifest that lies beside them.
 * @returns `undefined` where there is no manifest
 * @throws BuildError `functions-unreadable` or `function-too-large`
 */
export async function readPacked(
  built: BuiltProject,
  folder: string,
): Promise<readonly FunctionArtifact[] | undefined> {
  const manifest = await built.readText(`${folder}/manifest.json`)
  if (manifest === undefined) return undefined
  const parsed = manifestSchema.safeParse(parseJson(manifest))
  if (!parsed.success) throw unreadable(folder, 'its manifest.json is not what Netlify’s tools write')
  const { functions } = parsed.data
  const archives = new Set(functions.map(({ path }) => nameOf(path)))
  const { artifacts } = await built.collect(folder, (path, isDirectory) =>
    !isDirectory && archives.has(path) ? undefined : 'ignored',
  )
  const byName = new Map(artifacts.map((artifact) => [artifact.path, artifact]))
  return Promise.all(
    functions.map(async (one) => {
      const archive = byName.get(nameOf(one.path))
      if (!archive?.path.endsWith('.zip')) throw unreadable(folder, `there is no archive of ${one.name}`)
      if (archive.size > mostBytes) throw tooLarge(one.name, archive.size)
      return { name: one.name, archive, sha256: await sha256(archive), settings: settingsOf(one) }
    }),
  )
}

/** As netlify-cli tells the API (`utils/deploy/hash-fns`): nulls and what is empty are left out. */
function settingsOf(one: Packed): Record<string, unknown> {
  const config = compact({
    display_name: one.displayName,
    generator: one.generator,
    build_data: one.buildData,
    routes: one.routes,
    excluded_routes: one.excludedRoutes,
    priority: one.priority,
    memory: one.memory,
    region: one.region,
    vcpu: one.vcpu,
    event_subscriptions: one.eventSubscriptions,
    traffic_rules: one.trafficRules && trafficOf(one.trafficRules),
  })
  return compact({
    runtime: one.runtimeVersion ?? one.runtime,
    schedule: one.schedule,
    invocationMode: one.invocationMode,
    timeout: one.timeout,
    config,
  })
}

const limitNames: Readonly<Record<string, string>> = {
  rateLimitConfig: 'rate_limit_config',
  windowSize: 'window_size',
  windowLimit: 'window_limit',
}

function trafficOf(rules: unknown): unknown {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) return rules
  return Object.fromEntries(Object.entries(rules).map(([key, value]) => [limitNames[key] ?? key, trafficOf(value)]))
}

function compact(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isSet = (value: unknown) =>
    value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0)
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isSet(value)))
}

/** The manifest has the machine's own paths. */
function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

async function sha256(archive: Artifact): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-256', await archive.read()))
}

function unreadable(folder: string, reason: string): BuildError {
  return new BuildError({
    code: 'functions-unreadable',
    message: `The functions in ${folder} can't be read: ${reason}.`,
    hint: 'Build again, with a version of Netlify’s tools that is up to date.',
    details: { folder, reason },
  })
}

function tooLarge(name: string, size: number): BuildError {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024)
  return new BuildError({
    code: 'function-too-large',
    message: `The function ${name} has ${megabytes(size)} MB once it is packed; Netlify takes ${megabytes(mostBytes)} MB.`,
    hint: 'Let it import less, or split it.',
    details: { function: name, size, limit: mostBytes },
  })
}
