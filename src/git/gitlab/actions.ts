import { OptionsError } from '../../errors/options-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import { describeExcess, describeLimit } from '../../toolkit/describe-measures.js'
import type { TreeChange } from '../commit-draft.js'
import type { Base } from '../push/base.js'
import { bytesOf } from '../push/pack-remote.js'
import { textOf, toBase64 } from '../text-or-base64.js'

/** One change of a file, as GitLab's Commits API takes it. */
export interface GitlabAction {
  readonly action: 'create' | 'update' | 'delete' | 'chmod'
  readonly file_path: string
  readonly content?: string
  readonly encoding?: 'text' | 'base64'
  readonly execute_filemode?: boolean
  /** Any commit: GitLab refuses where the file's last commit is another than it was there (`file_has_changed?` in its `base_service.rb`). */
  readonly last_commit_id?: string
}

/**
 * Bytes of one commit at the most. It is always one request, and so all or nothing: several commits would let others see, and
 * GitLab's own pipelines build, a branch that is half written.
 */
export const mostBytes: number = 100 * 1024 * 1024

/**
 * The changes as actions: what goes first, so that a folder can take the place of a file and a file that of a folder.
 * @throws OptionsError `commit-needs-git` for what the API can't write; TypeError where bytes are not those that were collected.
 */
export async function actionsOf(
  changes: readonly TreeChange[],
  artifacts: readonly Artifact[],
  base: Base | undefined,
  context: Context,
): Promise<GitlabAction[]> {
  const byPath = new Map(artifacts.map((artifact) => [artifact.path, artifact]))
  const written = changes.filter(({ oid }) => oid !== null)
  const size = written.reduce((sum, { path }) => sum + (byPath.get(path)?.size ?? 0), 0)
  if (size > mostBytes) throw commitTooLarge(size)
  const known = base && { last_commit_id: base.oid }
  const remove = (path: string): GitlabAction => ({ action: 'delete', file_path: path, ...known })
  const first = changes.filter(({ oid }) => oid === null).map(({ path }) => remove(path))
  const rest: GitlabAction[] = []
  let done = 0
  for (const { path, mode, oid } of written) {
    context.signal.throwIfAborted()
    const before = base?.files.get(path)
    const isPlain = before?.mode.startsWith('100') ?? false
    const artifact = byPath.get(path)
    if (!mode.startsWith('100') || artifact === undefined) throw noFile(path)
    // What was a link or a submodule would stay one.
    if (before && !isPlain) first.push(remove(path))
    if (before?.oid !== oid || !isPlain)
      rest.push({
        ...(isPlain ? { action: 'update', ...known } : { action: 'create' }),
        ...{ file_path: path, ...contentOf(await bytesOf(artifact)) },
      })
    if (mode !== (isPlain ? before?.mode : '100644'))
      rest.push({ action: 'chmod', file_path: path, execute_filemode: mode === '100755', ...(isPlain && known) })
    done += 1
    context.progress(done, written.length, 'files')
  }
  return [...first, ...rest]
}

/** As text where that loses nothing: it is a third shorter. GitLab lets no null byte through. */
function contentOf(bytes: Uint8Array): Pick<Required<GitlabAction>, 'content' | 'encoding'> {
  const content = textOf(bytes)
  return content === undefined ? { content: toBase64(bytes), encoding: 'base64' } : { content, encoding: 'text' }
}

/** The error for a commit that does not fit into one request. @param size Bytes of the files that it changes. */
export function commitTooLarge(size: number): OptionsError {
  return new OptionsError({
    code: 'commit-too-large',
    message: `The commit changes files of ${describeExcess(size, mostBytes)}, and without git at most ${describeLimit(mostBytes)} can be committed at once.`,
    hint: 'Set the option relay, and let the relay allow git at this server.',
    details: { size, most: mostBytes },
  })
}

function noFile(path: string): OptionsError {
  return new OptionsError({
    code: 'commit-needs-git',
    message: `${path} is a symbolic link, which GitLab's Commits API can not write.`,
    hint: 'Set the option relay, and let the relay allow git at this server; or leave the link out.',
    details: { path },
  })
}
