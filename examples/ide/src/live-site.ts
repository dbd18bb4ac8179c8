import { html, nothing, type TemplateResult } from 'lit-html'
import { icon } from '../../support/icons.js'
import { bare, link } from './done-view.js'

/** Milliseconds for which a button says what came of it. */
const feedbackTime = 2_000

/** The address, and the site itself where the browser shows a site of another origin inside an isolated page. */
export function liveSite(url: string): TemplateResult {
  return html`<div class="live">
      ${link(url, bare(url))}
      <button type="button" class="button quiet" title="Copy the address" @click=${(event: Event) => copy(event, url)}
        >${icon('copy')} <span role="status">Copy</span></button>
    </div>
    ${
      'credentialless' in HTMLIFrameElement.prototype
        ? html`<div class="thumbnail" data-state="loading" inert>
            <p class="loading muted">${icon('running')} Loading the site…</p>
            <iframe src=${url} title="The live site" credentialless @load=${showThumbnail}></iframe></div>`
        : nothing
    }`
}

function showThumbnail({ target }: Event): void {
  if (target instanceof HTMLElement) target.parentElement?.setAttribute('data-state', 'loaded')
}

function copy({ currentTarget }: Event, url: string): void {
  const label = currentTarget instanceof HTMLElement ? currentTarget.querySelector('span') : null
  const tell = (text: string): void => {
    if (!label) return
    label.textContent = text
    setTimeout(() => {
      label.textContent = 'Copy'
    }, feedbackTime)
  }
  // Browsers refuse it to pages that have lost the focus or the permission.
  navigator.clipboard.writeText(url).then(
    () => tell('Copied'),
    () => tell('Not allowed'),
  )
}
