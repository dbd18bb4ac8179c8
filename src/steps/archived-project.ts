import { outputRules } from '../artifacts/ignore-rules.js'
import { zipEntries } from '../container/zip-entries.js'
import { BuildError } from '../errors/build-error.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { BuiltProject } from '../spec/host-output.js'
import type { Project } from '../spec/project.js'
import { collectArchive } from './collect-archive.js'
import type { OutputOptions } from './output.js'

/** A built project of which only the output folder came back, as an archive. */
export function archivedProject(
  { exclude, sourceMaps, store }: Omit<OutputOptions, 'container'>,
  project: Project,
  zip: Uint8Array<ArrayBuffer>,
  context: Context,
): BuiltProject {
  const { outputDirectory: root } = project
  const entries = zipEntries(zip) ?? new Map()
  const names = [...entries.keys()].map((path) => path.split('/', 1)[0] ?? path)
  const nothing: ArtifactSet = { artifacts: [], size: 0, excluded: [] }
  return {
    project,
    isFresh: true,
    list: async (folder) => (folder === root ? [...new Set(names)] : undefined),
    readText: async (path) => {
      const entry = path.startsWith(`${root}/`) ? entries.get(path.slice(root.length + 1)) : undefined
      return entry && new TextDecoder().decode(entry.read())
    },
    servedRules: outputRules({ sourceMaps, exclude }),
    collect: async (folder, rules, isSeen = () => false) =>
      folder === root ? collectArchive({ zip, folder, rules, store, isSeen }, context) : nothing,
    run: (program) => Promise.reject(noContainer(program)),
    remove: async () => undefined,
  }
}

function noContainer(program: string): BuildError {
  return new BuildError({
    code: 'command-failed',
    message: `"${program}" can't run: the project was built elsewhere.`,
    hint: "Build in the tab (build.where: 'container'), or let the provider build (build.where: 'provider').",
  })
}
