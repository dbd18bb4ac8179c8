import type { Account } from '../../accounts.js'
import { resolve } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import { ancestorsOf, type JobGroup } from './attempt.js'
import { commitOf } from './events.js'
import { interpolate } from './expressions/evaluate.js'
import { WorkflowError } from './expressions/tokens.js'
import { toText } from './expressions/values.js'
import { createJobLog } from './job-log.js'
import type { JobWorld } from './job-world.js'
import type { RunEngine } from './run-engine.js'
import { githubContext } from './running-job.js'
import type { ActionsState, RunCause, RunRecord } from './state.js'
import type { Workflow } from './workflow.js'
import { readWorkflowFiles, type WorkflowFile, type WorkflowRegister } from './workflow-files.js'

/** What makes runs. */
export interface RunRegister {
  /** Makes a run of a file and begins with it. */
  start(repository: EmulatedRepository, file: WorkflowFile, cause: RunCause): Promise<RunRecord>
  /** Makes another attempt. */
  rerun(run: RunRecord, actor: Account, failedOnly: boolean): void
  /**
   * Finds a file that is to be run by hand.
   *
   * @throws WorkflowError in the words of GitHub's 422.
   */
  fileAt(
    repository: EmulatedRepository,
    path: string,
    ref: string,
  ): Promise<{
    readonly file: WorkflowFile & { readonly workflow: Workflow }
    readonly ref: string
    readonly sha: string
  }>
}

/** Makes the register. */
export function createRunRegister(options: {
  readonly world: JobWorld
  readonly state: ActionsState
  readonly engine: RunEngine
  readonly register: WorkflowRegister
  readonly nextId: () => number
}): RunRegister {
  const { world, state, engine, register, nextId } = options
  const { git, now } = world
  return {
    start: async (repository, file, cause) => {
      const commit = await commitOf(git, repository, cause.sha)
      const workflow = register.ensure(repository, file)
      workflow.runs += 1
      const time = now()
      const run: RunRecord = {
        ...cause,
        id: nextId(),
        number: workflow.runs,
        workflow,
        repository,
        commit,
        definition: file.workflow,
        problem: file.problem,
        title: cause.event === 'workflow_dispatch' ? workflow.name : (commit.message.split('\n')[0] ?? ''),
        status: 'queued',
        conclusion: null,
        attempt: 1,
        triggeredBy: cause.actor,
        createdAt: time,
        startedAt: time,
        updatedAt: time,
        jobs: [],
      }
      state.runs.push(run)
      const named = file.workflow?.['run-name']
      if (named !== undefined) {
        const contexts = { github: githubContext(run, world), inputs: run.inputs, vars: {} }
        run.title = toText(interpolate(String(named), { contexts })) || run.title
      }
      if (file.workflow) engine.start(run)
      else Object.assign(run, { status: 'completed', conclusion: 'failure' })
      return run
    },

    rerun: (run, actor, failedOnly) => {
      const kept = failedOnly ? wellDone(run, engine) : new Map<string, JobGroup>()
      const attempt = run.attempt + 1
      const time = now()
      const open = { status: 'queued', conclusion: null, startedAt: time, updatedAt: time, triggeredBy: actor }
      Object.assign(run, { ...open, attempt })
      for (const [key, group] of kept) {
        const jobs = group.jobs.map((job) => ({ ...job, id: nextId(), attempt, log: createJobLog(now) }))
        run.jobs.push(...jobs)
        kept.set(key, { ...group, jobs })
      }
      engine.start(run, kept)
    },

    fileAt: async (repository, path, name) => {
      const short = name.replace(/^refs\/(?:heads|tags)\//, '')
      const sha = await resolve(git, repository, short, 'commit')
      const kinds = name.startsWith('refs/') ? [name] : [`refs/heads/${short}`, `refs/tags/${short}`]
      for (const ref of kinds) {
        const found = await git.run(repository.path, ['rev-parse', '--verify', '--quiet', ref], { accept: [0, 1, 128] })
        if (found.length === 0 || sha === undefined) continue
        const file = (await readWorkflowFiles(git, repository, sha)).find((one) => one.path === path)
        if (!file) throw new WorkflowError(`No workflow file ${path} at ${name}`)
        const { workflow } = file
        if (!workflow) throw new WorkflowError(`failed to parse workflow: ${file.problem}`)
        return { file: { ...file, workflow }, ref, sha }
      }
      throw new WorkflowError(`No ref found for: ${name}`)
    },
  }
}

/** What need not be done again: what went well, and what was rightly skipped. */
function wellDone(run: RunRecord, engine: RunEngine): Map<string, JobGroup> {
  const attempt = engine.attemptOf(run)
  const isWell = (key: string): boolean => {
    const result = attempt?.groups.get(key)?.result
    return result === 'success' || result === 'skipped'
  }
  const kept = new Map<string, JobGroup>()
  for (const [key, group] of attempt?.groups ?? []) {
    const above = attempt ? [...ancestorsOf(attempt.workflow, key)] : []
    if (isWell(key) && above.every(isWell)) kept.set(key, group)
  }
  return kept
}
