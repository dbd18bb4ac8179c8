import { html, nothing, type TemplateResult } from 'lit-html'
import type { PublishedRelease } from 'tabship'
import { formatMoment } from '../../support/format.js'
import { icon } from '../../support/icons.js'
import type { Actions, Page } from './page.js'

/** What the provider keeps, the newest first, with which is live. */
export function releasesView(page: Page, actions: Actions): TemplateResult {
  const { releases } = page
  return html`<section class="releases" aria-busy=${releases === null}>
    <h2>Releases</h2>
    ${
      releases?.length === 0
        ? html`<p class="muted">None yet.</p>`
        : html`<table>
          <thead class="hidden"><tr><th>Release</th><th>State</th><th>Made</th><th>Actions</th></tr></thead>
          <tbody>${(releases ?? []).map((release) => row(release, page.isBusy, actions))}</tbody>
        </table>`
    }
  </section>`
}

function row(release: PublishedRelease, isDisabled: boolean, { promote }: Actions): TemplateResult {
  const { id, title, environment, permalink, createdAt, state, live } = release
  return html`<tr data-release=${id} data-live=${live}>
    <td><span class="title">${title ?? 'Untitled'}</span><code class="muted">${id}</code></td>
    <td>${live ? html`<b class="live"><span class="dot"></span> live</b>` : html`<span class="muted">${state === 'ready' ? environment : state}</span>`}</td>
    <td class="muted number">${formatMoment(createdAt)}</td>
    <td><div>
      ${
        live || state !== 'ready'
          ? nothing
          : html`<button type="button" class="button quiet small" data-action="make-live" ?disabled=${isDisabled}
              @click=${() => promote(id)}>Make live</button>`
      }
      ${
        permalink === null
          ? nothing
          : html`<a class="button quiet square small" href=${permalink} target="_blank" rel="noreferrer"
              aria-label=${`Open ${title ?? id}`} title=${permalink}>${icon('external')}</a>`
      }
    </div></td>
  </tr>`
}
