import type { DeploymentView, EmulatorStateView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts } from './parts.js'

/** The section of deployments, with so many of them at most. */
export type DeploymentSection = (state: EmulatorStateView, most: number) => HTMLElement

/** Makes the section. */
export function createDeployments(
  { element }: Dom,
  { badge, name, provider, section, toneOf }: Parts,
  format: Format,
): DeploymentSection {
  /** Each state as a segment as long as it lasted; what is not over goes on until now. */
  const timeline = ({ states, endedAt, outcome, createdAt }: DeploymentView, now: number): HTMLElement => {
    const list = element('ol', { class: 'states', 'data-outcome': outcome })
    for (const [position, { state, at }] of states.entries()) {
      const isLast = position === states.length - 1
      const until = states[position + 1]?.at ?? endedAt ?? now
      const span = isLast && endedAt !== null ? undefined : format.duration(until - at)
      const since = position === 0 ? '' : `after ${format.duration(at - createdAt)}`
      const words = [state, span ? `for ${span}` : since].filter(Boolean).join(' ')
      const segment = element('li', { title: words, 'data-last': isLast }, element('span', { class: 'unseen' }, words))
      // The square root keeps what is short visible beside what is long.
      segment.style.flexGrow = isLast && endedAt !== null ? '0' : String(Math.max(1, Math.sqrt(until - at)))
      list.append(segment)
    }
    return list
  }

  const deploymentRow = (deployment: DeploymentView, now: number): HTMLElement => {
    const { outcome, error, title, branch, files, endedAt, createdAt, isLive, kind, state } = deployment
    const about = [branch, title, files === null ? null : format.count(files, 'file')].filter(Boolean).join(' · ')
    const outcomeWords = element('span', { class: 'state mono', 'data-tone': toneOf(outcome) }, state)
    return element(
      'li',
      { class: 'row deployment', 'data-key': `${deployment.provider} ${deployment.id}` },
      element(
        'div',
        { class: 'lead' },
        element(
          'div',
          { class: 'line' },
          name(deployment.site, deployment.url),
          badge('plain', kind),
          isLive && badge('good', 'live'),
        ),
        element('span', { class: error ? 'error' : 'faint about', title: error ?? about }, error ?? about),
      ),
      element('div', { class: 'of' }, provider(deployment.provider)),
      element('div', { class: 'course' }, timeline(deployment, now), outcomeWords),
      element(
        'div',
        { class: 'when' },
        element('span', { class: 'number' }, format.duration((endedAt ?? now) - createdAt)),
        format.time(createdAt),
      ),
    )
  }

  return ({ deployments, now }, most) => {
    const rows = deployments.slice(0, most).map((one) => deploymentRow(one, now))
    const rest = deployments.length - rows.length
    const more = element(
      'button',
      { type: 'button', class: 'button more', 'data-action': 'more' },
      `Show ${Math.min(rest, 50)} more`,
    )
    const words = 'Each deployment shows here with the states that it goes through, while it does.'
    const list = rows.length > 0 ? element('ol', { class: 'rows' }, rows) : element('p', { class: 'empty' }, words)
    return section('deployments', 'Deployments', deployments.length, list, rest > 0 && more)
  }
}
