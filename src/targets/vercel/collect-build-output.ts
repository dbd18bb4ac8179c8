import * as z from 'zod/mini'
import type { Artifact, ArtifactSet } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { BuiltProject, LeaveOut } from '../../spec/host-output.js'
import { parseJson } from '../../toolkit/parse-json.js'
import { checkFunction, type FunctionSettings, functionSettings, incomplete } from './function-limits.js'
import { outputFolder } from './output-folder.js'

const settingsFile = '.func/.vc-config.json'
const staticFolder = 'static/'
const configSchema = z.looseObject({ version: z.literal(3) })

/**
 * Takes a Build Output tree as a build left it, with the paths under which Vercel takes it.
 * @returns `undefined` where there is none
 * @throws BuildError `output-incomplete`, `function-invalid` or `function-too-large`
 */
export async function collectBuildOutput(built: BuiltProject, _context: Context): Promise<ArtifactSet | undefined> {
  const names = await built.list(outputFolder)
  if (names === undefined) return undefined
  await checkConfig(built, names)
  const isServed = (path: string) => path.startsWith(staticFolder)
  const tree = await built.collect(outputFolder, rulesOf(built), isServed)
  const lost = tree.excluded.find(
    ({ path, reason }) => !isServed(path) && (reason === 'symlink' || reason === 'unreadable'),
  )
  if (lost) throw incomplete(`${lost.path} could not be read (${lost.reason})`)
  const functions = await readFunctions(tree.artifacts)
  const outside = await collectOutside(built, functions)
  for (const [name, settings] of functions)
    checkFunction(name, settings, filesOf(name, settings, tree.artifacts, outside))
  const inside = tree.artifacts.map((artifact) => ({ ...artifact, path: `${outputFolder}/${artifact.path}` }))
  const artifacts = [...inside, ...outside.values()].sort(byPath)
  const size = artifacts.reduce((sum, artifact) => sum + artifact.size, 0)
  return { artifacts, size, excluded: tree.excluded, host: 'vercel' }
}

/** What everyone may read is chosen as any output is; what runs is taken whole. */
function rulesOf({ servedRules }: BuiltProject): LeaveOut {
  return (path, isDirectory) => {
    if (path.startsWith(staticFolder)) return servedRules(path.slice(staticFolder.length), isDirectory)
    return isDirectory && (path === 'diagnostics' || path.endsWith('/.git')) ? 'tooling' : undefined
  }
}

async function checkConfig(built: BuiltProject, names: readonly string[]): Promise<void> {
  if (!names.includes('config.json')) throw incomplete('it has no config.json')
  const text = await built.readText(`${outputFolder}/config.json`)
  const config = configSchema.safeParse(parseJson(text ?? ''))
  if (!config.success) throw incomplete('its config.json is not of version 3')
}

/** The settings of each function, by its folder. */
async function readFunctions(artifacts: readonly Artifact[]): Promise<Map<string, FunctionSettings>> {
  const functions = new Map<string, FunctionSettings>()
  for (const artifact of artifacts) {
    if (!artifact.path.startsWith('functions/') || !artifact.path.endsWith(settingsFile)) continue
    const parsed = functionSettings.safeParse(parseJson(new TextDecoder().decode(await artifact.read())))
    if (!parsed.success) throw incomplete(`${artifact.path} is no description of a function`)
    functions.set(artifact.path.slice(0, -'/.vc-config.json'.length), parsed.data)
  }
  return functions
}

/** Files of the project that functions name where they stand, by path; Vercel's own client sends them the same way. */
async function collectOutside(
  built: BuiltProject,
  functions: ReadonlyMap<string, FunctionSettings>,
): Promise<ReadonlyMap<string, Artifact>> {
  const named = [...functions.values()].flatMap(({ filePathMap }) => Object.values(filePathMap ?? {}))
  const wanted = new Set(named.filter((path) => !path.startsWith(`${outputFolder}/`)))
  if (wanted.size === 0) return new Map()
  const folders = new Set<string>()
  for (const path of wanted) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      folders.add(path.slice(0, slash))
  }
  const { artifacts } = await built.collect('.', (path, isDirectory) =>
    (isDirectory ? folders : wanted).has(path) ? undefined : 'ignored',
  )
  const found = new Map(artifacts.map((artifact) => [artifact.path, artifact]))
  const missing = [...wanted].find((path) => !found.has(path))
  if (missing !== undefined) throw incomplete(`a function needs ${missing}, which is not in the project`)
  return found
}

function filesOf(
  folder: string,
  { filePathMap = {} }: FunctionSettings,
  artifacts: readonly Artifact[],
  outside: ReadonlyMap<string, Artifact>,
): ReadonlyMap<string, number> {
  const start = `${folder}/`
  const own = artifacts.filter(({ path }) => path.startsWith(start))
  const files = new Map(own.map(({ path, size }) => [path.slice(start.length), size]))
  for (const [path, source] of Object.entries(filePathMap)) files.set(path, outside.get(source)?.size ?? 0)
  return files
}

function byPath(one: Artifact, other: Artifact): number {
  return one.path < other.path ? -1 : Number(one.path > other.path)
}
