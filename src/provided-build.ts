import { normalizePath } from './container/normalize-path.js'
import type { Settings } from './deploy-settings.js'
import type { Project } from './spec/project.js'
import type { ProviderBuild } from './spec/target.js'
import { folderBelow } from './steps/folder-below.js'

/**
 * What the providers build, on their own machines; `undefined` where there is nothing to build, or somebody else does.
 * @throws OptionsError `options-invalid` where the project is no part of what is sent
 */
export function providedBuild(
  { build, container, commit }: Settings,
  project: Project,
): Omit<ProviderBuild, 'source'> | undefined {
  if (build.where !== 'provider' || project.buildCommand === null) return undefined
  return { project, folder: folderBelow(normalizePath(container, commit.root), project.root), env: build.env }
}
