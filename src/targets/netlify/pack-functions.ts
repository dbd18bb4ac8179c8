import * as z from 'zod/mini'
import type { FunctionArtifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { BuiltProject } from '../../spec/host-output.js'
import { parseJson } from '../../toolkit/parse-json.js'
import { readPacked } from './packed-functions.js'

const packer = '@netlify/zip-it-and-ship-it'
/** Later ones need a newer Node than containers may have. */
const packerVersion = '14.7.1'
const manifestSchema = z.object({ bin: z.optional(z.union([z.string(), z.record(z.string(), z.string())])) })
const configSchema = z.object({ version: z.literal(1), config: z.record(z.string(), z.unknown()) })
const shelf = 'node_modules/.cache/tabship/functions'

/** Packs the functions of a folder with Netlify's own tool: the project's copy of it, or one that is fetched. */
export async function packFunctions(
  built: BuiltProject,
  folder: string,
  context: Context,
): Promise<readonly FunctionArtifact[]> {
  const target = `${shelf}/${folder.replaceAll('/', '__')}`
  await built.remove(target)
  const config = { ...built.project.functions?.settings, ...(await readConfigFiles(built, folder)) }
  const options = ['--manifest', `${target}/manifest.json`, '--config', JSON.stringify(config)]
  const [program, ...first] = await callOf(built)
  context.report({ type: 'log-line', source: 'process', text: `Packing the functions in ${folder}` })
  await built.run(program, [...first, folder, target, ...options])
  const functions = await readPacked(built, target)
  await built.remove(target)
  return functions ?? []
}

/** The project's own copy of the tool, or one that npm fetches. */
async function callOf(built: BuiltProject): Promise<readonly [string, ...string[]]> {
  const text = await built.readText(`node_modules/${packer}/package.json`)
  const parsed = text === undefined ? undefined : manifestSchema.safeParse(parseJson(text))
  const bin = parsed?.data?.bin
  const file = typeof bin === 'string' ? bin : bin?.[packer.slice(packer.indexOf('/') + 1)]
  return file === undefined
    ? ['npx', '--yes', `${packer}@${packerVersion}`]
    : ['node', `node_modules/${packer}/${file.replace(/^\.\//, '')}`]
}

/** What frameworks say of their functions in files beside them: `<name>.json`, or `<name>/<name>.json`. */
async function readConfigFiles(built: BuiltProject, folder: string): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {}
  for (const entry of (await built.list(folder)) ?? []) {
    const name = entry.replace(/\.json$/, '')
    const place = name === entry ? `${folder}/${name}` : folder
    if (!(await built.list(place))?.includes(`${name}.json`)) continue
    const text = await built.readText(`${place}/${name}.json`)
    const { data } = configSchema.safeParse(parseJson(text ?? ''))
    if (data) settings[name] = data.config
  }
  return settings
}
