import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { OptionsError } from '../errors/options-error.js'
import { commit as commitSchema } from '../events/part-schemas.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type {
  BranchConflict,
  Commit,
  CommitInput,
  ConflictChoice,
  GitHost,
  Person,
  Repository,
} from '../spec/git-host.js'

/** What a commit is made of, and where it goes. */
export interface CommitStepOptions {
  readonly id: 'commit' | 'commit-output'
  readonly title: string
  readonly git: GitHost
  /** `undefined`: the default branch of the repository. */
  readonly branch: string | undefined
  readonly message: string
  readonly author: Person | null
  /** Milliseconds since the epoch. */
  readonly date: number
  /** `undefined`: where the branch stood when the deployment began. */
  readonly expectedHead: string | null | undefined
  /** Id of the deployment. */
  readonly deployment: string
  /** A branch that belongs to another commit of the same deployment. */
  readonly reserved: string | null
  /** Whether there is a relay. */
  readonly relay: boolean
  readonly onConflict:
    | ConflictChoice
    | ((conflict: BranchConflict) => ConflictChoice | Promise<ConflictChoice>)
    | undefined
  /** What is known of the content before the build. */
  readonly known: ArtifactSet | null
}

/** What is in the project, though its bytes could not or must not be had: the branch keeps what it holds of it. */
const withheld = new Set(['symlink', 'unreadable', 'secret'])

/**
 * Commits a set of files as the whole content of a branch.
 * @param after What must have ended well before anything is written.
 */
export function commitStep(
  options: CommitStepOptions,
  needs: { repository: Step<Repository>; content: Step<ArtifactSet> },
  after: readonly Step<unknown>[],
): Step<Commit> {
  const { git, known, relay, onConflict } = options
  if (known) git.admit?.(known.artifacts, { relay })
  const estimate = git.estimate?.({ artifacts: known?.artifacts ?? null, relay })
  return defineStep({
    id: options.id,
    title: options.title,
    needs,
    after,
    line: {
      description: `commits to ${options.branch ?? 'the default branch'} of ${git.repository}${estimate?.note ?? ''}`,
      files: known?.artifacts.length ?? null,
      bytes: known?.size ?? null,
      requests: estimate?.requests ?? git.requests.commit,
      duration: estimate?.duration ?? 2000 + (known?.artifacts.length ?? 100) * 3,
    },
    // A commit by an API that allows only so many requests an hour takes its time, and others may have used the hour up.
    timeLimit: 95 * 60_000 + 2 * (estimate?.duration ?? 0),
    checkpoint: git.checkpoint,
    result: jsonResult(commitSchema),
    async run({ repository, content }, context) {
      const { artifacts, size } = content
      const { message, author, date, deployment } = options
      const branch = options.branch ?? repository.defaultBranch
      if (branch === options.reserved) throw sameBranch(branch)
      const based = options.expectedHead !== undefined
      const expectedHead = based ? options.expectedHead : (repository.heads[branch] ?? null)
      // The output of a build has nothing in common with what it is made from.
      const startFrom = options.id === 'commit' && expectedHead === null ? beginningOf(branch, repository) : undefined
      git.admit?.(artifacts, { relay })
      const requests = git.estimate?.({ artifacts, relay }).requests ?? git.requests.commit
      context.report({ type: 'plan-update', files: artifacts.length, bytes: size, requests })
      const keep = content.excluded.filter(({ reason }) => withheld.has(reason)).map(({ path }) => path)
      const commit = await git.commit(
        {
          ...{ repository, branch, artifacts, keep, message, deployment, author, date, expectedHead, based },
          ...(startFrom && { startFrom }),
          ...(onConflict && { onConflict: typeof onConflict === 'function' ? onConflict : () => onConflict }),
        },
        context,
      )
      context.report({ type: 'commit-ready', commit })
      return commit
    },
    confirm: (commit, { repository }, context) => git.confirmCommit(commit, repository, context),
    summarize: ({ oid, branch, created, changes, pullRequest }) =>
      created
        ? `${oid.slice(0, 7)} on ${branch}${pullRequest ? ` (pull request ${pullRequest.number})` : ''}: ${changes.added} added, ${changes.changed} changed, ${changes.deleted} deleted`
        : `${branch} already holds exactly this, at ${oid.slice(0, 7)}`,
  })
}

/** Where a branch that does not exist yet begins. */
function beginningOf(branch: string, { defaultBranch, heads }: Repository): CommitInput['startFrom'] {
  const oid = heads[defaultBranch]
  return branch === defaultBranch || !oid ? undefined : { oid, branch: defaultBranch }
}

function sameBranch(branch: string): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `deploy.commit.artifactsBranch is ${branch}, and so is the branch of the source.`,
    hint: 'Give the output a branch of its own.',
  })
}
