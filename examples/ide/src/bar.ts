import { html, nothing, render, type TemplateResult } from 'lit-html'
import { icon } from '../../support/icons.js'
import type { Actions } from './actions.js'
import { describeWhereabouts } from './where.js'
import { runObstacle, type Workbench } from './workbench.js'

/** Draws the bar at the top: where things run, and the dev server's button. */
export function renderBar(element: HTMLElement, bench: Workbench, actions: Actions): void {
  const { tools } = bench
  const { state, text } = describeRuntime(bench)
  const isBroken = state === 'failed'
  render(
    html`<a class="skip" href="#panel-deploy">Go to Deploy</a>
      <h1>${icon('ship')} Tabship <span>example IDE</span></h1>
      <p class="runtime" data-state=${state} role=${isBroken ? 'alert' : 'status'} title=${text}>
        <span class="dot"></span><span class="text">${text}</span></p>
      ${isBroken ? html`<button type="button" class="button" data-action="reload" @click=${() => location.reload()}>${icon('reload')} Reload</button>` : nothing}
      ${tools && !isBroken ? serverButton(bench, actions) : nothing}`,
    element,
  )
}

function describeRuntime({ tools, kind, settings, notice, isLost }: Workbench): { state: string; text: string } {
  if (isLost) return { state: 'failed', text: 'Container lost – reload' }
  if (tools && settings) return { state: 'ready', text: describeWhereabouts(tools.kind, settings).badge }
  if (notice) return { state: 'failed', text: 'The container did not start' }
  const name = kind === 'Emulated runtime' ? 'the emulated runtime' : kind
  return { state: 'starting', text: name === null ? 'Looking for a runtime…' : `Starting ${name}…` }
}

function serverButton(bench: Workbench, { start, stop }: Actions): TemplateResult {
  if (bench.side.isRunning) {
    return html`<button type="button" class="button" title="Stop the dev server" @click=${stop}>${icon('stop')} Stop</button>`
  }
  const obstacle = runObstacle(bench)
  return html`<button type="button" class="button" ?disabled=${obstacle !== null} data-action="run"
    title=${obstacle ?? 'Start the dev server and show its page'} @click=${start}>${icon('play')} Run</button>`
}
