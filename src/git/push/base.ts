import * as z from 'zod/mini'
import type { Cache } from '../../spec/context.js'
import { type TreeFile, type Trees, writeTrees } from './trees.js'

/** A commit with the files that it holds, by which the next one on top of it can be made. */
export interface Base extends Trees {
  readonly oid: string
  readonly parents: readonly string[]
  readonly message: string
  /** Address of its author; `undefined` where that is not known. */
  readonly author?: string | undefined
  /** By path. */
  readonly files: ReadonlyMap<string, TreeFile>
}

/** What a host tells of a commit. */
export type CommitFacts = Pick<Base, 'oid' | 'parents' | 'message' | 'author' | 'files'>

/** @returns the base, or `undefined` where its files are not those of the tree. */
export async function baseOf(facts: CommitFacts, tree: string): Promise<Base | undefined> {
  const trees = await writeTrees(facts.files)
  return trees.root === tree ? { ...facts, ...trees } : undefined
}

const keptSchema = z.object({
  version: z.literal(1),
  oid: z.string(),
  tree: z.string(),
  parents: z.array(z.string()),
  message: z.string(),
  files: z.string(),
  /** What the project held, where the commit holds work of others too. */
  project: z.optional(z.string()),
})

/** What is remembered of a branch: the commit that was left there last, and what the project held of it. */
export interface RememberedBase extends Omit<Base, 'trees' | 'folders'> {
  readonly project?: ReadonlyMap<string, TreeFile>
}

/** Remembers what a branch holds for the next push to it. */
export async function rememberBase(cache: Cache, place: string, base: RememberedBase): Promise<void> {
  const { oid, root: tree, parents, message, files, project } = base
  const kept: z.infer<typeof keptSchema> = {
    ...{ version: 1, oid, tree, parents: [...parents], message, files: toLines(files) },
    ...(project && { project: toLines(project) }),
  }
  await cache.write(keyOf(place), kept)
}

/** What was remembered of a branch, whichever commit it was at; `undefined` where that is nothing, or not what was written. */
export async function recallBase(
  cache: Cache,
  place: string,
): Promise<(Base & Pick<RememberedBase, 'project'>) | undefined> {
  const kept = z.safeParse(keptSchema, await cache.read(keyOf(place)))
  if (!kept.success) return undefined
  const { oid, tree, parents, message, files: lines, project } = kept.data
  const files = fromLines(lines)
  const base = files && (await baseOf({ oid, parents, message, files }, tree))
  const held = project === undefined ? undefined : fromLines(project)
  return base && { ...base, ...(held && { project: held }) }
}

/** One text: ten thousand small values would take many times as long to be stored. */
function toLines(files: ReadonlyMap<string, TreeFile>): string {
  let lines = ''
  for (const [path, file] of files) lines += `${file.mode} ${file.oid} ${path}\0`
  return lines
}

function fromLines(lines: string): Map<string, TreeFile> | undefined {
  const files = new Map<string, TreeFile>()
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\0', at)
    const space = lines.indexOf(' ', at)
    if (end < 0 || space < 0) return undefined
    files.set(lines.slice(space + 42, end), { mode: lines.slice(at, space), oid: lines.slice(space + 1, space + 41) })
    at = end + 1
  }
  return files
}

const keyOf = (place: string) => `git/${place}`
