import type { Changes } from '../../spec/git-host.js'
import { toHex } from '../../toolkit/to-hex.js'
import { createPacer } from '../../toolkit/yield-to-page.js'
import { objectId } from './git-objects.js'

/** A file of a tree: what git keeps of it besides its bytes. */
export interface TreeFile {
  readonly mode: string
  readonly oid: string
}

/** The trees of a set of files. */
export interface Trees {
  /** Id of the root tree. */
  readonly root: string
  /** The bytes of each tree that was written, by its id. */
  readonly trees: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
  /** Ids of the trees by the path of their folder; that of the root is empty. */
  readonly folders: ReadonlyMap<string, string>
}

/** Folders that need not be written anew. */
export interface KnownFolders {
  readonly folders: ReadonlyMap<string, string>
  /** Paths whose folders have changed. */
  readonly changed: Iterable<string>
}

type Folder = Map<string, TreeFile | Folder>
interface Entry {
  readonly mode: string
  readonly name: Uint8Array
  /** The name by which git sorts: that of a folder as if it ended in a slash (git's `base_name_compare`). */
  readonly order: Uint8Array
  readonly oid: string
}

const encoder = new TextEncoder()

/**
 * Writes the trees of the files, from the leaves up.
 * @param files By path.
 * @param known Folders of an earlier commit, which are not written where nothing in them has changed.
 */
export async function writeTrees(files: ReadonlyMap<string, TreeFile>, known?: KnownFolders): Promise<Trees> {
  const root: Folder = new Map()
  const pause = createPacer()
  for (const [path, file] of files) {
    folderOf(root, path).set(path.slice(path.lastIndexOf('/') + 1), file)
    await pause()
  }
  const trees = new Map<string, Uint8Array<ArrayBuffer>>()
  const folders = new Map<string, string>()
  const dirty = known && foldersOf(known.changed)

  async function write(folder: Folder, path: string): Promise<string> {
    const same = dirty?.has(path) ? undefined : known?.folders.get(path)
    const oid =
      same ?? (await writeTree(folder, (name, below) => write(below, path === '' ? name : `${path}/${name}`), trees))
    folders.set(path, oid)
    await pause()
    return oid
  }

  return { root: await write(root, ''), trees, folders }
}

function folderOf(root: Folder, path: string): Folder {
  let folder = root
  for (let start = 0, end = path.indexOf('/'); end >= 0; start = end + 1, end = path.indexOf('/', start)) {
    const name = path.slice(start, end)
    const known = folder.get(name)
    const next: Folder = known instanceof Map ? known : new Map()
    folder.set(name, next)
    folder = next
  }
  return folder
}

/** The folders that the paths lie in, the root among them. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set([''])
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.add(path.slice(0, end))
  return folders
}

async function writeTree(
  folder: Folder,
  write: (name: string, folder: Folder) => Promise<string>,
  trees: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<string> {
  const entries: Entry[] = []
  for (const [path, entry] of folder) {
    const name = encoder.encode(path)
    if (entry instanceof Map)
      entries.push({ mode: '40000', name, order: encoder.encode(`${path}/`), oid: await write(path, entry) })
    else entries.push({ mode: entry.mode, name, order: name, oid: entry.oid })
  }
  const bytes = serialize(entries.sort((one, other) => compare(one.order, other.order)))
  const oid = await objectId('tree', bytes)
  trees.set(oid, bytes)
  return oid
}

/** `<mode> <name>\0` and the id in bytes, for each entry (gitformat-pack, git-mktree). */
function serialize(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const size = entries.reduce((sum, { mode, name }) => sum + mode.length + name.length + 22, 0)
  const bytes = new Uint8Array(size)
  let at = 0
  for (const { mode, name, oid } of entries) {
    for (let index = 0; index < mode.length; index += 1) bytes[at++] = mode.charCodeAt(index)
    bytes[at++] = 0x20
    bytes.set(name, at)
    at += name.length + 1
    for (let index = 0; index < 40; index += 2) bytes[at++] = (digitAt(oid, index) << 4) | digitAt(oid, index + 1)
  }
  return bytes
}

/** The value of a digit in lower-case hex. */
function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 0x3a ? code - 0x30 : code - 0x57
}

/** Order of bytes, which is not that of JavaScript's strings. */
function compare(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** Counts what differs between two sets of files. */
export function changesOf(before: ReadonlyMap<string, TreeFile>, after: ReadonlyMap<string, TreeFile>): Changes {
  let [added, changed] = [0, 0]
  for (const [path, file] of after) {
    const old = before.get(path)
    if (old === undefined) added += 1
    else if (!isSameFile(old, file)) changed += 1
  }
  return { added, changed, deleted: before.size - (after.size - added) }
}

/** Whether two files are the same, or both absent. */
export function isSameFile(one: TreeFile | undefined, other: TreeFile | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode
}

/** An entry of a tree as git stores it. */
export interface TreeEntry {
  readonly mode: string
  readonly name: string
  readonly oid: string
}

/** The entries of one tree. @throws TypeError where a name is not UTF-8: it could not be written again as it is. */
export function parseTree(bytes: Uint8Array): TreeEntry[] {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const end = bytes.indexOf(0, space)
    const mode = decoder.decode(bytes.subarray(at, space))
    const name = decoder.decode(bytes.subarray(space + 1, end))
    entries.push({ mode, name, oid: toHex(new Uint8Array(bytes.subarray(end + 1, end + 21)).buffer) })
    at = end + 21
  }
  return entries
}

/** All files below a tree, by path. @param read Gives the bytes of one tree. */
export async function readTrees(
  root: string,
  read: (oid: string) => Promise<Uint8Array>,
): Promise<Map<string, TreeFile>> {
  const files = new Map<string, TreeFile>()
  const folders = [{ prefix: '', oid: root }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { mode, name, oid } of parseTree(await read(folder.oid))) {
      const path = folder.prefix + name
      if (mode === '40000') folders.push({ prefix: `${path}/`, oid })
      else files.set(path, { mode, oid })
    }
  }
  return files
}
