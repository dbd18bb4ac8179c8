import { arch, platform } from 'node:os'
import { join } from 'node:path'
import type { Scope } from './expressions/evaluate.js'
import type { Value } from './expressions/values.js'
import { hashFiles } from './files.js'
import type { JobWorld } from './job-world.js'
import type { Combination } from './matrix.js'
import { type Access, accessOf } from './permissions.js'
import type { Conclusion, JobRecord, RunRecord } from './state.js'
import type { JobDefinition, Workflow } from './workflow.js'

/** What later steps and jobs see of a step. */
export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>
  /** Before `continue-on-error`. */
  readonly outcome: Conclusion
  readonly conclusion: Conclusion
}

/** The two ways to stop a job: with a chance to clean up, and without. */
export interface JobSignals {
  readonly cancelled: AbortSignal
  readonly forced: AbortSignal
}

/** A job while it runs. */
export interface RunningJob {
  readonly world: JobWorld
  readonly record: JobRecord
  readonly workflow: Workflow
  readonly definition: JobDefinition
  /** `needs`, `matrix` and `strategy`. */
  readonly given: { readonly needs: Value; readonly matrix: Combination; readonly strategy: Value }
  readonly signals: JobSignals
  readonly secrets: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  readonly token: string
  /** A folder of its own: the workspace, the home and what else it writes lies below. */
  readonly folder: string
  readonly workspace: string
  readonly home: string
  readonly temporary: string
  /** What the machine gives to every process. */
  readonly machine: Readonly<Record<string, string>>
  /** `env` of the workflow and of the job, and what steps have written to `$GITHUB_ENV`. */
  readonly environment: Record<string, string>
  /** Folders that steps have put in front of `PATH`, the last one first. */
  readonly path: string[]
  readonly steps: Record<string, StepResult>
  /** Leaders of the process groups that it has started. */
  readonly leaders: Set<number>
  failed: boolean
  summary: string
}

/** Minutes that a job may run where it says nothing, as on GitHub. */
export const defaultTimeout = 360

/** What the token of a job may do with a part of GitHub. */
export function jobAccess({ workflow, definition }: RunningJob, part: string): Access {
  return accessOf(workflow.permissions, definition.permissions, part)
}

/** `github`: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context */
export function githubContext(
  run: RunRecord,
  { urls }: Pick<JobWorld, 'urls'>,
  job?: Pick<RunningJob, 'record' | 'token' | 'workspace'>,
): Record<string, Value> {
  const { api, web } = urls()
  const repository = `${run.repository.owner.login}/${run.repository.name}`
  const [, kind = '', name = ''] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(run.ref) ?? []
  return {
    ...(job && { token: job.token, job: job.record.key, workspace: job.workspace }),
    ref: run.ref,
    ref_name: name,
    ref_type: kind === 'tags' ? 'tag' : 'branch',
    ref_protected: false,
    sha: run.sha,
    head_ref: run.head ?? '',
    base_ref: run.base ?? '',
    repository,
    repository_id: String(run.repository.id),
    repository_owner: run.repository.owner.login,
    repository_owner_id: String(run.repository.owner.id),
    repositoryUrl: `git://${new URL(web).host}/${repository}.git`,
    event_name: run.event,
    event: run.payload,
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    triggering_actor: run.triggeredBy.login,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    workflow: run.workflow.name,
    workflow_ref: `${repository}/${run.workflow.path}@${run.ref}`,
    workflow_sha: run.sha,
    server_url: web,
    api_url: api,
    graphql_url: `${api}/graphql`,
  }
}

/** `runner`, with the words that GitHub has for this machine. */
export function runnerContext({ temporary, folder }: Pick<RunningJob, 'temporary' | 'folder'>): Record<string, Value> {
  const systems: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
  return {
    name: 'GitHub Actions 1',
    os: systems[platform()] ?? 'Linux',
    arch: arch().toUpperCase(),
    temp: temporary,
    tool_cache: join(folder, 'tools'),
    environment: 'github-hosted',
  }
}

/** What the expressions of a step can see. */
export function stepScope(job: RunningJob, environment: Readonly<Record<string, string>>): Scope {
  const { record, world, given, secrets, variables, failed, signals } = job
  const cancelled = signals.cancelled.aborted
  return {
    contexts: {
      github: githubContext(record.run, world, job),
      env: { ...environment },
      vars: { ...variables },
      secrets: { ...secrets, GITHUB_TOKEN: job.token },
      inputs: record.run.inputs,
      needs: given.needs,
      matrix: given.matrix,
      strategy: given.strategy,
      job: { status: cancelled ? 'cancelled' : failed ? 'failure' : 'success' },
      steps: { ...job.steps } as unknown as Value,
      runner: runnerContext(job),
    },
    status: { success: !failed && !cancelled, failure: failed && !cancelled, cancelled },
    hashFiles: (patterns) => hashFiles(patterns, { from: job.workspace, home: job.home }),
  }
}
