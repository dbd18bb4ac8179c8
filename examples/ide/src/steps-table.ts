import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { DeploymentState } from 'tabship'
import { formatBytes, formatDuration, sentence, shortenIds } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import { describeWait } from './progress-view.js'
import { isRunning, type Session } from './session.js'

type StepState = DeploymentState['steps'][number]

/** What the rows tell of: a plan, a deployment that runs, or one that has ended or lost its tab. */
type Phase = 'planned' | 'running' | 'over'

/**
 * The plan as a table; while it is carried out, the same rows show how far each step is, and then what it came to.
 * @param session `null` for a plan.
 */
export function stepsTable(state: DeploymentState, session: Session | null): TemplateResult {
  const isStarted = session !== null
  const phase = session === null ? 'planned' : isRunning(session) ? 'running' : 'over'
  const warnings = [
    ...new Map(
      [...(state.plan?.warnings ?? []), ...state.warnings].map((warning) => [warning.message, warning]),
    ).values(),
  ]
  return html`<section class="steps" aria-labelledby="steps-title">
    <h3 id="steps-title">${isStarted ? 'Steps' : 'Plan'}</h3>
    ${warnings.map(({ message, hint }) => html`<p class="notice">${message} ${hint}</p>`)}
    <table>
      <thead>
        <tr><th scope="col">Step</th><th scope="col" title="Files that the step handles">Files</th>
          <th scope="col" title="Requests to the provider">Requests</th>
          <th scope="col" title=${isStarted ? 'Time taken' : 'Time that it will take, about'}>${isStarted ? 'Time' : 'About'}</th></tr>
      </thead>
      <tbody>${repeat(
        state.steps,
        (step) => step.id,
        (step) => row(shown(step, session), phase, session),
      )}</tbody>
    </table>
  </section>`
}

/** A step as its row shows it: what was under way when its tab went is not done, and nobody is at it. */
function shown(step: StepState, session: Session | null): StepState {
  return session?.tab === 'gone' && step.status === 'running'
    ? { ...step, status: 'canceled', startedAt: null, summary: 'Interrupted' }
    : step
}

function row(step: StepState, phase: Phase, session: Session | null): TemplateResult {
  const isSkipped = phase === 'over' && step.status === 'waiting'
  const isDoneBefore = session?.doneBefore.has(step.id) ?? false
  const status = isSkipped ? 'not run' : isDoneBefore ? 'done before' : step.status
  return html`<tr data-step=${step.id} data-status=${isSkipped ? 'skipped' : step.status}>
    <th scope="row">
      <span class="state" title=${status}>${icon(step.status)}<span class="hidden">${status}: </span></span>
      <span class="title">${step.title}</span>
      ${about(step, isSkipped, session)}
      ${step.status === 'running' && step.progress ? bar(step.progress) : nothing}
    </th>
    <td>${files(step, phase)}</td>
    <td>${requests(step, phase)}</td>
    ${
      isDoneBefore
        ? html`<td class="before" title="Done before this run">before</td>`
        : html`<td>${phase === 'planned' ? (step.duration ? formatDuration(step.duration) : '') : time(step)}</td>`
    }
  </tr>`
}

/** The line below the title. A wait stands in for what the step does, so that nothing moves when it comes and goes. */
function about(step: StepState, isSkipped: boolean, session: Session | null): TemplateResult {
  const wait = session && isRunning(session) ? describeWait(session, step.id) : undefined
  if (wait !== undefined) return html`<span class="about wait">${wait}</span>`
  return html`<span class="about">${sentence(describe(step, isSkipped, session))}</span>`
}

function describe(step: StepState, isSkipped: boolean, session: Session | null): string {
  if (isSkipped) return session?.tab === 'gone' ? 'Not begun' : 'Not run'
  if (step.status === 'canceled') return step.summary ?? 'Canceled'
  return shortenIds(step.error?.message ?? step.summary ?? step.description)
}

function bar({ done, total, unit }: NonNullable<StepState['progress']>): TemplateResult {
  const text = unit === 'bytes' ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done} of ${total} ${unit}`
  const width = total === 0 ? 0 : (100 * done) / total
  return html`<span class="step-progress"><span class="progress thin"><span style=${`width: ${width}%`}></span></span> ${text}</span>`
}

/** Whether the figures of the plan are still what is expected. Of a step that has ended they are no result. */
function isExpected({ status }: StepState, phase: Phase): boolean {
  return phase !== 'over' && (status === 'waiting' || status === 'running')
}

function files(step: StepState, phase: Phase): string {
  if (step.files !== null)
    return step.files === 0 || (phase === 'over' && step.status === 'waiting') ? '' : String(step.files)
  return isExpected(step, phase) ? '?' : ''
}

function requests(step: StepState, phase: Phase): string {
  const { requests } = step
  if (requests === null || !isExpected(step, phase)) return ''
  if (requests.most === null) return `${requests.least}+`
  return requests.least === requests.most ? String(requests.least) : `${requests.least}–${requests.most}`
}

function time({ startedAt, endedAt }: StepState): string {
  return startedAt === null ? '' : formatDuration((endedAt ?? Date.now()) - startedAt)
}
