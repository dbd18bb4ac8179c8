import type { SiteView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts, Section } from './parts.js'

/** Makes the section of sites. */
export function createSites(
  { element }: Dom,
  { badge, name, provider, section, toneOf }: Parts,
  format: Format,
): Section {
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
    return element('span', { class: 'last' }, badge(toneOf(outcome), words), ' ', format.time(createdAt))
  }

  const siteRow = (site: SiteView): HTMLElement => {
    const addresses = [bare(site.url), ...site.domains]
    return element(
      'li',
      { class: 'row site', 'data-key': `${site.provider} ${site.id}` },
      element(
        'div',
        { class: 'lead' },
        name(site.name, site.url),
        element('span', { class: 'address mono' }, addresses.join(' · ')),
      ),
      element('div', { class: 'of' }, provider(site.provider), element('span', { class: 'faint' }, site.account)),
      element('div', { class: 'standing' }, standing(site)),
      element('div', { class: 'when' }, lastOf(site)),
    )
  }

  return ({ sites, addresses }) => {
    if (sites.length > 0)
      return section('sites', 'Sites', sites.length, element('ul', { class: 'rows' }, sites.map(siteRow)))
    const url = addresses.find((address) => address.name === 'netlify')?.url ?? ''
    const code = `netlify({ auth: emulator.token, site: 'shop', apiUrl: '${url}' })`
    const words = 'No site yet. Point a deployment at one of the addresses above, with the token of this emulator:'
    const empty = element('div', { class: 'empty' }, element('p', {}, words), element('code', {}, code))
    return section('sites', 'Sites', 0, empty)
  }
}
