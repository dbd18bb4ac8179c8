import { html, nothing, type TemplateResult } from 'lit-html'
import { estimateProgress } from 'tabship'
import { formatDuration, formatMoment, formatSeconds, nameOf } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import type { Session } from './session.js'

/** How far a deployment is that is under way, in this tab or in another one. */
export function progressView(session: Session, actions: Actions): TemplateResult {
  const { state, tab, isCanceling } = session
  const { fraction, remaining } = estimateProgress(state, Date.now())
  const percent = Math.floor(fraction * 100)
  const current = describeCurrent(state, isCanceling)
  const left = isCanceling || state.offline ? '' : (describeWait(session) ?? describeRest(remaining))
  return html`<section class="hero running" data-tab=${tab}>
    <div class="hero-line">
      <h2 tabindex="-1"><span class="percent">${percent}<small>%</small></span></h2>
      ${tab === 'other' ? html`<p class="muted elsewhere" role="status">This deployment runs in another tab.</p>` : nothing}
      <button type="button" class="button quiet" data-action="cancel" aria-disabled=${isCanceling} @click=${actions.cancel}
        >${isCanceling ? html`${icon('running')} Canceling…` : 'Cancel'}</button>
    </div>
    <div class="progress" role="progressbar" aria-label="Deployment" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${percent} aria-valuetext=${[`${percent}%`, current, left].filter(Boolean).join(', ')}
      ><span style=${`width: ${(fraction * 100).toFixed(2)}%`}></span></div>
    <p class="hero-line muted"><span class="current" title=${current}>${current}</span><span class="number">${left}</span></p>
  </section>`
}

function describeCurrent(state: Session['state'], isCanceling: boolean): string {
  if (isCanceling) return 'Stopping what runs'
  if (state.offline) return 'Waiting for the network'
  const running = state.steps.filter(({ status }) => status === 'running').map(({ title }) => title)
  return running.join(', ') || (state.resumed ? 'Looking at what was done' : 'Looking at the project')
}

function describeRest(remaining: number | null): string {
  return remaining === null ? '' : `about ${formatDuration(Math.max(1_000, remaining))} left`
}

/** What holds back a step, or the step that is held back longest; `undefined` where nothing does. */
export function describeWait({ waits, state }: Session, step?: string): string | undefined {
  const found = [...waits].filter(([id]) => step === undefined || id === step).map(([, wait]) => wait)
  const [wait] = found.sort((one, other) => other.until - one.until)
  const left = (wait?.until ?? 0) - Date.now()
  if (!wait || left <= 0 || state.offline) return undefined
  // Whole seconds, the last one included.
  const time = formatSeconds(Math.ceil(left / 1_000) * 1_000)
  const name = nameOf(wait.provider)
  return wait.isAsked ? `${name} asks to wait: ${time}` : `${name} is asked again in ${time}`
}

/** Says that the device has no network, where it moves nothing: above the log. */
export function offlineStrip({ offlineSince }: Session): TemplateResult | typeof nothing {
  if (offlineSince === null) return nothing
  return html`<p class="strip" role="status">${icon('offline')}
    <span>No network: waiting since ${formatMoment(offlineSince)}; nothing is lost.</span></p>`
}
