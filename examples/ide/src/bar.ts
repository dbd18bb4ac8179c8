import { html, nothing, render, type TemplateResult } from 'lit-html'
import type { Actions } from './actions.js'
import { icon } from './icons.js'
import { isDeploying, type Workbench } from './workbench.js'

/** Draws the bar at the top: what the project runs on, and the dev server's button. */
export function renderBar(element: HTMLElement, bench: Workbench, actions: Actions): void {
  const { tools, notice } = bench
  const state = tools ? 'ready' : notice ? 'failed' : 'starting'
  const text = tools?.kind ?? (notice ? 'No container' : 'Starting…')
  render(
    html`<h1>${icon('ship')} Tabship <span>example IDE</span></h1>
      <p class="runtime" data-state=${state} title="What the project runs on"><span class="dot"></span>${text}</p>
      ${tools ? serverButton(bench, actions) : nothing}`,
    element,
  )
}

function serverButton(bench: Workbench, { start, stop }: Actions): TemplateResult {
  if (bench.side.isRunning)
    return html`<button type="button" class="button" @click=${stop}>${icon('stop')} Stop</button>`
  // Both install dependencies: one at a time.
  return html`<button type="button" class="button" ?disabled=${isDeploying(bench)} @click=${start}>${icon('play')} Run</button>`
}
