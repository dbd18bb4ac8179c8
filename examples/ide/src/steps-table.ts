import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { DeploymentState } from 'tabship'
import { formatBytes, formatDuration } from './format.js'
import { icon } from './icons.js'

type StepState = DeploymentState['steps'][number]

/** The plan as a table; while it is carried out, the same rows show how far each step is. */
export function stepsTable(state: DeploymentState, isStarted: boolean): TemplateResult {
  const steps = state.steps
  const warnings = isStarted
    ? state.warnings.map(({ message, hint }) => `${message}. ${hint}`)
    : (state.plan?.warnings ?? [])
  return html`<section class="steps" aria-labelledby="steps-title">
    <h3 id="steps-title">${isStarted ? 'Steps' : 'Plan'}</h3>
    ${warnings.map((warning) => html`<p class="notice">${warning}</p>`)}
    <table>
      <thead>
        <tr><th scope="col">Step</th><th scope="col">Files</th><th scope="col">Requests</th><th scope="col">${isStarted ? 'Time' : 'About'}</th></tr>
      </thead>
      <tbody>${repeat(
        steps,
        (step) => step.id,
        (step) => row(step, isStarted),
      )}</tbody>
    </table>
  </section>`
}

function row(step: StepState, isStarted: boolean): TemplateResult {
  return html`<tr data-step=${step.id} data-status=${step.status}>
    <th scope="row">
      <span class="state" title=${step.status}>${icon(step.status)}<span class="hidden">${step.status}</span></span>
      <span class="title">${step.title}</span>
      <span class="about">${step.error?.message ?? step.summary ?? step.description}</span>
      ${step.status === 'running' && step.progress ? bar(step.progress) : nothing}
    </th>
    <td>${step.files === null ? '?' : step.files || ''}</td>
    <td>${requests(step)}</td>
    <td>${isStarted ? time(step) : step.duration ? formatDuration(step.duration) : ''}</td>
  </tr>`
}

function bar({ done, total, unit }: NonNullable<StepState['progress']>): TemplateResult {
  const text = unit === 'bytes' ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done} of ${total} ${unit}`
  const width = total === 0 ? 0 : (100 * done) / total
  return html`<span class="step-progress"><span class="progress thin"><span style=${`width: ${width}%`}></span></span> ${text}</span>`
}

function requests({ requests }: StepState): string {
  if (requests === null) return ''
  if (requests.most === null) return `${requests.least}+`
  return requests.least === requests.most ? String(requests.least) : `${requests.least}–${requests.most}`
}

function time({ startedAt, endedAt }: StepState): string {
  return startedAt === null ? '' : formatDuration((endedAt ?? Date.now()) - startedAt)
}
