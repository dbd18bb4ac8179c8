import { html, nothing, type TemplateResult } from 'lit-html'
import { estimateProgress } from 'tabship'
import type { Actions } from './actions.js'
import type { Session } from './deploy-session.js'
import { formatDuration, spellNames } from './format.js'
import { icon } from './icons.js'
import { logView } from './log-view.js'
import { outcomeView } from './outcome-view.js'
import { settingsForm } from './settings-form.js'
import { stepsTable } from './steps-table.js'
import { describeWhereabouts } from './where.js'
import { isDeploying, type Workbench } from './workbench.js'

/** The deploy panel, as a function of what is known now: what scrolls, and the log below it. */
export function deployPanel(bench: Workbench, actions: Actions): TemplateResult {
  const { session, preview, settings, notice } = bench
  const state = session?.state ?? preview
  const isRunning = isDeploying(bench)
  return html`
    <div class="deploy-content">
      ${session === null ? introduction(bench) : isRunning ? progressView(session, actions) : outcomeView(session.state, bench, actions)}
      ${notice ? html`<p class=${`notice ${bench.tools ? '' : 'severe'}`} role="alert">${notice}</p>` : nothing}
      ${settings && !isRunning ? settingsForm(settings, bench, actions) : nothing}
      ${state ? stepsTable(state, session !== null) : nothing}
    </div>
    ${session ? logView(session) : nothing}
  `
}

function introduction(bench: Workbench): TemplateResult {
  const { preview, tools, notice, kind, settings } = bench
  const project = preview?.project
  return html`<section class="hero">
    <h2 tabindex="-1">Put it live</h2>
    <p class="muted">${kind && settings ? describeWhereabouts(kind, settings).introduction : ''}</p>
    ${
      project
        ? html`<dl class="facts">
            <div><dt>Framework</dt><dd>${project.frameworkName}</dd></div>
            <div><dt>Build</dt><dd><code>${project.buildCommand ?? 'none'}</code></dd></div>
            <div><dt>Output</dt><dd><code>${project.outputDirectory}/</code></dd></div>
          </dl>`
        : nothing
    }
    ${tools || notice ? nothing : html`<p class="muted starting">${icon('running')} Starting the container…</p>`}
  </section>`
}

function progressView({ state, isCanceling }: Session, actions: Actions): TemplateResult {
  const { fraction, remaining } = estimateProgress(state, Date.now())
  const percent = Math.floor(fraction * 100)
  const running = state.steps.filter((step) => step.status === 'running').map((step) => spellNames(step.title))
  const current = isCanceling ? 'Stopping what runs' : running.join(', ') || 'Looking at the project'
  const left = remaining === null ? '' : `about ${formatDuration(Math.max(1_000, remaining))} left`
  return html`<section class="hero running">
    <div class="hero-line">
      <h2 tabindex="-1"><span class="percent">${percent}<small>%</small></span></h2>
      <button type="button" class="button quiet" data-action="cancel" aria-disabled=${isCanceling} @click=${actions.cancel}
        >${isCanceling ? html`${icon('running')} Canceling…` : 'Cancel'}</button>
    </div>
    <div class="progress" role="progressbar" aria-label="Deployment" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${percent} aria-valuetext=${[`${percent}%`, current, left].filter(Boolean).join(', ')}
      ><span style=${`width: ${(fraction * 100).toFixed(2)}%`}></span></div>
    <p class="hero-line muted"><span>${current}</span><span class="number">${isCanceling ? '' : left}</span></p>
  </section>`
}
