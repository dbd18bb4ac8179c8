import { createHash } from 'node:crypto'
import { accountReply, type GithubUrls } from '../account-replies.js'
import { githubTime } from '../read-git.js'
import type { EmulatedRepository } from '../repositories.js'
import { minimalRepositoryReply } from '../repository-reply.js'
import { nodeId } from '../settings/settings-call.js'
import type { ArtifactRecord, JobRecord, RunRecord, WorkflowRecord } from './state.js'

type Json = Record<string, unknown>

function addresses({ owner, name }: EmulatedRepository, { api, web }: GithubUrls): { api: string; html: string } {
  return { api: `${api}/repos/${owner.login}/${name}`, html: `${web}/${owner.login}/${name}` }
}

/** A workflow (`workflow`). */
export function workflowReply(workflow: WorkflowRecord, urls: GithubUrls, branch: string): Json {
  const { api, html } = addresses(workflow.repository, urls)
  const file = workflow.path.split('/').at(-1)
  return {
    id: workflow.id,
    node_id: nodeId('W', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: githubTime(workflow.createdAt),
    updated_at: githubTime(workflow.updatedAt),
    url: `${api}/actions/workflows/${workflow.id}`,
    html_url: `${html}/blob/${branch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg?file=${file}`,
  }
}

/** Addresses of a run that was started by hand (`workflow-dispatch-response`). */
export function dispatchReply(run: RunRecord, urls: GithubUrls): Json {
  const { api, html } = addresses(run.repository, urls)
  const path = `/actions/runs/${run.id}`
  return { workflow_run_id: run.id, run_url: api + path, html_url: html + path }
}

/** A run (`workflow-run`). */
export function runReply(run: RunRecord, urls: GithubUrls, branch: string): Json {
  const { api, html } = addresses(run.repository, urls)
  const self = `${api}/actions/runs/${run.id}`
  const facts = { defaultBranch: branch, size: 0 }
  const { commit } = run
  const repository = minimalRepositoryReply(run.repository, facts, undefined, urls)
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.head ?? run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    head_sha: run.sha,
    path: run.workflow.path,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CS', run.id),
    url: self,
    html_url: `${html}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: githubTime(run.createdAt),
    updated_at: githubTime(run.updatedAt),
    actor: accountReply(run.actor, urls),
    run_attempt: run.attempt,
    referenced_workflows: [],
    run_started_at: githubTime(run.startedAt),
    triggering_actor: accountReply(run.triggeredBy, urls),
    jobs_url: `${self}/jobs`,
    logs_url: `${self}/logs`,
    check_suite_url: `${api}/check-suites/${run.id}`,
    artifacts_url: `${self}/artifacts`,
    cancel_url: `${self}/cancel`,
    rerun_url: `${self}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${self}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${api}/actions/workflows/${run.workflow.id}`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository,
    head_repository: repository,
  }
}

/** A job (`job`). */
export function jobReply(job: JobRecord, urls: GithubUrls): Json {
  const { run } = job
  const { api, html } = addresses(run.repository, urls)
  const began = job.steps.length > 0
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.head ?? run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: run.sha,
    url: `${api}/actions/jobs/${job.id}`,
    html_url: `${html}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: githubTime(job.createdAt),
    started_at: githubTime(job.startedAt),
    completed_at: time(job.completedAt),
    name: job.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      number: step.number,
      started_at: time(step.startedAt),
      completed_at: time(step.completedAt),
    })),
    check_run_url: `${api}/check-runs/${job.id}`,
    labels: job.labels,
    runner_id: began ? 1 : null,
    runner_name: began ? 'GitHub Actions 1' : null,
    runner_group_id: began ? 0 : null,
    runner_group_name: began ? 'GitHub Actions' : null,
  }
}

/** An artifact (`artifact`). */
export function artifactReply(artifact: ArtifactRecord, urls: GithubUrls, now: number): Json {
  const { run, bytes } = artifact
  const { api } = addresses(run.repository, urls)
  const self = `${api}/actions/artifacts/${artifact.id}`
  return {
    id: artifact.id,
    node_id: nodeId('A', artifact.id),
    name: artifact.name,
    size_in_bytes: bytes.length,
    url: self,
    archive_download_url: `${self}/zip`,
    expired: artifact.expiresAt <= now,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    created_at: githubTime(artifact.createdAt),
    updated_at: githubTime(artifact.createdAt),
    expires_at: githubTime(artifact.expiresAt),
    workflow_run: {
      id: run.id,
      repository_id: run.repository.id,
      head_repository_id: run.repository.id,
      head_branch: run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
      head_sha: run.sha,
    },
  }
}

function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : githubTime(milliseconds)
}
