import { OptionsError } from '../errors/options-error.js'
import type { ProjectOptions } from '../spec/project.js'
import { missingScript } from './build-command.js'
import type { HostConfig } from './host-config.js'
import type { ProjectFiles } from './project-files.js'

/** A script that no browser runs before a tool has built it. */
const sourceScript = /<script\b[^>]*\bsrc\s*=\s*["']([^"'?#]+\.(?:ts|mts|tsx|jsx|vue|svelte))["'?#]/i
/** The configuration of a tool that builds. */
const toolConfig =
  /^(?:(?:vite|astro|next|nuxt|svelte|react-router|gatsby|eleventy|docusaurus)(?:-config|\.config)\.[cm]?[jt]s|angular\.json|\.eleventy\.js)$/

/** A project without a build is published as it is, so it has to hold a page. */
export async function requirePages(
  files: ProjectFiles,
  options: ProjectOptions,
  host: HostConfig,
  hasManifest: boolean,
): Promise<void> {
  if (options.outputDirectory !== undefined || options.buildCommand === null || host.output) return
  const names = await files.names()
  if (names.includes('index.html')) {
    if (options.framework === 'static') return
    const tool = hasManifest ? undefined : names.find((name) => toolConfig.test(name))
    const script = sourceScript.exec((await files.read('index.html')) ?? '')?.[1]
    const sign = script === undefined ? tool : `index.html, which loads ${script}`
    if (sign === undefined) return
    if (hasManifest) throw missingScript(null)
    throw manifestMissing(sign)
  }
  if (hasManifest) throw missingScript(null)
  const inPublic = (await files.names('public')).includes('index.html')
  throw new OptionsError({
    code: 'project-empty',
    message: inPublic
      ? 'There is neither a package.json nor an index.html at the root; index.html is in public.'
      : 'There is neither a package.json nor an index.html at the root of the project.',
    hint: inPublic
      ? "Pass project.outputDirectory: 'public' to publish that folder, or project.root if the project is in another folder."
      : 'Add an index.html, or pass project.root if the project is in another folder.',
    details: { root: options.root ?? '.' },
  })
}

function manifestMissing(sign: string): OptionsError {
  return new OptionsError({
    code: 'package-json-missing',
    message: `The project has to be built (there is ${sign}), but it has no package.json.`,
    hint: "Add the package.json with its build script, or pass framework: 'static' to publish the files as they are.",
    details: { sign },
  })
}
