import * as z from 'zod/mini'
import type { Artifact, ArtifactSet, FunctionArtifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { NetlifyApi } from './api.js'

/** What is told of a function, as {@link FunctionArtifact.settings} has it. */
export interface FunctionSettings {
  /** As the API names it: `nodejs22.x`, `js`. */
  readonly runtime: string
  /** Cron expression. */
  readonly schedule?: string | undefined
  readonly invocationMode?: string | undefined
  /** Seconds. */
  readonly timeout?: number | undefined
  /** Its entry in `functions_config`. */
  readonly config?: Readonly<Record<string, unknown>> | undefined
}

const text = z.optional(z.string())
const settingsSchema: z.ZodMiniType<FunctionSettings> = z.object({
  runtime: z.string(),
  schedule: text,
  invocationMode: text,
  timeout: z.optional(z.number()),
  config: z.optional(z.record(z.string(), z.unknown())),
})

/** The set with the files that Netlify reads and does not serve among its files. */
export function withHostFiles(set: ArtifactSet): ArtifactSet {
  const more = set.extras?.host === 'netlify' ? set.extras.artifacts : []
  if (more.length === 0) return set
  const size = more.reduce((sum, artifact) => sum + artifact.size, set.size)
  return { ...set, artifacts: [...set.artifacts, ...more], size }
}

/** The functions of a set. */
export function functionsOf({ extras }: ArtifactSet): readonly FunctionArtifact[] {
  return extras?.host === 'netlify' ? extras.functions : []
}

/** What a request for a deployment says of its functions. */
export function functionsBody(set: ArtifactSet): Readonly<Record<string, unknown>> {
  const functions = functionsOf(set).map((one) => ({ ...one, settings: settingsSchema.parse(one.settings) }))
  if (functions.length === 0) return {}
  const schedules = functions.flatMap(({ name, settings: { schedule } }) =>
    schedule === undefined ? [] : [{ name, cron: schedule }],
  )
  const configs = functions.flatMap(({ name, settings: { config } }) => (config ? [[name, config] as const] : []))
  return {
    functions: Object.fromEntries(functions.map(({ name, sha256 }) => [name, sha256])),
    ...(schedules.length > 0 && { function_schedules: schedules }),
    ...(configs.length > 0 && { functions_config: Object.fromEntries(configs) }),
  }
}

/** What tells functions from others, in lines. */
export function functionLines(set: ArtifactSet): string[] {
  return functionsOf(set).map(({ name, sha256, settings }) => `${name}\0${sha256}\0${JSON.stringify(settings)}\n`)
}

/** All that may have to be sent, each under the digest by which Netlify asks for it: SHA-1 of a file, SHA-256 of an archive. */
export function sendable(set: ArtifactSet): readonly Artifact[] {
  const archives = functionsOf(set).map(({ name, archive, sha256 }) => ({ ...archive, path: name, sha1: sha256 }))
  return archives.length === 0 ? set.artifacts : [...set.artifacts, ...archives]
}

/** Sends an archive for each function that it is the archive of. */
export async function putFunctions(
  api: NetlifyApi,
  deploy: string,
  functions: readonly FunctionArtifact[],
  { bytes: body, onRetry }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly onRetry: () => void },
  context: Context,
): Promise<void> {
  for (const { name, settings } of functions) {
    const { runtime, invocationMode, timeout } = settingsSchema.parse(settings)
    const query = new URLSearchParams({ runtime })
    if (invocationMode !== undefined) query.set('invocation_mode', invocationMode)
    if (timeout !== undefined) query.set('timeout', String(timeout))
    const path = `/deploys/${deploy}/functions/${encodeURIComponent(name)}?${query}`
    await api.json(context, z.object({}), `upload the function ${name}`, 'PUT', path, {
      body,
      headers: { 'content-type': 'application/octet-stream' },
      // 50 KB/s, the slowest upload that is worth waiting for.
      timeLimit: 60_000 + body.length / 50,
      onRetry,
    })
  }
}
