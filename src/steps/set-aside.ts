import { pathExists } from '../container/look-up.js'
import type { Container } from '../spec/container.js'
import type { Context } from '../spec/context.js'
import type { Project } from '../spec/project.js'
import { joinFolder } from './folders.js'

/** An output folder that was put out of the way of a build. */
export interface SetAside {
  /** Whether the build made the folder anew. */
  made(): Promise<boolean>
  /** After the build: the old folder goes where there is a new one, and comes back where there is none. Never throws. */
  settle(): Promise<void>
}

/** Where the old folders wait: a place that tools, watchers and commits pass over. */
const shelf = 'node_modules/.cache/tabship/previous-output'

/**
 * Moves the output of an earlier build aside, because a container tells no file's time: whatever stands there after the build
 * is of this build. Nothing is deleted before the new output stands. Gatsby's cache goes along, as it is worthless without
 * its output.
 */
export async function setAside(container: Container, project: Project, context: Context): Promise<SetAside> {
  const { root, outputDirectory } = project
  const { fs } = container
  const folders = project.framework === 'gatsby' ? [outputDirectory, '.cache'] : [outputDirectory]
  // A build that writes into the project's own folder has nothing that could be moved.
  const movable = folders.filter((folder) => folder !== '.')
  const place = (folder: string) => joinFolder(root, folder)
  const shelved = (folder: string) => joinFolder(root, `${shelf}/${folder.replaceAll('/', '__')}`)

  for (const folder of movable) {
    if (!(await pathExists(container, place(folder), context.signal))) continue
    await fs.rm(shelved(folder), { recursive: true, force: true })
    await fs.mkdir(joinFolder(root, shelf), { recursive: true })
    await fs.rename(place(folder), shelved(folder))
  }

  async function settleOne(folder: string): Promise<void> {
    if (!(await pathExists(container, shelved(folder)))) return
    if (await pathExists(container, place(folder))) await fs.rm(shelved(folder), { recursive: true, force: true })
    else await fs.rename(shelved(folder), place(folder))
  }

  return {
    made: () => pathExists(container, place(outputDirectory)),
    async settle() {
      for (const folder of movable) {
        await settleOne(folder).catch((error: unknown) => {
          const message = `the earlier output ${folder} could not be put back: ${error instanceof Error ? error.message : String(error)}`
          context.report({ type: 'warning', message, hint: `It is kept in ${shelved(folder)}.` })
        })
      }
    },
  }
}
