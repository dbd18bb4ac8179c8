import type { DeploymentView, EmulatorStateView, SiteView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts } from './parts.js'

/** Shows sites and deployments. */
export interface SiteSections {
  sites(state: EmulatorStateView): HTMLElement
  deployments(state: EmulatorStateView, most: number): HTMLElement
}

/** Makes the sections. */
export function createSiteSections(
  { element, icon, link }: Dom,
  { badge, provider, section }: Parts,
  format: Format,
): SiteSections {
  const tones = { 'under-way': 'running', succeeded: 'good', failed: 'bad', canceled: 'quiet' } as const
  const bare = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '')

  const standing = ({ isLive, isLocked, lastDeployment }: SiteView): HTMLElement => {
    if (isLive) return badge('good', isLocked ? 'Live, locked' : 'Live')
    if (lastDeployment?.outcome === 'under-way') return badge('running', 'On its way')
    return badge('quiet', 'Serves nothing')
  }

  const lastOf = ({ lastDeployment }: SiteView): HTMLElement => {
    if (!lastDeployment) return element('span', { class: 'faint' }, 'No deployment yet')
    const { outcome, kind, state, createdAt } = lastDeployment
    const words = outcome === 'succeeded' ? kind : `${kind}: ${state}`
    return element('span', { class: 'last' }, badge(tones[outcome], words), ' ', format.time(createdAt))
  }

  const siteRow = (site: SiteView): HTMLElement => {
    const addresses = [bare(site.url), ...site.domains]
    const name = link(site.url, { class: 'name', title: `Open ${site.url}` }, site.name, icon('external'))
    return element(
      'li',
      { class: 'row site', 'data-key': `${site.provider} ${site.id}` },
      element('div', { class: 'lead' }, name, element('span', { class: 'address mono' }, addresses.join(' · '))),
      element('div', { class: 'of' }, provider(site.provider), element('span', { class: 'faint' }, site.account)),
      element('div', { class: 'standing' }, standing(site)),
      element('div', { class: 'when' }, lastOf(site)),
    )
  }

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
    const outcomeWords = element('span', { class: 'state mono', 'data-tone': tones[outcome] }, state)
    const name = link(
      deployment.url,
      { class: 'name' },
      deployment.site,
      deployment.url === null ? null : icon('external'),
    )
    return element(
      'li',
      { class: 'row deployment', 'data-key': `${deployment.provider} ${deployment.id}` },
      element(
        'div',
        { class: 'lead' },
        element('div', { class: 'line' }, name, badge('plain', kind), isLive && badge('good', 'live')),
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

  return {
    sites: ({ sites, addresses }) => {
      if (sites.length > 0)
        return section('sites', 'Sites', sites.length, element('ul', { class: 'rows' }, sites.map(siteRow)))
      const url = addresses.find(({ name }) => name === 'netlify')?.url ?? ''
      const code = `netlify({ auth: emulator.token, site: 'shop', apiUrl: '${url}' })`
      const words = 'No site yet. Point a deployment at one of the addresses above, with the token of this emulator:'
      return section(
        'sites',
        'Sites',
        0,
        element('div', { class: 'empty' }, element('p', {}, words), element('code', {}, code)),
      )
    },
    deployments: ({ deployments, now }, most) => {
      const rows = deployments.slice(0, most).map((one) => deploymentRow(one, now))
      const rest = deployments.length - rows.length
      const more = element(
        'button',
        { type: 'button', class: 'button more', 'data-action': 'more' },
        `Show ${Math.min(rest, 50)} more`,
      )
      const empty = element(
        'p',
        { class: 'empty' },
        'Each deployment shows here with the states that it goes through, while it does.',
      )
      const list = rows.length > 0 ? element('ol', { class: 'rows' }, rows) : empty
      return section('deployments', 'Deployments', deployments.length, list, ...(rest > 0 ? [more] : []))
    },
  }
}
