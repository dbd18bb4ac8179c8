import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Left behind by whoever has tried the project by hand; not part of it. */
const made = /^(node_modules|dist)(\/|$)/

/**
 * The project of an example: its files by path, with `/`.
 * @param place Its folder below `examples`.
 */
export async function readProject(place = 'project'): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const root = new URL(`../${place}/`, import.meta.url)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const folder = fileURLToPath(root)
  const paths = files
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !made.test(path))
    .sort()
  const contents = await Promise.all(paths.map((path) => readFile(new URL(encodePath(path), root))))
  return new Map(paths.map((path, index) => [path, new Uint8Array(contents[index] ?? [])]))
}

/** A path as it stands in an address. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
