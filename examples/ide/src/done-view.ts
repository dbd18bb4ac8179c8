import { html, type TemplateResult } from 'lit-html'
import type { DeploymentState } from 'tabship'
import { formatMoment, shortenIds } from '../../support/format.js'
import { type IconName, icon } from '../../support/icons.js'

interface Deed {
  readonly name: IconName
  readonly text: unknown
}

/** What stands after a deployment that failed or was canceled: people must not have to guess. */
export function doneView(state: DeploymentState): TemplateResult {
  const deeds = listDeeds(state)
  const told = state.error?.details.done
  const texts = Array.isArray(told) ? told.map(String) : []
  const items = deeds.length > 0 ? deeds : texts.map((text): Deed => ({ name: 'done', text: shortenIds(text) }))
  return html`<section class="deeds" aria-labelledby="deeds-title">
    <h3 id="deeds-title">What was done</h3>
    ${
      items.length > 0
        ? html`<ul class="outcome">${items.map(({ name, text }) => html`<li>${icon(name)}<span>${text}</span></li>`)}</ul>`
        : html`<p class="muted">${mayHaveWritten(state) ? 'No commit and no release is known to have been made.' : 'Nothing: no commit and no release was made.'}</p>`
    }
  </section>`
}

function listDeeds({ repository, settings, commits, runs, sites, releases }: DeploymentState): Deed[] {
  return [
    ...(repository?.created
      ? [{ name: 'branch' as const, text: html`Created the repository ${link(repository.url, repository.fullName)}.` }]
      : []),
    ...settings
      .filter(({ change }) => change !== 'unchanged')
      .map(({ setting, name, change }) => ({
        name: 'check' as const,
        text: html`Set up the ${setting.replaceAll('-', ' ')} ${name}: ${change}.`,
      })),
    ...sites
      .filter(({ site }) => site.created)
      .map(({ site }) => ({ name: 'ship' as const, text: html`Created the site ${link(site.url, site.name)}.` })),
    ...commits
      .filter(({ created }) => created)
      .map(({ url, oid, branch, pullRequest }) => ({
        name: 'commit' as const,
        text: html`Committed ${link(url, html`<code>${oid.slice(0, 7)}</code>`)} to ${branch}${pullRequest ? html`, with ${link(pullRequest.url, `pull request ${pullRequest.number}`)}` : ''}.`,
      })),
    ...runs.map(({ url, id, host }) => ({
      name: 'play' as const,
      text: html`Started ${link(url, `run ${id}`)} on ${host}.`,
    })),
    ...releases.map(({ url }) => ({ name: 'external' as const, text: html`Published ${link(url, bare(url))}.` })),
  ]
}

/** Whether a step that writes at a provider had begun. */
function mayHaveWritten({ steps, error }: DeploymentState): boolean {
  // A conflict is found before anything is written.
  if (error?.code.startsWith('branch-')) return false
  return steps.some(
    ({ id, startedAt, status }) => /^(commit|publish)/.test(id) && startedAt !== null && status !== 'done',
  )
}

/** How the user takes a site over that was published without an account of theirs. */
export function claimView({
  url,
  expiresAt,
}: NonNullable<DeploymentState['releases'][number]['claim']>): TemplateResult {
  const until = expiresAt === null ? '' : ` until ${formatMoment(expiresAt)}`
  return html`Nobody's yet: ${link(url, 'claim the site')}${until}. Keep the link to yourself.`
}

/** A link to a page of a provider. */
export function link(url: string, content: unknown): TemplateResult {
  return html`<a href=${url} target="_blank" rel="noreferrer" title=${url}>${content}</a>`
}

/** An address without what goes without saying. */
export function bare(url: string): string {
  return url.replace(/^https?:\/\/|\/$/g, '')
}
