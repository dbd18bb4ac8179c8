import { html, nothing, type TemplateResult } from 'lit-html'
import { estimateProgress } from 'tabship'
import type { Actions } from './actions.js'
import type { Session } from './deploy-session.js'
import { formatDuration } from './format.js'
import { icon } from './icons.js'
import { logView } from './log-view.js'
import { outcomeView } from './outcome-view.js'
import { settingsForm } from './settings-form.js'
import { stepsTable } from './steps-table.js'
import { isDeploying, type Workbench } from './workbench.js'

/** The deploy panel, as a function of what is known now. */
export function deployPanel(bench: Workbench, actions: Actions): TemplateResult {
  const { session, preview, settings, notice } = bench
  const state = session?.state ?? preview
  return html`
    ${session === null ? introduction(bench) : isDeploying(bench) ? progressView(session) : outcomeView(session.state)}
    ${notice ? html`<p class="notice" role="alert">${notice}</p>` : nothing}
    ${settings && !isDeploying(bench) ? settingsForm(settings, bench, actions) : nothing}
    ${state ? stepsTable(state, session !== null) : nothing} ${session ? logView(session) : nothing}
  `
}

function introduction({ preview, tools, notice }: Workbench): TemplateResult {
  const project = preview?.project
  return html`<section class="hero">
    <h2>Put it live</h2>
    <p class="muted">
      Builds in this tab, commits the source to GitHub, publishes the output on Netlify and compares what is served.
    </p>
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

function progressView(session: Session): TemplateResult {
  const { state } = session
  const { fraction, remaining } = estimateProgress(state, Date.now())
  const percent = Math.floor(fraction * 100)
  const current = state.steps.filter((step) => step.status === 'running').map((step) => step.title)
  return html`<section class="hero running">
    <div class="hero-line">
      <h2><span class="percent">${percent}<small>%</small></span></h2>
      <button type="button" class="button quiet" @click=${session.cancel}>Cancel</button>
    </div>
    <div class="progress" role="progressbar" aria-label="Deployment" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${percent}><span style=${`width: ${(fraction * 100).toFixed(2)}%`}></span></div>
    <p class="hero-line muted">
      <span>${current.join(' · ') || 'Looking at the project'}</span>
      <span class="number">${remaining === null ? '' : `about ${formatDuration(Math.max(1_000, remaining))} left`}</span>
    </p>
  </section>`
}
