import { hostBuildOf } from './build-options.js'
import { normalizePath } from './container/normalize-path.js'
import type { Settings } from './deploy-settings.js'
import type { Step } from './engine/step.js'
import type { Facts, Given } from './graph.js'
import type { ArtifactSet, ContentStore } from './spec/artifact.js'
import type { Commit, Repository } from './spec/git-host.js'
import type { Project } from './spec/project.js'
import { fetchOutputStep } from './steps/fetch-output.js'
import { folderBelow } from './steps/folder-below.js'
import { hostBuildStep } from './steps/host-build.js'
import { hostOutputsOf } from './steps/host-outputs.js'
import { rulesFilesOf } from './steps/rules.js'

/** Puts the file by which the git host builds the project into what is committed, where it is to build it. */
export async function addHostRecipe(
  settings: Settings,
  { project, source }: { readonly project: Project; readonly source: ArtifactSet },
  store: ContentStore,
  signal: AbortSignal,
): Promise<ArtifactSet> {
  const host = hostBuildOf(settings)
  if (!host || project.buildCommand === null) return source
  const { addRecipe } = await import('./steps/host-recipe.js')
  const { builds, actions } = host
  const { container, commit, build } = settings
  const { env, secrets, timeLimit } = build
  const recipe = builds.recipe({
    ...{ project, env, secrets, timeLimit },
    folder: folderBelow(normalizePath(container, commit.root), project.root),
    paths: source.artifacts.map(({ path }) => path),
    file: actions.workflow,
    environment: actions.environment,
    machine: actions.machine,
  })
  return addRecipe(source, recipe, { builds, store, signal })
}

/** The steps of a build on the git host's own machines, which come after the commit. */
export interface HostedBuild {
  /** @returns the steps in their order, and the last one where it brings the output back. */
  after(needs: { repository: Step<Repository>; commit: Step<Commit> }): {
    readonly steps: readonly Step<unknown>[]
    readonly artifacts: Step<ArtifactSet> | undefined
  }
}

/** @returns `undefined` where there is nothing to build, or the container does. */
export function hostedBuild(settings: Settings, { project }: Facts, given: Given): HostedBuild | undefined {
  const host = hostBuildOf(settings)
  if (!host || project.buildCommand === null) return undefined
  const { builds, actions } = host
  const { targets, commit, files, onApproval, build } = settings
  const isWanted = targets.length > 0 || commit.content === 'both'
  return {
    after(needs) {
      const { deployment, store } = given
      const { workflow: file, environment } = actions
      const options = { builds, project, file, environment, secrets: build.secrets, deployment, onApproval }
      const run = hostBuildStep(options, needs, [])
      if (!isWanted) return { steps: [run], artifacts: undefined }
      const fetching = {
        ...files,
        store,
        builds,
        targets,
        reads: rulesFilesOf(targets),
        outputs: hostOutputsOf(targets),
      }
      const artifacts = fetchOutputStep(fetching, project, { run })
      return { steps: [run, artifacts], artifacts }
    },
  }
}
