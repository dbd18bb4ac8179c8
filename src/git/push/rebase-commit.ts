import type { CommitRemote } from './commit-remote.js'
import { composeCommit, filesOn } from './compose-commit.js'
import type { LandCommit, Next, PushAttempt, PushOutcome, ReadyCommit, Work } from './landing.js'
import { mergeFiles } from './merge-files.js'
import { isFromHere, ontoOf } from './trailer.js'
import { changesOf, isSameFile } from './trees.js'

/**
 * After a rebase a branch holds work that the project does not: it stays there until the project brings it, even where the caller
 * takes the project to be based on the commit. `undefined` where there is no such work, or the two can't be told apart.
 */
export async function composeMerged(tip: string, { push, recalled, baseAt }: Work): Promise<ReadyCommit | undefined> {
  const { project: before } = recalled?.oid === tip ? recalled : {}
  if (before === undefined) return undefined
  const theirs = await baseAt(tip)
  const project = filesOn(push, { files: before })
  const merged = mergeFiles(before, project, theirs.files)
  const onto = ontoOf(theirs.message)
  if ('paths' in merged || onto === undefined) return undefined
  const isWhole =
    merged.files.size === project.size && [...merged.files].every(([path, file]) => isSameFile(project.get(path), file))
  if (isWhole) return { ...(await composeCommit(push, theirs)), isForeign: false, from: tip }
  return { ...(await composeCommit(push, theirs, { files: merged.files, onto })), from: tip, project }
}

/** What an earlier run has put on top of somebody else's commit is done, if the branch holds it. */
export async function adoptRebased(
  tip: string,
  { oid, parent }: PushAttempt,
  remote: CommitRemote,
  baseAt: Work['baseAt'],
): Promise<PushOutcome> {
  if (tip !== oid && !(await remote.holds(tip, oid))) return { result: 'moved', oid: tip }
  const before = parent === null ? new Map() : (await baseAt(parent)).files
  const changes = changesOf(before, (await baseAt(oid)).files)
  return { result: 'pushed', oid, parent, changes, ...(parent !== null && { onto: parent }) }
}

/**
 * The commit on top of what others committed, or the conflict where it can't be put there. Where nobody knows what the project is
 * based on, or it is gone, nothing counts as deleted, and what both have must be the same.
 */
export async function rebase(
  tip: string,
  conflict: PushOutcome,
  { push, remote, recalled, baseAt }: Work,
): Promise<Next> {
  if (!push.rebase) return conflict
  const known = await groundOf(push, recalled, baseAt)
  if (known === tip) return conflict
  const ground = known !== null && (await remote.holds(tip, known)) ? known : null
  const base = ground === null ? undefined : await baseAt(ground)
  const theirs = await baseAt(tip)
  const before = recalled?.oid === ground && recalled?.project ? { files: recalled.project } : base
  const project = filesOn(push, before)
  const merged = mergeFiles(before?.files ?? new Map(), project, theirs.files)
  if ('paths' in merged) return { result: 'moved', oid: tip, paths: merged.paths }
  const composed = await composeCommit(push, theirs, { files: merged.files, onto: tip })
  return composed.isSame ? { result: 'unchanged', oid: tip } : { ...composed, from: tip, onto: tip, project }
}

/** The commit that the project is based on; `null`: on none, or nobody knows. */
async function groundOf(
  { based, expectedHead, author }: LandCommit,
  recalled: Work['recalled'],
  baseAt: Work['baseAt'],
): Promise<string | null> {
  if (based) return expectedHead
  if (recalled !== undefined) return recalled.oid
  const isKnown = expectedHead !== null && isFromHere(await baseAt(expectedHead), author)
  return isKnown ? expectedHead : null
}
