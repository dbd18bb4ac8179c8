import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { repeat } from 'lit-html/directives/repeat.js'
import type { RunState } from 'tabship'
import type { Actions } from './actions.js'
import { approvalView } from './approval-view.js'
import { link } from './done-view.js'
import { count, formatSeconds } from './format.js'
import { type IconName, icon } from './icons.js'
import { keepAtEnd } from './log-view.js'
import { describeStatus, isBuiltElsewhere, type RunStatus, statusOf } from './run-words.js'
import { isRunning, type Session } from './session.js'
import type { Workbench } from './workbench.js'

type Job = RunState['jobs'][number]

const looks: Readonly<Record<RunStatus, IconName>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  canceled: 'canceled',
  skipped: 'canceled',
}

/**
 * The build on the host's own machines: its jobs and steps, and what it waits for. While it may go on, its place has one height,
 * so that nothing below it moves.
 */
export function runView(session: Session, bench: Workbench, actions: Actions): TemplateResult | typeof nothing {
  const { state } = session
  const { run } = state
  const isLive = isRunning(session)
  const isExpected = isLive && isBuiltElsewhere(state)
  if (!run && !isExpected) return nothing
  const { status, text } = describeRun(run, isLive)
  const approval = isLive ? (run?.approval ?? null) : null
  return html`<section class="run" data-status=${approval ? 'approval' : status} aria-labelledby="run-title">
    <div class="run-line">
      <h3 id="run-title" tabindex="-1">${run?.host ?? 'GitHub Actions'}</h3>
      <span class="chip" role="status">${icon(approval ? 'waiting' : looks[status])} ${approval ? 'needs approval' : text}</span>
      ${run ? html`<span class="run-link">${link(run.url, html`Open run ${icon('external')}`)}</span>` : nothing}
    </div>
    ${isLive ? html`<div class="run-body">${approval ? approvalView(approval, session, bench, actions) : body(run, session)}</div>` : ended(run, session)}
  </section>`
}

/** Where a run stands as a whole. Nobody knows more of one that was left in the middle. */
function describeRun(run: RunState | null, isLive: boolean): { readonly status: RunStatus; readonly text: string } {
  if (!run) return { status: 'waiting', text: 'after the commit' }
  const statuses = run.jobs.map(statusOf)
  const isOver = statuses.length > 0 && statuses.every((one) => one !== 'waiting' && one !== 'running')
  if (!isOver && !isLive) return { status: 'canceled', text: 'not followed to its end' }
  if (!isOver && statuses.includes('running')) return { status: 'running', text: 'running' }
  if (!isOver) return { status: 'waiting', text: 'queued' }
  const worst = (['failed', 'canceled'] as const).find((one) => statuses.includes(one)) ?? 'done'
  return { status: worst, text: worst === 'done' ? 'ok' : worst }
}

function body(run: RunState | null, session: Session): TemplateResult {
  if (!run || run.jobs.length === 0)
    return html`<p class="run-empty muted">${run ? 'Waiting for a machine…' : 'Builds what is committed, on a machine of its own.'}</p>`
  return html`<div class="run-jobs" tabindex="0" role="region" aria-label="Jobs and steps of the run" ${ref((element) => keepAtEnd(element))}>
    ${jobs(run, session)}</div>`
}

function ended(run: RunState | null, session: Session): TemplateResult | typeof nothing {
  const all = run?.jobs ?? []
  const steps = all.reduce((sum, job) => sum + job.steps.length, 0)
  if (!run || steps === 0) return nothing
  return html`<details class="run-ended" ?open=${session.state.status !== 'success'}>
    <summary>${icon('chevron')} ${count(all.length, 'job')}, ${count(steps, 'step')}</summary>
    ${jobs(run, session)}
  </details>`
}

function jobs({ jobs }: RunState, session: Session): TemplateResult {
  return html`<ol class="jobs">${repeat(
    jobs,
    ({ id }) => id,
    (job) => html`<li>${row(job, session, job.url)}
      <ol>${repeat(
        job.steps,
        ({ number }) => number,
        (step) => html`<li>${row(step, session, null)}</li>`,
      )}</ol></li>`,
  )}</ol>`
}

function row(
  told: Pick<Job, 'name' | 'state' | 'conclusion' | 'startedAt' | 'endedAt'>,
  session: Session,
  url: string | null,
): TemplateResult {
  const known = statusOf(told)
  // Nobody is at it any more, as far as is known here.
  const isLeft = !isRunning(session) && (known === 'running' || known === 'waiting')
  const status = isLeft ? 'canceled' : known
  const text = isLeft ? 'not followed to its end' : describeStatus(told)
  return html`<p class="run-row" data-status=${status}>
    <span class="state" title=${text}>${icon(looks[status])}<span class="hidden">${text}: </span></span>
    <span class="name">${url === null ? told.name : link(url, told.name)}</span>
    <span class="number muted">${status === 'running' || status === 'done' || status === 'failed' ? time(told) : text}</span>
  </p>`
}

/** The host tells whole seconds, by a clock of its own. */
function time({ startedAt, endedAt }: Pick<Job, 'startedAt' | 'endedAt'>): string {
  return startedAt === null ? '' : formatSeconds(Math.max(0, (endedAt ?? Date.now()) - startedAt))
}
