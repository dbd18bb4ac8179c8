import { normalizeRoutes, type RouteInput } from '@vercel/routing-utils'
import * as z from 'zod/mini'
import { checkSettings } from './check-settings.js'
import {
  type FunctionConfig,
  type FunctionOutput,
  type Output,
  OutputError,
  type PrerenderConfig,
  readJson,
  type StaticFile,
} from './output.js'
import type { Tree, TreeFile } from './tree.js'

const root = '.vercel/output/'

const text = z.string()
const configSchema = z.object({
  version: z.literal(3),
  routes: z.optional(z.array(z.record(text, z.unknown()))),
  overrides: z.optional(z.record(text, z.object({ path: z.optional(text), contentType: z.optional(text) }))),
})

const functionSchema = z.object({
  runtime: text,
  handler: z.optional(text),
  entrypoint: z.optional(text),
  launcherType: z.optional(text),
  shouldAddHelpers: z.optional(z.boolean()),
  maxDuration: z.optional(z.union([z.number(), text])),
  environment: z.optional(z.union([z.record(text, text), z.array(z.record(text, text))])),
  filePathMap: z.optional(z.record(text, text)),
})

const prerenderSchema = z.object({
  expiration: z.union([z.number(), z.literal(false)]),
  fallback: z.optional(z.nullable(z.union([text, z.object({ fsPath: text })]))),
  bypassToken: z.optional(text),
  allowQuery: z.optional(z.array(text)),
  initialHeaders: z.optional(z.record(text, text)),
  initialStatus: z.optional(z.number()),
})

/**
 * Reads a Build Output tree (docs, "Build Output API", version 3).
 *
 * @throws OutputError that says what is wrong with it
 */
export function readPrebuilt(tree: Tree): Output {
  const config = parse(configSchema, readJson(tree, `${root}config.json`), 'config.json')
  checkSettings({ routes: config.routes ?? [] }, 'config.json')
  const { routes, error } = normalizeRoutes((config.routes ?? null) as RouteInput[] | null)
  if (error) throw new OutputError(error.code, `config.json: ${error.message} ${error.errors?.join(' ') ?? ''}`.trim())
  return {
    files: readStatic(tree, config.overrides ?? {}),
    functions: readFunctions(tree),
    routes: routes ?? [{ handle: 'filesystem' }],
  }
}

function readStatic(
  tree: Tree,
  overrides: Readonly<
    Record<string, { readonly path?: string | undefined; readonly contentType?: string | undefined }>
  >,
): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  const folder = `${root}static/`
  for (const [path, file] of tree) {
    if (!path.startsWith(folder)) continue
    const name = path.slice(folder.length)
    const override = overrides[name]
    files.set(override?.path ?? name, { ...file, name, contentType: override?.contentType })
  }
  return files
}

function readFunctions(tree: Tree): Map<string, FunctionOutput> {
  const functions = new Map<string, FunctionOutput>()
  const folder = `${root}functions/`
  for (const path of tree.keys()) {
    if (!path.startsWith(folder) || !path.endsWith('.func/.vc-config.json')) continue
    const place = path.slice(0, -'.vc-config.json'.length)
    const name = place.slice(folder.length, -'.func/'.length)
    const settings = parse(functionSchema, readJson(tree, path), path.slice(root.length))
    const files = new Map<string, TreeFile>()
    for (const [inner, file] of tree) if (inner.startsWith(place)) files.set(inner.slice(place.length), file)
    for (const [inner, source] of Object.entries(settings.filePathMap ?? {})) {
      const file = tree.get(source)
      if (!file) throw new OutputError('missing_file', `${path.slice(root.length)} names ${source}, which is not there`)
      files.set(inner, file)
    }
    const config = functionConfig(settings, name)
    if (!files.has(config.entry)) {
      throw new OutputError('missing_entrypoint', `The function "${name}" has no file ${config.entry}`)
    }
    functions.set(name, { path: name, config, files, prerender: readPrerender(tree, `${folder}${name}`) })
  }
  return functions
}

function functionConfig(settings: z.infer<typeof functionSchema>, name: string): FunctionConfig {
  const { runtime, handler, entrypoint, environment = {}, maxDuration } = settings
  const isEdge = runtime === 'edge'
  if (!isEdge && !/^nodejs\d+\.x$/.test(runtime)) {
    throw new OutputError('unsupported_runtime', `The function "${name}" has the runtime ${runtime}`)
  }
  if (!isEdge && settings.launcherType !== 'Nodejs') {
    throw new OutputError('unsupported_launcher', `The function "${name}" needs the launcherType Nodejs`)
  }
  const entry = isEdge ? (entrypoint ?? handler) : handler
  if (entry === undefined) throw new OutputError('missing_entrypoint', `The function "${name}" names no file to load`)
  const variables = Array.isArray(environment) ? Object.assign({}, ...environment) : environment
  return {
    runtime,
    entry,
    isEdge,
    shouldAddHelpers: settings.shouldAddHelpers === true,
    maxDuration: typeof maxDuration === 'number' ? maxDuration : 300,
    environment: variables as Record<string, string>,
  }
}

function readPrerender(tree: Tree, path: string): PrerenderConfig | undefined {
  const name = `${path}.prerender-config.json`
  const json = readJson(tree, name)
  if (!json) return undefined
  const settings = parse(prerenderSchema, json, name.slice(root.length))
  const fallback = typeof settings.fallback === 'string' ? settings.fallback : settings.fallback?.fsPath
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const file = fallback === undefined ? undefined : tree.get(folder + fallback)
  if (fallback !== undefined && !file) {
    throw new OutputError('missing_fallback', `${name.slice(root.length)} names ${fallback}, which is not there`)
  }
  return {
    expiration: settings.expiration,
    fallback: file,
    fallbackType: fallback ?? 'index.html',
    bypassToken: settings.bypassToken,
    allowQuery: settings.allowQuery,
    initialHeaders: settings.initialHeaders ?? {},
    initialStatus: settings.initialStatus ?? 200,
  }
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, json: unknown, name: string): z.infer<Schema> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new OutputError('invalid_build_output', `${name} is not as the Build Output API says: ${issues.join('; ')}`)
}
