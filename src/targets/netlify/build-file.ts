import type { Artifact } from '../../spec/artifact.js'
import type { ProviderBuild } from '../../spec/target.js'
import { fileOf } from '../../toolkit/file-of.js'
import type { BuiltSite } from './build-settings.js'
import { completeBuild } from './complete-toml.js'

const fileName = 'netlify.toml'

/**
 * The source that is sent, with a `netlify.toml` that says how it is built. The settings of the site may be made for something else,
 * and stay as they are: those of the file go before them. What the project's own file says stays, too.
 *
 * Source: docs.netlify.com, "File-based configuration": Netlify looks for the file in the base directory first, then at the root.
 */
export async function withBuildFile(
  artifacts: readonly Artifact[],
  { project, folder }: Pick<ProviderBuild, 'project' | 'folder'>,
  { build_settings: settings }: BuiltSite,
): Promise<readonly Artifact[]> {
  const base = folder === '.' ? undefined : folder
  // Netlify takes what is empty for what is not given: `:` does nothing, and `/` is the root.
  const command = project.buildCommand ?? (settings?.cmd ? ':' : undefined)
  const place = base ?? (settings?.base ? '/' : undefined)
  const own = base !== undefined && artifacts.some(({ path }) => path === `${base}/${fileName}`)
  const how = { ...(command !== undefined && { command }), publish: project.outputDirectory }
  const where = place === undefined ? {} : { base: place }
  const files = own ? { [`${base}/${fileName}`]: how, [fileName]: where } : { [fileName]: { ...where, ...how } }
  const completed = new Map<string, Artifact>()
  for (const [path, wanted] of Object.entries(files)) {
    const known = artifacts.find((one) => one.path === path)
    // A link says itself where the file is.
    if (known?.mode === '120000') continue
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await known?.read())
    const complete = completeBuild(text, wanted)
    if (complete !== text) completed.set(path, { ...(await fileOf(path, complete)), mode: known?.mode ?? '100644' })
  }
  return [...artifacts.filter(({ path }) => !completed.has(path)), ...completed.values()]
}
