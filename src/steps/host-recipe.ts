import { collectArtifacts } from '../artifacts/collect.js'
import { OptionsError } from '../errors/options-error.js'
import type { Artifact, ArtifactSet, ContentStore } from '../spec/artifact.js'
import type { HostBuilds, HostRecipe } from '../spec/host-build.js'

/**
 * Adds the file by which a host builds the project to what is committed, or puts it in the place of one that was written before.
 * The project in the container stays as it is.
 * @throws OptionsError `workflow-taken` where the user has a file of that name
 */
export async function addRecipe(
  source: ArtifactSet,
  recipe: HostRecipe,
  {
    builds,
    store,
    signal,
  }: { readonly builds: HostBuilds; readonly store: ContentStore; readonly signal: AbortSignal },
): Promise<ArtifactSet> {
  const { path, text } = recipe
  const known = source.artifacts.find((one) => one.path === path)
  const isHidden = source.excluded.some((one) => one.path === path)
  if (isHidden || (known && !builds.ownsRecipe(await textOf(known)))) throw taken(path)
  const files = [{ path, mode: '100644', bytes: new TextEncoder().encode(text) }] as const
  const added = await collectArtifacts({ files, excluded: [], store, signal })
  const artifacts = [...source.artifacts.filter((one) => one !== known), ...added.artifacts]
  return {
    artifacts: artifacts.sort((one, other) => (one.path < other.path ? -1 : 1)),
    size: artifacts.reduce((sum, { size }) => sum + size, 0),
    excluded: source.excluded,
  }
}

async function textOf(artifact: Artifact): Promise<string> {
  return new TextDecoder().decode(await artifact.read())
}

function taken(path: string): OptionsError {
  return new OptionsError({
    code: 'workflow-taken',
    message: `The project has a file ${path} of its own, in the place of the one that builds it.`,
    hint: "Give another name: build: { where: 'actions', actions: { workflow: 'tabship-build.yml' } }.",
    details: { path },
  })
}
