import { html, nothing, type TemplateResult } from 'lit-html'
import type { HostApproval } from 'tabship'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import type { Decision } from './ask-approval.js'
import { link } from './done-view.js'
import { describeApproval } from './run-words.js'
import type { Session } from './session.js'
import type { Workbench } from './workbench.js'

/** What a run waits for: with buttons for whoever may decide, and where others do. */
export function approvalView(
  approval: HostApproval,
  session: Session,
  bench: Workbench,
  actions: Actions,
): TemplateResult {
  const { reviewers, canDecide, url } = approval
  const isOurs = canDecide && session.tab === 'this'
  return html`<div class="approval" role="group" aria-labelledby="approval-title">
    <p class="approval-title" id="approval-title">${reviewers.length > 0 ? 'May this run go on?' : 'This run waits'}</p>
    <p>${describeApproval(approval)}</p>
    ${
      isOurs
        ? html`<div class="choices">
            ${button('approve', bench, actions)}
            ${button('reject', bench, actions)}
          </div>`
        : reviewers.length > 0
          ? html`<p class="muted">${canDecide ? 'Decide it in the tab that runs the deployment.' : 'The owner of the token is none of them.'}</p>`
          : nothing
    }
    <p class="small">${link(url, html`${isOurs ? 'Or decide on the page of the run' : 'The page of the run'} ${icon('external')}`)}</p>
  </div>`
}

const labels = {
  approve: { text: 'Approve', busy: 'Approving…' },
  reject: { text: 'Reject', busy: 'Rejecting…' },
}

function button(decision: Decision, { asked }: Workbench, { decide }: Actions): TemplateResult {
  const chosen = asked?.decision ?? null
  const { text, busy } = labels[decision]
  return html`<button type="button" class=${`button ${decision === 'approve' ? 'primary' : ''}`} data-action=${`${decision}-run`}
    aria-disabled=${chosen !== null} @click=${() => decide(decision)}
    >${chosen === decision ? html`${icon('running')} ${busy}` : html`${icon(decision === 'approve' ? 'done' : 'failed')} ${text}`}</button>`
}
