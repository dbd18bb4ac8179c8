import { type ComposedCommit, composeCommit } from './compose-commit.js'
import type { LandCommit, ReadyCommit, Work } from './landing.js'
import { composeMerged } from './rebase-commit.js'
import type { TreeFile } from './trees.js'

/** The commit on top of another one, of which may be known that the last deployment from here left it there as the project was. */
export async function composeOnTop(
  oid: string | null,
  { push, recalled, baseAt }: Pick<Work, 'push' | 'recalled' | 'baseAt'>,
): Promise<ComposedCommit> {
  const isLeftHere = oid !== null && recalled?.oid === oid && recalled.project === undefined
  const content: LandCommit = isLeftHere ? { ...push, based: true } : push
  return composeCommit(content, oid === null ? undefined : await baseAt(oid))
}

/**
 * The first commit of a branch that begins at another one. It stands on what the project is known to be based on, as far as the
 * other branch holds that, so that to merge the two takes nothing back; where nobody knows, it keeps what others have committed.
 */
export async function composeStart(startAt: string, work: Work): Promise<ReadyCommit> {
  const oid = await groundOf(startAt, work)
  const composed = (await composeMerged(oid, work)) ?? (await composeOnTop(oid, work))
  return { ...(composed.isForeign ? await composeBeside(oid, work) : composed), from: null }
}

async function groundOf(startAt: string, { push, remote, recalled }: Work): Promise<string> {
  const known = push.based ? undefined : recalled?.oid
  return known !== undefined && known !== startAt && (await remote.holds(startAt, known)) ? known : startAt
}

/** All of the project, and of the other commit what does not stand in its way. */
async function composeBeside(oid: string, { push, baseAt }: Work): Promise<ComposedCommit> {
  const theirs = await baseAt(oid)
  const { files: ours } = await composeCommit(push, theirs)
  const files = new Map<string, TreeFile>(ours)
  const folders = new Set([...ours.keys()].flatMap(foldersOf))
  for (const [path, file] of theirs.files)
    if (!files.has(path) && !folders.has(path) && !foldersOf(path).some((folder) => ours.has(folder)))
      files.set(path, file)
  return composeCommit(push, theirs, { files, onto: oid })
}

function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) folders.push(path.slice(0, end))
  return folders
}
