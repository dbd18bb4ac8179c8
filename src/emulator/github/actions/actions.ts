import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account, Accounts } from '../../accounts.js'
import type { Random } from '../../random.js'
import type { GithubUrls } from '../account-replies.js'
import type { Git } from '../git-process.js'
import { createIds } from '../ids.js'
import type { EmulatedPull } from '../pulls.js'
import type { Push } from '../push-watch.js'
import type { EmulatedRepository } from '../repositories.js'
import { openGate } from './environment-gate.js'
import { changedPaths, commitOf, dispatchPayload, pullPayload, pushedPaths, pushPayload } from './events.js'
import { createJobStorage } from './job-storage.js'
import type { JobWorld, PagesForJobs } from './job-world.js'
import { createRepositorySettings } from './repository-settings.js'
import { createRunEngine } from './run-engine.js'
import { createRunRegister } from './run-register.js'
import type { ActionsDelays, ActionsState, JobRecord, RunRecord, WorkflowRecord } from './state.js'
import { readInputs, startsOnPullRequest, startsOnPush } from './triggers.js'
import { createWorkflowRegister, readWorkflowFiles } from './workflow-files.js'

/** What Actions are made with. */
export interface ActionsOptions {
  readonly accounts: Accounts
  readonly git: Git
  readonly urls: () => GithubUrls
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** An existing folder for what jobs write. */
  readonly folder: string
  readonly pages: PagesForJobs
  /** Milliseconds that a job may take at most. @default half an hour */
  readonly timeLimit?: number
  readonly random: Random
  readonly delays: Required<ActionsDelays>
}

/** Actions: what starts runs, and what may be done with them. */
export interface Actions {
  readonly state: ActionsState
  readonly settings: JobWorld['settings']
  /** The workflows that GitHub knows of. */
  workflows(repository: EmulatedRepository): Promise<WorkflowRecord[]>
  /** Starts what a push starts. */
  pushed(push: Push): Promise<void>
  /** Starts what pull requests start that are new. */
  looked(repository: EmulatedRepository, actor: Account): Promise<void>
  /**
   * Starts a run by hand.
   *
   * @throws WorkflowError in the words of GitHub's 422.
   */
  dispatch(
    workflow: WorkflowRecord,
    order: { readonly ref: string; readonly inputs: Readonly<Record<string, unknown>>; readonly actor: Account },
  ): Promise<RunRecord>
  cancel(run: RunRecord, forced: boolean): void
  /** Makes another attempt of a run that has ended. @param failedOnly whether what went well is kept. */
  rerun(run: RunRecord, actor: Account, failedOnly: boolean): void
  /** Whether lists tell of a run already. */
  isListed(run: RunRecord): boolean
  /** Jobs that wait for their environment. */
  waiting(run: RunRecord): readonly JobRecord[]
  /** Lets jobs that wait for an environment go on, or not. */
  review(run: RunRecord, environment: string, approved: boolean): void
  /** Does what is due by now. */
  settle(): void
  close(): Promise<void>
}

/** Makes Actions that have not run anything. */
export async function createActions(options: ActionsOptions): Promise<Actions> {
  const { accounts, git, urls, now, pages, random, timeLimit = 30 * 60_000, delays } = options
  const { run: listed, queued } = delays
  const root = join(options.folder, 'actions')
  await mkdir(root)
  const nextId = createIds(random, 17_000_000_000)
  const state: ActionsState = { workflows: [], runs: [], artifacts: [], reviews: [] }
  const settings = createRepositorySettings({ accounts, now, urls, nextId })
  const storage = createJobStorage(root, state, nextId, now)
  const world: JobWorld = { git, urls, now, settings, pages, storage }
  const engine = createRunEngine({ world, nextId, timeLimit, queued })
  const register = createWorkflowRegister(git, state, createIds(random, 150_000_000), now)
  const runs = createRunRegister({ world, state, engine, register, nextId })

  const known = new WeakSet<EmulatedPull>()
  async function pulled(
    repository: EmulatedRepository,
    pull: EmulatedPull,
    action: string,
    actor: Account,
  ): Promise<void> {
    const commit = await commitOf(git, repository, pull.headSha)
    if (asksToSkip(commit.message)) return
    const paths = await changedPaths(git, repository, pull.baseSha, pull.headSha)
    const payload = await pullPayload({ git, urls }, { repository, pull, action, actor })
    const cause = { event: 'pull_request', sha: pull.headSha, actor, payload, inputs: {} } as const
    const ends = { ref: `refs/pull/${pull.number}/merge`, head: pull.head, base: pull.base }
    for (const file of await readWorkflowFiles(git, repository, pull.headSha)) {
      if (!file.workflow || !startsOnPullRequest(file.workflow, { base: pull.base, action, paths })) continue
      await runs.start(repository, file, { ...cause, ...ends })
    }
  }

  const actions: Actions = {
    state,
    settings,
    workflows: register.list,

    pushed: async (push) => {
      const { repository, ref, after, actor } = push
      if (after === null) return
      for (const pull of repository.pulls) {
        if (pull.state !== 'open' || ref !== `refs/heads/${pull.head}`) continue
        pull.headSha = after
        await pulled(repository, pull, 'synchronize', actor)
      }
      const commit = await commitOf(git, repository, after)
      if (asksToSkip(commit.message)) return
      const files = await readWorkflowFiles(git, repository, after)
      if (files.length === 0) return
      const paths = await pushedPaths(git, push)
      const payload = await pushPayload({ git, urls }, push, commit)
      for (const file of files) {
        // What can't be read is a failed run, so that people learn of it.
        if (file.workflow && !startsOnPush(file.workflow, { ref, paths })) continue
        await runs.start(repository, file, { event: 'push', ref, sha: commit.sha, actor, payload, inputs: {} })
      }
    },

    looked: async (repository, actor) => {
      for (const pull of repository.pulls) {
        if (!known.has(pull)) await pulled(repository, pull, 'opened', actor)
        known.add(pull)
      }
    },

    dispatch: async ({ repository, path }, { ref: name, inputs, actor }) => {
      const { file, ref, sha } = await runs.fileAt(repository, path, name)
      const { texts, values } = readInputs(file.workflow, inputs)
      const described = { repository, ref, workflow: path, inputs: texts, actor }
      const payload = await dispatchPayload({ git, urls }, described)
      return runs.start(repository, file, { event: 'workflow_dispatch', ref, sha, actor, payload, inputs: values })
    },

    isListed: (run) => now() >= run.createdAt + listed,
    cancel: engine.cancel,
    rerun: runs.rerun,
    waiting: (run) => run.jobs.filter((job) => job.attempt === run.attempt && job.waiting !== undefined),

    review: (run, environment, approved) => {
      const attempt = engine.attemptOf(run)
      for (const job of actions.waiting(run)) {
        if (job.waiting?.environment !== environment || !attempt) continue
        job.waiting.approved = approved
        if (approved) openGate(attempt, job, world)
        else attempt.gates.get(job)?.(false)
      }
    },

    settle: () => {
      for (const run of state.runs) {
        const attempt = engine.attemptOf(run)
        if (attempt) for (const job of actions.waiting(run)) openGate(attempt, job, world)
      }
      engine.settle()
    },

    close: engine.close,
  }
  return actions
}

/** https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
function asksToSkip(message: string): boolean {
  return /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message)
}
