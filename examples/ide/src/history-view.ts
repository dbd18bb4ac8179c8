import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { DeploymentSummary } from 'tabship'
import { formatMoment } from '../../support/format.js'
import { type IconName, icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { bare, link } from './done-view.js'
import { placeOf } from './place.js'
import { resumeObstacle, type Workbench } from './workbench.js'

type State = DeploymentSummary['state']

const looks: Record<State, { readonly name: IconName; readonly text: string }> = {
  running: { name: 'running', text: 'Runs in another tab' },
  interrupted: { name: 'waiting', text: 'Interrupted' },
  success: { name: 'done', text: 'Live' },
  failure: { name: 'failed', text: 'Failed' },
  canceled: { name: 'canceled', text: 'Canceled' },
  unreadable: { name: 'failed', text: 'Cannot be read' },
}

/** The deployments that this browser remembers, besides the one that the panel shows. */
export function historyView(bench: Workbench, actions: Actions): TemplateResult | typeof nothing {
  const shown = bench.session ? bench.session.id : bench.card?.id
  const earlier = bench.history.filter(({ id }) => id !== shown)
  if (earlier.length === 0) return nothing
  return html`<details class="history">
    <summary>${icon('chevron')} Earlier deployments (${earlier.length})</summary>
    <ul>${repeat(
      earlier,
      ({ id }) => id,
      (one) => row(one, bench, actions),
    )}</ul>
  </details>`
}

function row(summary: DeploymentSummary, bench: Workbench, actions: Actions): TemplateResult {
  const { id, state, startedAt, url, error } = summary
  const { name, text } = looks[state]
  const { site } = placeOf(summary)
  return html`<li data-state=${state}>
    <span class="state">${icon(name)}</span>
    <span class="what"><span class="site">${url ? link(url, bare(url)) : site || id}</span>
      <span class="muted small" title=${error?.message ?? ''}>${text}${startedAt === null ? '' : `, ${formatMoment(startedAt)}`}</span></span>
    ${action(summary, bench, actions)}
  </li>`
}

function action(summary: DeploymentSummary, bench: Workbench, { forget, resume, follow }: Actions): unknown {
  const { id, state, startedAt } = summary
  const place = placeOf(summary)
  const label = `the deployment of ${place.site}${startedAt === null ? '' : `, ${formatMoment(startedAt)}`}`
  const button = (text: string, act: () => void, obstacle: string | null = null): TemplateResult =>
    html`<button type="button" class="button quiet small" ?disabled=${obstacle !== null} title=${obstacle ?? ''}
      aria-label=${`${text} ${label}`} @click=${act}>${text}</button>`
  if (state === 'running') return button('Follow', () => follow(id, place))
  return [
    isResumable(summary) && !summary.superseded
      ? button('Resume', () => void resume(id, place), resumeObstacle(bench, id))
      : nothing,
    button('Forget', () => forget(id)),
  ]
}

function isResumable({ state, error }: DeploymentSummary): boolean {
  return state === 'interrupted' || state === 'canceled' || error?.retryable === true
}
