import { html, nothing, type TemplateResult } from 'lit-html'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { choice, field, select } from './form-fields.js'
import { placeFrom } from './place.js'
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
  const { github, netlify, build } = settings
  const isPages = settings.target === 'github-pages'
  const change = (changes: Partial<Settings>): void => actions.edit({ ...settings, ...changes })
  const names = html`
    <div class="fields">
      ${field('Repository', settings.repository, (repository) => change({ repository }))}
      ${field(isPages ? 'Site: named by the repository' : 'Site', placeFrom(settings).site, (site) => change({ site }), { isOff: isPages })}
    </div>
    ${choice('Build', 'build', build, { container: 'In this tab', actions: 'On GitHub Actions' }, (build) => change({ build }))}
    ${choice('Publish on', 'target', settings.target, { netlify: 'Netlify', 'github-pages': 'GitHub Pages' }, (target) => change({ target }))}`
  // After the first deployment the outcome matters more than the form.
  return html`<form class="settings" @submit=${submit} autocomplete="off">
    ${isRepeated ? nothing : names}
    <button type="submit" class=${`button ${isPrimary ? 'primary' : 'wide'}`} data-action="deploy"
      title=${obstacle ?? 'Build, commit and publish the project'} ?disabled=${obstacle !== null}>
      ${icon('ship')} ${isRepeated ? 'Deploy again' : 'Deploy'}</button>
    ${obstacle !== null && bench.tools ? html`<p class="muted small obstacle" role="status">${obstacle}</p>` : nothing}
    <details>
      <summary>${icon('chevron')} ${isRepeated ? 'Settings' : 'Approval, providers and tokens'}</summary>
      ${isRepeated ? names : nothing}
      <div class="fields">
        ${field('Actions wait for', settings.reviewers, (reviewers) => change({ reviewers }), { isOff: build !== 'actions', hint: 'nobody', title: 'Logins or organization/team, with commas: one of them has to approve each build on GitHub Actions' })}
        ${select('New repository is', settings.visibility, ['private', 'public'], (visibility) => change({ visibility }))}
        ${field('GitHub token', github.token, (token) => change({ github: { ...github, token } }), { type: 'password' })}
        ${field('Netlify token', netlify.token, (token) => change({ netlify: { ...netlify, token } }), { type: 'password' })}
        ${field('GitHub API', github.apiUrl ?? '', (apiUrl) => change({ github: { ...github, apiUrl } }), { type: 'url' })}
        ${field('Netlify API', netlify.apiUrl ?? '', (apiUrl) => change({ netlify: { ...netlify, apiUrl } }), { type: 'url' })}
        ${field('Git server', github.gitUrl ?? '', (gitUrl) => change({ github: { ...github, gitUrl } }), { type: 'url' })}
        ${field('Relay for git', settings.relay, (relay) => change({ relay }), { type: 'url' })}
      </div>
    </details>
  </form>`
}
