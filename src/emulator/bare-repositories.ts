import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Git } from './git-process.js'

/** What every repository of a provider has. */
export interface RepositoryTemplate {
  /** Text of git's configuration. */
  readonly config: string
  /** Scripts of server-side hooks by their names. */
  readonly hooks: Readonly<Record<string, string>>
}

/** A repository to copy, with what is in it. */
interface Model {
  readonly path: string
  readonly folders: readonly string[]
  readonly files: readonly string[]
}

/**
 * Makes bare repositories whose default branch is `main`. Git makes the first; what it made is copied for each, which is faster.
 *
 * @param folder where the first goes and what git makes it from; it need not be there
 * @returns makes one in a folder
 */
export function createBareRepositories(
  git: Git,
  folder: string,
  { config, hooks }: RepositoryTemplate,
): (path: string) => Promise<void> {
  let first: Promise<Model> | undefined

  async function makeFirst(): Promise<Model> {
    const template = join(folder, 'template')
    const path = join(folder, 'first.git')
    await mkdir(join(template, 'hooks'), { recursive: true })
    await mkdir(path)
    await writeFile(join(template, 'config'), config)
    for (const [name, script] of Object.entries(hooks)) {
      await writeFile(join(template, 'hooks', name), script)
      await chmod(join(template, 'hooks', name), 0o755)
    }
    await git.run(path, ['init', '--bare', '--quiet', '--initial-branch=main', `--template=${template}`])
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const names = (isFolder: boolean): string[] =>
      entries
        .filter((entry) => entry.isDirectory() === isFolder)
        .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    return { path, folders: names(true), files: names(false) }
  }

  return async (path) => {
    first ??= makeFirst()
    const model = await first
    await Promise.all(model.folders.map((name) => mkdir(join(path, name), { recursive: true })))
    await Promise.all(model.files.map((name) => copyFile(join(model.path, name), join(path, name))))
  }
}
