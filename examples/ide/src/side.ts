import { html, nothing, render, type TemplateResult } from 'lit-html'
import type { Actions } from './actions.js'
import { icon } from './icons.js'

/** What the right side shows. */
export interface SideModel {
  readonly tab: 'Deploy' | 'Preview'
  /** Address of the dev server; `null` while there is none. */
  readonly preview: string | null
  readonly isRunning: boolean
}

/** Draws the right side: the deploy panel, or the live preview. Both stay in the page, so that neither loses its state. */
export function renderSide(
  element: HTMLElement,
  model: SideModel,
  panel: TemplateResult,
  actions: Pick<Actions, 'show' | 'start'>,
): void {
  const tab = (name: SideModel['tab']): TemplateResult => html`<button type="button" role="tab"
    id=${`tab-${name}`} aria-controls=${`panel-${name}`} aria-selected=${model.tab === name} @click=${() => actions.show(name)}
    >${name}${name === 'Preview' && model.preview ? html`<span class="dot" title="running"></span>` : nothing}</button>`
  render(
    html`<div class="tabs" role="tablist" aria-label="Side panel">${tab('Deploy')}${tab('Preview')}</div>
      <div class="panel deploy" id="panel-Deploy" role="tabpanel" aria-labelledby="tab-Deploy" ?hidden=${model.tab !== 'Deploy'}>${panel}</div>
      <div class="panel preview" id="panel-Preview" role="tabpanel" aria-labelledby="tab-Preview" ?hidden=${model.tab !== 'Preview'}>${preview(model, actions)}</div>`,
    element,
  )
}

function preview({ preview, isRunning }: SideModel, actions: Pick<Actions, 'show' | 'start'>): TemplateResult {
  if (preview === null) {
    return html`<div class="empty">
      <p class="muted">${isRunning ? 'The dev server is starting…' : 'The project as it is while you edit it.'}</p>
      ${isRunning ? nothing : html`<button type="button" class="button" @click=${actions.start}>${icon('play')} Start the dev server</button>`}
    </div>`
  }
  return html`<div class="address"><code>${preview}</code>
      <a class="button quiet square" href=${preview} target="_blank" rel="noreferrer" aria-label="Open in a tab" title="Open in a tab">${icon('external')}</a></div>
    <iframe src=${preview} title="Preview of the project" credentialless allow="cross-origin-isolated"></iframe>`
}
