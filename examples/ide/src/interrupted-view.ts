import { html, nothing, type TemplateResult } from 'lit-html'
import { formatMoment } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { isBuiltElsewhere } from './run-words.js'
import type { Session } from './session.js'
import { needsContainer, resumeObstacle, type Workbench } from './workbench.js'

/** A deployment that lost its tab before this page was opened. */
export function interruptedCard(session: Session, bench: Workbench, actions: Actions): TemplateResult {
  return html`<section class="card interrupted" aria-labelledby="interrupted-title">
    <h2 id="interrupted-title" tabindex="-1">A deployment was interrupted</h2>
    ${facts(session, bench)}
    ${buttons('Resume', session, bench, actions)}
  </section>`
}

/** A deployment of another tab that went while this one followed it. */
export function orphanView(session: Session, bench: Workbench, actions: Actions): TemplateResult {
  return html`<section class="hero interrupted orphan">
    <h2 tabindex="-1">Its tab was closed</h2>
    ${facts(session, bench)}
    ${buttons('Take over', session, bench, actions)}
  </section>`
}

function facts({ id, place, state }: Session, bench: Workbench): TemplateResult {
  const done = state.steps.filter(({ status }) => status === 'done').length
  const current = state.steps.find(({ status }) => status === 'running')?.title
  const how = needsContainer(bench, id)
    ? 'Its build had not ended: it is run again, from the files that are here now.'
    : isBuiltElsewhere(state)
      ? 'It is built elsewhere, from what is committed: the files that are here now do not matter.'
      : 'What it built is kept: nothing is built again.'
  return html`<p>${[place.site, state.repository?.fullName ?? place.repository].filter(Boolean).join(', from ')}</p>
    <p class="muted">${state.startedAt === null ? nothing : `Started ${formatMoment(state.startedAt)}. `}${
      state.plan === null ? 'It had not got to its plan.' : `${done} of ${state.steps.length} steps were done`
    }${state.plan === null ? nothing : current ? `; "${current}" was under way.` : '.'}
      ${how}</p>`
}

function buttons(label: string, { id, place }: Session, bench: Workbench, { resume, forget }: Actions): TemplateResult {
  const obstacle = resumeObstacle(bench, id)
  const isResuming = bench.resuming === id
  return html`<div class="choices">
      <button type="button" class="button primary" data-action="resume" ?disabled=${obstacle !== null}
        title=${obstacle ?? 'Go on where it stopped'} aria-disabled=${isResuming} @click=${() => resume(id, place)}
        >${icon(isResuming ? 'running' : 'play')} ${label}</button>
      <button type="button" class="button quiet" data-action="forget" ?disabled=${isResuming}
        title="Remove it from this browser; what it made at the providers stays" @click=${() => forget(id)}>Forget</button>
    </div>
    ${obstacle !== null && bench.tools ? html`<p class="muted small obstacle" role="status">${obstacle}</p>` : nothing}`
}
