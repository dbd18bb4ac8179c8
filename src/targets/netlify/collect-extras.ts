import { BuildError } from '../../errors/build-error.js'
import type { Artifact, FunctionArtifact, HostExtras } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { BuiltProject } from '../../spec/host-output.js'
import { edgeFolder, frameworkEdgeFolders, frameworkFolders, packedFolder } from './output-folders.js'
import { packFunctions } from './pack-functions.js'
import { readPacked } from './packed-functions.js'

/** Below this, Netlify finds edge functions among the files (`PUBLIC_URL_PATH` in netlify-cli, `lib/edge-functions/consts`). */
const edgePath = '.netlify/internal/edge-functions'

/**
 * Takes the functions of a project: those that the build has packed, or else those in source, which are packed here.
 * @returns `undefined` where there are none
 * @throws BuildError `functions-unreadable`, `function-too-large`, `edge-functions-unbundled`, or what the packing ends with
 */
export async function collectExtras(built: BuiltProject, context: Context): Promise<HostExtras | undefined> {
  // Without a build, what stands in its folders may be as old as anything.
  const artifacts = built.isFresh ? await collectEdge(built) : []
  const packed = built.isFresh ? await readPacked(built, packedFolder) : undefined
  const functions = packed ?? (await packAll(built, context))
  return artifacts.length + functions.length > 0 ? { host: 'netlify', artifacts, functions } : undefined
}

async function collectEdge(built: BuiltProject): Promise<readonly Artifact[]> {
  if (((await built.list(edgeFolder)) ?? []).length > 0) {
    const { artifacts } = await built.collect(edgeFolder, () => undefined)
    return artifacts.map((artifact) => ({ ...artifact, path: `${edgePath}/${artifact.path}` }))
  }
  for (const folder of frameworkEdgeFolders) {
    if (((await built.list(folder)) ?? []).length > 0) throw unbundled(folder)
  }
  return []
}

/** A function of the project itself takes the place of a framework's of the same name. */
async function packAll(built: BuiltProject, context: Context): Promise<readonly FunctionArtifact[]> {
  const { functions } = built.project
  const own = functions?.host === 'netlify' ? [functions.directory] : []
  const byName = new Map<string, FunctionArtifact>()
  for (const folder of [...(built.isFresh ? frameworkFolders : []), ...own]) {
    if (((await built.list(folder)) ?? []).length === 0) continue
    for (const one of await packFunctions(built, folder, context)) byName.set(one.name, one)
  }
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}

function unbundled(folder: string): BuildError {
  return new BuildError({
    code: 'edge-functions-unbundled',
    message: `The framework left edge functions in ${folder}, which are bundled with Deno: a tab has none.`,
    hint: "Let Netlify build the project, with build: { where: 'provider' }, or switch edge rendering and edge middleware off in the framework's adapter.",
    details: { folder },
  })
}
