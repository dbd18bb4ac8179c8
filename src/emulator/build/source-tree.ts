import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Files by path, without a slash at the start; the mode is as `stat` tells it, and a link's content is where it leads. */
export type TreeFiles = ReadonlyMap<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly mode: number }>

const typeMask = 0o170000
const link = 0o120000

/** Writes files into a folder, before something is built of them. */
export async function writeTree(files: TreeFiles, folder: string): Promise<void> {
  for (const [path, { bytes, mode }] of files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    if ((mode & typeMask) === link) await symlink(new TextDecoder().decode(bytes), file)
    else await writeFile(file, bytes, { mode: mode & 0o777 || 0o644 })
  }
}

/** Reads all files below a folder. @param prefix Put before each path. */
export async function readFolder(
  folder: string,
  prefix: string,
  files: Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly mode: number }>,
): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const kind = await kindOf(path)
    if (kind?.isDirectory) await readFolder(path, `${prefix}${name}/`, files)
    else if (kind) files.set(prefix + name, await readEntry(path, kind.mode))
  }
}

/** Reads one file, or where a link leads. */
export async function readEntry(path: string, mode: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; mode: number }> {
  const isLink = (mode & typeMask) === link
  const bytes = isLink ? new TextEncoder().encode(await readlink(path)) : new Uint8Array(await readFile(path))
  return { bytes, mode }
}

/** `undefined`: there is nothing. */
export async function kindOf(path: string): Promise<{ mode: number; isDirectory: boolean } | undefined> {
  try {
    const stats = await lstat(path)
    return { mode: stats.mode, isDirectory: stats.isDirectory() }
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) {
      return undefined
    }
    throw error
  }
}
