import { html, nothing, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { repeat } from 'lit-html/directives/repeat.js'
import type { RunState } from 'tabship'
import { count, formatSeconds } from '../../support/format.js'
import { type IconName, icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { approvalView } from './approval-view.js'
import { link } from './done-view.js'
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
 * The runs on the host's own machines, which build or publish: their jobs and steps, and what they wait for. The last one is open;
 * while it may go on, its place has one height, so that nothing below it moves.
 */
export function runsView(session: Session, bench: Workbench, actions: Actions): TemplateResult | typeof nothing {
  const { state } = session
  const { runs } = state
  const isExpected = isRunning(session) && isBuiltElsewhere(state) && !runs.some(({ step }) => step === 'build')
  const sections = runs.map((run, index) => section(run, session, index === runs.length - 1, bench, actions))
  return sections.length === 0 && !isExpected ? nothing : html`${sections}${isExpected ? expected() : nothing}`
}

function section(run: RunState, session: Session, isLast: boolean, bench: Workbench, actions: Actions): TemplateResult {
  const { step, host, url } = run
  const { status, text } = describeRun(run, session)
  const approval = isFollowed(run, session) ? run.approval : null
  const id = `run-title-${step}`
  const isOpen = isFollowed(run, session) || (isLast && isRunning(session))
  return html`<section class="run" data-step=${step} data-status=${approval ? 'approval' : status} aria-labelledby=${id}>
    <div class="run-line">
      <h3 id=${id} tabindex="-1">${nameRun(step, host)}</h3>
      <span class="chip" role="status">${icon(approval ? 'waiting' : looks[status])} ${approval ? 'needs approval' : text}</span>
      <span class="run-link">${link(url, html`Open run ${icon('external')}`)}</span>
    </div>
    ${isOpen ? html`<div class="run-body">${approval ? approvalView(approval, session, bench, actions) : body(run, session)}</div>` : ended(run, session, isLast)}
  </section>`
}

/** The place of a build that has not begun. */
function expected(): TemplateResult {
  return html`<section class="run" data-status="waiting" aria-labelledby="run-title-build">
    <div class="run-line">
      <h3 id="run-title-build" tabindex="-1">${nameRun('build', 'GitHub Actions')}</h3>
      <span class="chip" role="status">${icon('waiting')} after the commit</span>
    </div>
    <div class="run-body"><p class="run-empty muted">Builds what is committed, on a machine of its own.</p></div>
  </section>`
}

function nameRun(step: string, host: string): string {
  return `${step === 'build' ? 'Build' : 'Publication'} on ${host}`
}

/** Whether somebody is at it, as far as is known here. */
function isFollowed({ followed }: RunState, session: Session): boolean {
  return followed && isRunning(session)
}

/** Where a run stands as a whole. Nobody knows more of one that was left in the middle. */
function describeRun(run: RunState, session: Session): { readonly status: RunStatus; readonly text: string } {
  const statuses = run.jobs.map(statusOf)
  const isOver = statuses.length > 0 && statuses.every((one) => one !== 'waiting' && one !== 'running')
  if (!isOver && !isFollowed(run, session)) return { status: 'canceled', text: 'not followed to its end' }
  if (!isOver && statuses.includes('running')) return { status: 'running', text: 'running' }
  if (!isOver) return { status: 'waiting', text: 'queued' }
  const worst = (['failed', 'canceled'] as const).find((one) => statuses.includes(one)) ?? 'done'
  return { status: worst, text: worst === 'done' ? 'ok' : worst }
}

function body(run: RunState, session: Session): TemplateResult {
  if (run.jobs.length === 0) return html`<p class="run-empty muted">Waiting for a machine…</p>`
  return html`<div class="run-jobs" tabindex="0" role="region" aria-label="Jobs and steps of the run" ${ref((element) => keepAtEnd(element))}>
    ${jobs(run, session)}</div>`
}

function ended(run: RunState, session: Session, isLast: boolean): TemplateResult | typeof nothing {
  const steps = run.jobs.reduce((sum, job) => sum + job.steps.length, 0)
  if (steps === 0) return nothing
  return html`<details class="run-ended" ?open=${isLast && session.state.status !== 'success'}>
    <summary>${icon('chevron')} ${count(run.jobs.length, 'job')}, ${count(steps, 'step')}</summary>
    ${jobs(run, session)}
  </details>`
}

function jobs(run: RunState, session: Session): TemplateResult {
  // Of what nobody follows any more, no more is known.
  const isLeft = !isFollowed(run, session)
  return html`<ol class="jobs">${repeat(
    run.jobs,
    ({ id }) => id,
    (job) => html`<li>${row(job, isLeft, job.url)}
      <ol>${repeat(
        job.steps,
        ({ number }) => number,
        (step) => html`<li>${row(step, isLeft, null)}</li>`,
      )}</ol></li>`,
  )}</ol>`
}

function row(
  told: Pick<Job, 'name' | 'state' | 'conclusion' | 'startedAt' | 'endedAt'>,
  isLeft: boolean,
  url: string | null,
): TemplateResult {
  const known = statusOf(told)
  const isOpen = isLeft && (known === 'running' || known === 'waiting')
  const status = isOpen ? 'canceled' : known
  const text = isOpen ? 'not followed to its end' : describeStatus(told)
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
