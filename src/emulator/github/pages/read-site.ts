import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dirname, join as joinPosix } from 'node:path/posix'
import type { Git } from '../git-process.js'
import { readTree, type TreeEntry } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import type { PagesSite, SiteFiles } from './state.js'

/** What a branch gives to be published, or why it gives nothing. */
export type ReadSite = { readonly files: SiteFiles } | { readonly error: string }

/**
 * Reads the files of a site from a commit, as a build without plugins would leave them. Without `.nojekyll`, what begins with `_`
 * is left out, as Jekyll does; nothing else of it is imitated.
 */
export async function readSite(
  git: Git,
  repository: EmulatedRepository,
  sha: string,
  { path }: PagesSite['source'],
): Promise<ReadSite> {
  const prefix = path === '/docs' ? 'docs/' : ''
  const entries = (await readTree(git, repository, sha, true)).filter((entry) => entry.type === 'blob')
  const below = entries.filter((entry) => entry.path.startsWith(prefix))
  if (prefix !== '' && below.length === 0) {
    return { error: 'The source folder `docs` does not exist on the branch, so the page build failed.' }
  }
  const plain = below.some((entry) => entry.path === `${prefix}.nojekyll`)
  const wanted = below.filter(
    (entry) =>
      plain ||
      !entry.path
        .slice(prefix.length)
        .split('/')
        .some((part) => part.startsWith('_')),
  )
  const contents = await readBlobs(
    git,
    repository,
    entries.map((entry) => entry.sha),
  )
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const entry of wanted) {
    const found = follow(entry, entries, contents)
    if (!found) {
      const link = entry.path.slice(prefix.length)
      return {
        error: `The symbolic link \`/${link}\` targets a file that does not exist within the site's repository.`,
      }
    }
    files.set(entry.path.slice(prefix.length), found)
  }
  return { files }
}

/** Reads the files below a folder, links followed. */
export async function readFolder(folder: string, prefix = ''): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await stat(path)).isDirectory()) {
      for (const [below, bytes] of await readFolder(path, `${prefix}${name}/`)) files.set(below, bytes)
    } else files.set(`${prefix}${name}`, new Uint8Array(await readFile(path)))
  }
  return files
}

function follow(
  entry: TreeEntry,
  entries: readonly TreeEntry[],
  contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): Uint8Array<ArrayBuffer> | undefined {
  const bytes = contents.get(entry.sha)
  if (entry.mode !== '120000' || !bytes) return bytes
  const target = joinPosix(dirname(entry.path), new TextDecoder().decode(bytes))
  const found = entries.find((one) => one.path === target && one.mode !== '120000')
  return found && contents.get(found.sha)
}

/** Reads blobs by their ids; one process for all, whatever their number: git-cat-file(1), `--batch`. */
export async function readBlobs(
  git: Git,
  { path }: EmulatedRepository,
  ids: readonly string[],
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const output = await git.run(path, ['cat-file', '--batch'], { input: ids.map((id) => `${id}\n`).join('') })
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>()
  for (let at = 0; at < output.length; ) {
    const line = output.indexOf('\n', at)
    const [id = '', , size = '0'] = output.toString('latin1', at, line).split(' ')
    const end = line + 1 + Number(size)
    blobs.set(id, new Uint8Array(output.subarray(line + 1, end)))
    at = end + 1
  }
  return blobs
}
