import { html, nothing, type TemplateResult } from 'lit-html'
import type { Actions } from './actions.js'
import { icon } from './icons.js'
import type { Settings } from './settings.js'
import { deployObstacle, type Workbench } from './workbench.js'

/** Where to deploy to, and the button. */
export function settingsForm(settings: Settings, bench: Workbench, actions: Actions): TemplateResult {
  const isRepeated = bench.session !== null
  const submit = (event: Event): void => {
    event.preventDefault()
    void actions.deploy()
  }
  // One button at a time is the one to press.
  const isPrimary = isRepeated ? bench.accepted !== null : bench.card === null
  const obstacle = deployObstacle(bench)
  const { github, netlify } = settings
  const names = [
    field('Repository', settings.repository, (repository) => actions.edit({ ...settings, repository })),
    field('Site', settings.site, (site) => actions.edit({ ...settings, site })),
  ]
  // After the first deployment the outcome matters more than the form.
  return html`<form class="settings" @submit=${submit} autocomplete="off">
    ${isRepeated ? nothing : html`<div class="fields">${names}</div>`}
    <button type="submit" class=${`button ${isPrimary ? 'primary' : 'wide'}`} data-action="deploy"
      title=${obstacle ?? 'Build, commit and publish the project'} ?disabled=${obstacle !== null}>
      ${icon('ship')} ${isRepeated ? 'Deploy again' : 'Deploy'}</button>
    ${obstacle !== null && bench.tools ? html`<p class="muted small obstacle" role="status">${obstacle}</p>` : nothing}
    <details>
      <summary>${icon('chevron')} ${isRepeated ? 'Settings' : 'Providers and tokens'}</summary>
      <div class="fields">
        ${isRepeated ? names : nothing}
        ${field('GitHub token', github.token, (token) => actions.edit({ ...settings, github: { ...github, token } }), 'password')}
        ${field('Netlify token', netlify.token, (token) => actions.edit({ ...settings, netlify: { ...netlify, token } }), 'password')}
        ${field('GitHub API', github.apiUrl ?? '', (apiUrl) => actions.edit({ ...settings, github: { ...github, apiUrl } }), 'url')}
        ${field('Netlify API', netlify.apiUrl ?? '', (apiUrl) => actions.edit({ ...settings, netlify: { ...netlify, apiUrl } }), 'url')}
        ${field('Git server', github.gitUrl ?? '', (gitUrl) => actions.edit({ ...settings, github: { ...github, gitUrl } }), 'url')}
        ${field('Relay for git', settings.relay, (relay) => actions.edit({ ...settings, relay }), 'url')}
      </div>
    </details>
  </form>`
}

function field(
  label: string,
  value: string,
  change: (value: string) => void,
  type: 'text' | 'password' | 'url' = 'text',
): TemplateResult {
  const onChange = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) change(event.target.value.trim())
  }
  return html`<label><span>${label}</span>
    <input type=${type} .value=${value} @change=${onChange} spellcheck="false" autocapitalize="off" autocomplete="off" /></label>`
}
