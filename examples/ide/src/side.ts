import { html, nothing, render, type TemplateResult } from 'lit-html'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { tabId, tabList } from './tab-list.js'

/** What the right side shows. */
export interface SideModel {
  readonly tab: 'Deploy' | 'Preview'
  /** Address of the dev server; `null` while there is none. */
  readonly preview: string | null
  readonly isRunning: boolean
  /** Whether Run is installing dependencies. */
  readonly isInstalling: boolean
}

/** Draws the right side: the deploy panel, or the live preview. Both stay in the page, so that neither loses its state. */
export function renderSide(
  element: HTMLElement,
  model: SideModel,
  panel: TemplateResult,
  obstacle: string | null,
  actions: Pick<Actions, 'show' | 'start'>,
): void {
  const { tab } = model
  const mark = model.preview ? html`<span class="dot" title="The dev server is running"></span>` : nothing
  const tabs = [
    { name: 'Deploy', panel: 'panel-deploy' },
    { name: 'Preview', panel: 'panel-preview', mark },
  ] as const
  render(
    html`<div class="tabs">${tabList('Side panel', tabs, tab, actions.show)}</div>
      <div class="panel deploy" id="panel-deploy" role="tabpanel" tabindex="-1" aria-labelledby=${tabId('panel-deploy')} ?hidden=${tab !== 'Deploy'}>${panel}</div>
      <div class="panel preview" id="panel-preview" role="tabpanel" aria-labelledby=${tabId('panel-preview')} ?hidden=${tab !== 'Preview'}>${preview(model, obstacle, actions)}</div>`,
    element,
  )
}

function preview(model: SideModel, obstacle: string | null, actions: Pick<Actions, 'show' | 'start'>): TemplateResult {
  const { preview, isRunning, isInstalling } = model
  if (preview === null) {
    const state = isInstalling ? 'Installing dependencies…' : 'The dev server is starting…'
    return html`<div class="empty">
      <p class="muted">${isRunning ? state : (obstacle ?? 'The project as it is while you edit it.')}</p>
      ${isRunning ? nothing : html`<button type="button" class="button" ?disabled=${obstacle !== null} @click=${actions.start}>${icon('play')} Start the dev server</button>`}
    </div>`
  }
  return html`<div class="address"><code title=${preview}>${preview}</code>
      <a class="button quiet square" href=${preview} target="_blank" rel="noreferrer" aria-label="Open in a tab" title="Open in a tab">${icon('external')}</a></div>
    <iframe src=${preview} title="Preview of the project" credentialless allow="cross-origin-isolated"></iframe>`
}
