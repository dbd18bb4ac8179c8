import { OptionsError } from '../errors/options-error.js'
import { type Command, findCommand } from './build-script.js'
import { type Framework, frameworks, otherFrameworks, viteLibraries } from './frameworks.js'
import type { PackageJson } from './package-json.js'

/**
 * The framework whose package is installed. Where several are, the build's commands decide, then the order of the table;
 * where none is (a workspace may keep it elsewhere), the build's commands alone.
 * @throws OptionsError `framework-unknown` for a framework that is known not to be read.
 */
export function chooseFramework(manifest: PackageJson, commands: readonly Command[]): Framework | undefined {
  for (const [dependency, name] of otherFrameworks) if (manifest.dependencies.has(dependency)) throw unknown(name)
  const builds = (framework: Framework): boolean =>
    framework.commands.some((command) => findCommand(commands, command) !== undefined)
  const installed = frameworks.filter(({ packages }) => packages.some((name) => manifest.dependencies.has(name)))
  // From the end: `vite build` alone means Vite, not what else builds with it.
  if (installed.length === 0) return frameworks.filter(builds).at(-1)
  return installed.find(builds) ?? installed[0]
}

/**
 * The framework that an option names.
 * @throws OptionsError `framework-unknown`
 */
export function namedFramework(id: string): Framework {
  const named = frameworks.find((framework) => framework.id === id)
  if (named) return named
  throw unknown(id)
}

/** The error for a project whose output can't be told. */
export function unknown(name: string | null): OptionsError {
  return new OptionsError({
    code: 'framework-unknown',
    message: name
      ? `Where ${name} puts its output can't be told from its files.`
      : 'package.json has a build script, but of no framework that is known.',
    hint: `Pass outputDirectory: the folder that the build writes. Known are ${frameworks.map(({ id }) => id).join(', ')}.`,
    details: { framework: name },
  })
}

/** The framework's name, for Vite with the library that the project is written with. */
export function displayName(framework: Framework, manifest: PackageJson): string {
  const library = viteLibraries.find(([dependency]) => manifest.dependencies.has(dependency))
  return framework.id === 'vite' && library ? `${framework.name} (${library[1]})` : framework.name
}
