import { html, type TemplateResult } from 'lit-html'
import { ref } from 'lit-html/directives/ref.js'
import { icon } from '../../support/icons.js'
import type { Session } from './session.js'

/** What happened, line by line, with the seconds since the start. Follows its end unless the reader scrolled away. */
export function logView({ log, state }: Session): TemplateResult {
  return html`<details class="log" ?open=${state.status !== 'success'}>
    <summary>${icon('chevron')} Log</summary>
    <ol tabindex="0" aria-label="Log of the deployment" ${ref((element) => keepAtEnd(element))}>
      ${log.map(
        ({ at, kind, text }) =>
          html`<li class=${kind}><time>${(at / 1_000).toFixed(1)}</time><span>${text}</span></li>`,
      )}
    </ol>
  </details>`
}

/** Follows the end of what scrolls: runs at every drawing, before the new lines are there. */
export function keepAtEnd(element: Element | undefined): void {
  if (!element) return
  const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 80
  if (isAtEnd) requestAnimationFrame(() => element.scrollTo({ top: element.scrollHeight }))
}
