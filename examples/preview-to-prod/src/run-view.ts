import { html, nothing, type TemplateResult } from 'lit-html'
import { type DeploymentState, estimateProgress } from 'tabship'
import { formatDuration } from '../../support/format.js'
import { type IconName, icon } from '../../support/icons.js'
import { isRunning, type Page, type Problem, type Run, type Verb } from './page.js'

const idle = 'A preview has an address of its own. Promoting and rolling back build nothing and send no file.'

const done: Readonly<Record<Verb, string>> = {
  preview: 'The preview is published; what is live is as it was.',
  promote: 'It is live. Nothing was built, and no file was sent.',
  rollback: 'It was rolled back. Nothing was built, and no file was sent.',
}

/** What happens at the moment, or what came of the last thing that was done. */
export function runView({ run, problem, container, releases }: Page): TemplateResult {
  const trouble = problem ?? run?.state.error ?? null
  if (run && isRunning(run)) return progressView(run)
  if (run?.state.status === 'canceled') return line('canceled', 'canceled', 'It was canceled.')
  if (trouble) return troubleView(trouble)
  if (container === null) return line('starting', 'running', 'Starting the container…')
  if (releases === null) return line('starting', 'running', 'Asking which releases there are…')
  return run ? line('success', 'done', done[run.verb], took(run.state)) : line('idle', null, idle)
}

function progressView({ state, cancel }: Run): TemplateResult {
  const { fraction } = estimateProgress(state, Date.now())
  const percent = Math.floor(fraction * 100)
  const current = state.steps.filter(({ status }) => status === 'running').map(({ title }) => title)
  const text = state.offline ? 'Waiting for the network' : current.join(', ') || 'Looking at the project'
  return html`<div class="run" data-state="running">
    <div class="progress" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}
      aria-valuetext=${`${percent}%, ${text}`}><span style=${`width: ${(fraction * 100).toFixed(2)}%`}></span></div>
    <p><span class="muted">${text}</span> <span class="muted number">${percent}%</span>
      <button type="button" class="button quiet small" data-action="cancel" @click=${() => cancel()}>Cancel</button></p>
  </div>`
}

function troubleView({ message, hint }: Problem): TemplateResult {
  return html`<div class="run" data-state="failure" role="alert">
    <p class="notice severe">${icon('failed')} <span>${message}</span></p>
    ${hint ? html`<p class="hint"><b>What to do</b> ${hint}</p>` : nothing}
  </div>`
}

function line(state: string, name: IconName | null, text: string, time?: string): TemplateResult {
  return html`<div class="run" data-state=${state} role="status">
    <p>${name ? icon(name) : nothing} <span>${text}</span> ${time ? html`<span class="muted number">${time}</span>` : nothing}</p>
  </div>`
}

function took({ startedAt, endedAt }: DeploymentState): string {
  return startedAt !== null && endedAt !== null ? formatDuration(endedAt - startedAt) : ''
}
