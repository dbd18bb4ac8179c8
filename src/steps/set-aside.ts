import { pathExists, readText } from '../container/look-up.js'
import { joinPath } from '../container/normalize-path.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import type { Project } from '../spec/project.js'

/** The output of an earlier build, out of the way of the next one. */
export interface SetAside {
  /** Whether the output folder could be moved: only then its being there after the build proves that the build made it. */
  readonly moved: boolean
  /**
   * After the build. Where it went well, the old folder goes once there is a new one; otherwise it comes back over whatever the
   * build left. Never throws.
   */
  settle(built: boolean): Promise<void>
}

/** Where the old folders wait: a place that tools, watchers and commits pass over. */
const shelf = 'node_modules/.cache/tabship/previous-output'

/**
 * Moves the output of an earlier build aside, because a container tells no file's time: whatever stands there after the build
 * is of this build. Only a folder that holds no source is moved: one that the framework's own tool makes, or that .gitignore
 * names. Gatsby's cache goes along, as it is worthless without its output.
 * @param hostFolders Folders that builds write for the targets' hosts, which hold no source either.
 */
export async function setAside(
  container: Container,
  project: Project,
  hostFolders: readonly string[],
  context: Context,
): Promise<SetAside> {
  const { root, outputDirectory } = project
  const { fs } = container
  const place = (folder: string) => joinPath(root, folder)
  const shelved = (folder: string) => joinPath(root, `${shelf}/${folder.replaceAll('/', '__')}`)
  const isBuilt = hostFolders.includes(outputDirectory) || project.ownsOutput
  const moved = outputDirectory !== '.' && (isBuilt || (await isIgnored(container, project, context.signal)))
  const own = [...(moved ? [outputDirectory] : []), ...(moved && project.framework === 'gatsby' ? ['.cache'] : [])]
  const folders = [...new Set([...own, ...hostFolders])]
  for (const folder of folders) {
    if (!(await pathExists(container, place(folder), context.signal))) continue
    await fs.rm(shelved(folder), { recursive: true, force: true })
    await fs.mkdir(joinPath(root, shelf), { recursive: true })
    await fs.rename(place(folder), shelved(folder))
  }

  async function settleOne(folder: string, built: boolean): Promise<void> {
    if (!(await pathExists(container, shelved(folder)))) return
    const isNew = await pathExists(container, place(folder))
    // What an earlier build left for a host must not pass for the work of this one.
    if (built && (isNew || hostFolders.includes(folder)))
      return fs.rm(shelved(folder), { recursive: true, force: true })
    if (isNew) await fs.rm(place(folder), { recursive: true, force: true })
    await fs.rename(shelved(folder), place(folder))
  }

  return {
    moved,
    async settle(built) {
      for (const folder of folders) {
        await settleOne(folder, built).catch((error: unknown) => {
          const message = `The earlier output ${folder} could not be put back: ${error instanceof Error ? error.message : String(error)}.`
          context.report({
            type: 'warning',
            code: 'output-not-restored',
            message,
            hint: `It is kept in ${shelved(folder)}.`,
          })
        })
      }
    },
  }
}

/** Whether a .gitignore between the project's root and the output folder names that folder. */
async function isIgnored(container: Container, project: Project, signal: AbortSignal): Promise<boolean> {
  const { root, outputDirectory } = project
  const names = outputDirectory.split('/')
  const folders = names.map((_, depth) => (depth === 0 ? '.' : names.slice(0, depth).join('/')))
  const gitignores = new Map<string, string>()
  for (const folder of folders) {
    const text = await readText(container, joinPath(root, joinPath(folder, '.gitignore')), signal)
    if (text !== undefined) gitignores.set(folder, text)
  }
  const { sourceRules } = await import('./collect-folder.js')
  const rules = sourceRules({ gitignores, outputDirectory: null })
  return names.some((_, depth) => rules(names.slice(0, depth + 1).join('/'), true) === 'ignored')
}
