import { html, nothing, type TemplateResult } from 'lit-html'
import { keyed } from 'lit-html/directives/keyed.js'
import { icon } from '../../support/icons.js'

/** What an address serves. */
export interface Shown {
  /** Of the release: where another one is served, the frame is loaded anew. */
  readonly id: string
  readonly url: string | null
}

/** A site with its address; the site itself where the browser shows one of another origin inside an isolated page. */
export function siteFrame(name: string, shown: Shown | undefined, otherwise: string): TemplateResult {
  const url = shown?.url ?? null
  return html`<section class="site" aria-label=${name} data-release=${shown?.id ?? ''}>
    <header>
      <h2>${name}</h2>
      ${url === null ? nothing : html`<a href=${url} target="_blank" rel="noreferrer" title=${url}><span class="host">${bare(url)}</span> ${icon('external')}</a>`}
    </header>
    <div class="frame">
      ${
        url !== null && 'credentialless' in HTMLIFrameElement.prototype
          ? keyed(shown?.id, html`<iframe src=${url} title=${name} credentialless></iframe>`)
          : html`<p class="muted">${url === null ? otherwise : 'This browser shows it in a tab of its own only.'}</p>`
      }
    </div>
  </section>`
}

/** An address without what goes without saying. */
function bare(url: string): string {
  return url.replace(/^https?:\/\/|\/$/g, '')
}
