import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import * as z from 'zod/mini'
import { createMatcher } from './glob.js'
import { decodeMessagePack } from './message-pack.js'
import type { Paths } from './paths.js'

/** Files as they travel between client and runtime: `d` a folder, `f` a file with contents `c` or the target `l` of a link. */
export type SnapshotNode = SnapshotFolder | SnapshotFile
/** A folder of a snapshot. */
export interface SnapshotFolder {
  d: { [name: string]: SnapshotNode }
}
/** A file or a link of a snapshot. With `b`, a string holds one byte a character. */
export interface SnapshotFile {
  f: { c: string | Uint8Array; b?: boolean | undefined } | { l: string }
}

const nodeSchema: z.ZodMiniType<SnapshotNode> = z.union([
  z.object({
    get d() {
      return z.record(z.string().check(z.regex(/^(?!\.{1,2}$)[^/\\\0]+$/, 'is not the name of a file')), nodeSchema)
    },
  }),
  z.object({
    f: z.union([
      z.object({ l: z.string() }),
      z.object({ c: z.union([z.string(), z.instanceof(Uint8Array)]), b: z.optional(z.boolean()) }),
    ]),
  }),
])

/** Reads a snapshot from its bytes, JSON or MessagePack. @throws Error when they are neither. */
export function parseSnapshot(bytes: Uint8Array): SnapshotNode {
  const isJson = bytes[0] === 0x7b
  return nodeSchema.parse(isJson ? JSON.parse(Buffer.from(bytes).toString()) : decodeMessagePack(bytes))
}

/** Files that are written at the same time: more gain nothing, and all at once may be more than the system opens. */
const writers = 16

/** Writes a snapshot's files into a folder, over what is there. */
export async function writeSnapshot(paths: Paths, node: SnapshotNode, path: string): Promise<void> {
  const files: [string, SnapshotFile][] = []
  const makeFolders = async (current: SnapshotNode, at: string): Promise<void> => {
    if (!('d' in current)) {
      files.push([at, current])
      return
    }
    await mkdir(paths.locate(at), { recursive: true })
    for (const [name, child] of Object.entries(current.d)) await makeFolders(child, `${at}/${name}`)
  }
  await makeFolders(node, path)
  const queue = files.values()
  const work = async (): Promise<void> => {
    for (const [file, content] of queue) await writeOne(paths, file, content)
  }
  await Promise.all(Array.from({ length: writers }, work))
}

async function writeOne(paths: Paths, path: string, { f }: SnapshotFile): Promise<void> {
  if (!('l' in f)) {
    await writeFile(paths.locate(path), typeof f.c === 'string' && f.b ? Buffer.from(f.c, 'latin1') : f.c)
    return
  }
  const link = paths.locateLink(path)
  await rm(link, { force: true })
  await symlink(isAbsolute(f.l) ? paths.locate(f.l) : f.l, link)
}

/** Which files to leave out of a snapshot, and which of these to take nonetheless. */
export interface SnapshotFilter {
  readonly includes?: readonly string[] | undefined
  readonly excludes?: readonly string[] | undefined
}

/** Reads a file or a folder with all below it. Contents are bytes. */
export async function readSnapshot(paths: Paths, path: string, filter: SnapshotFilter): Promise<SnapshotNode> {
  const isExcluded = createMatcher(filter.excludes ?? [])
  const isIncluded = createMatcher(filter.includes ?? [])
  const mayReadmit = (filter.includes ?? []).length > 0

  const readOne = async (real: string, relative: string, excluded: boolean, included: boolean) => {
    const leftOut = excluded || isExcluded(relative)
    const taken = included || isIncluded(relative)
    const stats = await lstat(real)
    if (stats.isDirectory())
      return leftOut && !taken && !mayReadmit ? undefined : readFolder(real, relative, leftOut, taken)
    if (leftOut && !taken) return undefined
    if (stats.isSymbolicLink()) return { f: { l: linkTarget(paths, await readlink(real)) } }
    return stats.isFile() ? { f: { c: new Uint8Array(await readFile(real)) } } : undefined
  }

  const readFolder = async (
    real: string,
    relative: string,
    leftOut: boolean,
    taken: boolean,
  ): Promise<SnapshotNode | undefined> => {
    const folder: SnapshotFolder = { d: Object.create(null) }
    for (const name of (await readdir(real)).sort()) {
      const child = await readOne(join(real, name), relative ? `${relative}/${name}` : name, leftOut, taken)
      if (child) folder.d[name] = child
    }
    return leftOut && !taken && Object.keys(folder.d).length === 0 ? undefined : folder
  }

  return (await readOne(paths.locate(path), '', false, false)) ?? { d: {} }
}

function linkTarget(paths: Paths, target: string): string {
  return target.startsWith(paths.directory) ? paths.display(target) : target
}
