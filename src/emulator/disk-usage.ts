import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Objects up to which looking at one file after the other is faster than a process of git. */
const most = 100

/**
 * Kilobytes that the objects of a repository take on disk, as `git count-objects -v` adds them up: the blocks of those that are
 * files of their own, and the bytes of packs with their indexes.
 *
 * @returns `undefined` where there are many.
 */
export async function diskUsageOf(repository: string): Promise<number | undefined> {
  const folder = join(repository, 'objects')
  const names = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => /^[0-9a-f]{2}$/.test(name))
  const listed = await Promise.all(
    names.map(async ({ name }) => (await readdir(join(folder, name))).map((file) => join(folder, name, file))),
  )
  const loose = listed.flat().filter((file) => /[\\/][0-9a-f]{38}$/.test(file))
  const packs = (await readdir(join(folder, 'pack'))).filter((file) => /^pack-.*\.(?:pack|idx)$/.test(file))
  if (loose.length + packs.length > most || packs.length % 2 > 0) return undefined
  const blocks = await Promise.all(loose.map(async (file) => (await stat(file)).blocks * 512))
  const bytes = await Promise.all(packs.map(async (file) => (await stat(join(folder, 'pack', file))).size))
  return kilobytes(blocks) + kilobytes(bytes)
}

function kilobytes(sizes: readonly number[]): number {
  return Math.floor(sizes.reduce((sum, size) => sum + size, 0) / 1024)
}
