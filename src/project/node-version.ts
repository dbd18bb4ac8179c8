import type { PackageJson } from './package-json.js'
import type { ProjectFiles } from './project-files.js'

/** The Node version that the project asks for, as written in `.nvmrc`, `.node-version` or `engines.node`. */
export async function readNodeVersion(files: ProjectFiles, manifest: PackageJson | undefined): Promise<string | null> {
  for (const name of ['.nvmrc', '.node-version']) {
    const found = await files.first([name])
    const line = found?.text
      .split('\n')
      .map((entry) => entry.replace(/#.*/, '').trim())
      .find((entry) => entry !== '')
    if (line) return line
  }
  return manifest?.nodeVersion ?? null
}
