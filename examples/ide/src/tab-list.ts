import { html, type TemplateResult } from 'lit-html'

/** One tab. */
export interface Tab<Name extends string> {
  readonly name: Name
  /** Id of its panel. */
  readonly panel: string
  /** Shown behind the name. */
  readonly mark?: unknown
}

/** A row of tabs: one stop for the Tab key; arrow keys, Home and End choose. */
export function tabList<Name extends string>(
  label: string,
  tabs: readonly Tab<Name>[],
  chosen: Name,
  choose: (name: Name) => void,
): TemplateResult {
  const move = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ name }) => name === chosen)
    const targets: Record<string, number> = {
      ArrowRight: (index + 1) % tabs.length,
      ArrowLeft: (index + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }
    const next = tabs[targets[event.key] ?? -1]
    if (!next) return
    event.preventDefault()
    choose(next.name)
    document.getElementById(tabId(next.panel))?.focus()
  }
  return html`<div class="tab-list" role="tablist" aria-label=${label} @keydown=${move}>
    ${tabs.map(
      ({ name, panel, mark }) => html`<button type="button" role="tab" id=${tabId(panel)} aria-controls=${panel}
        aria-selected=${name === chosen} tabindex=${name === chosen ? 0 : -1} @click=${() => choose(name)}>${name}${mark ?? ''}</button>`,
    )}
  </div>`
}

/** The id of the tab that shows a panel. */
export function tabId(panel: string): string {
  return `tab-${panel}`
}
