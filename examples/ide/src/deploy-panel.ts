import { html, nothing, type TemplateResult } from 'lit-html'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { historyView } from './history-view.js'
import { interruptedCard, orphanView } from './interrupted-view.js'
import { logView } from './log-view.js'
import { outcomeView } from './outcome-view.js'
import { offlineStrip, progressView } from './progress-view.js'
import { runsView } from './run-view.js'
import { isRunning, type Session } from './session.js'
import { settingsForm } from './settings-form.js'
import { stepsTable } from './steps-table.js'
import { describeWhereabouts } from './where.js'
import type { Workbench } from './workbench.js'

/** The deploy panel, as a function of what is known now: what scrolls, and the log below it. */
export function deployPanel(bench: Workbench, actions: Actions): TemplateResult {
  const { session, preview, settings, notice } = bench
  const isBusy = session !== null && isRunning(session)
  return html`
    <div class="deploy-content">
      ${session === null ? beginning(bench, actions) : sessionView(session, bench, actions)}
      ${notice ? html`<p class=${`notice ${bench.tools ? '' : 'severe'}`} role="alert">${notice}</p>` : nothing}
      ${settings && !isBusy ? settingsForm(settings, bench, actions) : nothing}
      ${session ? runsView(session, bench, actions) : nothing}
      ${session ? stepsTable(session.state, session) : preview ? stepsTable(preview, null) : nothing}
      ${isBusy ? nothing : historyView(bench, actions)}
    </div>
    ${session ? html`${offlineStrip(session)} ${logView(session)}` : nothing}
  `
}

function sessionView(session: Session, bench: Workbench, actions: Actions): TemplateResult {
  if (session.tab === 'gone') return orphanView(session, bench, actions)
  return isRunning(session) ? progressView(session, actions) : outcomeView(session, bench, actions)
}

function beginning(bench: Workbench, actions: Actions): TemplateResult {
  return html`${bench.card ? interruptedCard(bench.card, bench, actions) : nothing} ${introduction(bench)}`
}

function introduction(bench: Workbench): TemplateResult {
  const { preview, tools, notice, kind, settings } = bench
  const project = preview?.project
  return html`<section class="hero">
    <h2 tabindex="-1">Put it live</h2>
    <p class="muted introduction">${kind && settings ? describeWhereabouts(kind, settings).introduction : ''}</p>
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
