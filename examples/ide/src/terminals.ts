import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { html, nothing, render } from 'lit-html'
import { tabId, tabList } from './tab-list.js'
import { onColorChange, terminalColors } from './terminal-colors.js'

/** The terminals of the page, by what runs in them. */
export const terminalNames = ['Shell', 'Deployment', 'Dev server'] as const
export type TerminalName = (typeof terminalNames)[number]

/** Several terminals in one place; one is shown. */
export interface Terminals {
  show(name: TerminalName): void
  write(name: TerminalName, data: string): void
  clear(name: TerminalName): void
  size(name: TerminalName): { cols: number; rows: number }
  onData(name: TerminalName, listener: (data: string) => void): void
  onResize(listener: (size: { cols: number; rows: number }) => void): void
}

/** Makes the terminals. Their output is raw: what a process writes, with its colors and cursor movements. */
export function createTerminals(element: HTMLElement): Terminals {
  const views = Object.fromEntries(terminalNames.map((name) => [name, createView(name)])) as Record<TerminalName, View>
  const listeners: ((size: { cols: number; rows: number }) => void)[] = []
  let shown: TerminalName = 'Shell'

  const draw = (): void => {
    const tabs = terminalNames.map((name) => ({ name, panel: views[name].id }))
    render(
      html`<div class="tabs">${tabList('Terminals', tabs, shown, show)}
          ${shown === 'Shell' ? html`<p class="tabs-hint" id="shell-hint"><kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the shell</p>` : nothing}</div>
        ${terminalNames.map((name) => views[name].element)}`,
      element,
    )
    for (const name of terminalNames) views[name].element.hidden = name !== shown
  }
  const resize = (): void => {
    const { terminal, fitting } = views[shown]
    fitting.fit()
    for (const listener of listeners) listener({ cols: terminal.cols, rows: terminal.rows })
  }
  const show = (name: TerminalName): void => {
    shown = name
    draw()
    resize()
  }

  draw()
  for (const name of terminalNames) {
    const { terminal, element } = views[name]
    terminal.open(element)
    letTabLeave(terminal, name)
  }
  new ResizeObserver(resize).observe(element)
  onColorChange(() => {
    for (const { terminal } of Object.values(views)) terminal.options.theme = terminalColors()
  })
  // Its cells are measured with the font that is there when it opens.
  void document.fonts.load('12px "JetBrains Mono Variable"').then(() => {
    for (const { terminal } of Object.values(views))
      terminal.options.fontFamily = '"JetBrains Mono Variable", monospace'
    resize()
  })
  return {
    show,
    write: (name, data) => views[name].terminal.write(data),
    clear: (name) => views[name].terminal.reset(),
    size: (name) => ({ cols: views[name].terminal.cols, rows: views[name].terminal.rows }),
    onData: (name, listener) => void views[name].terminal.onData(listener),
    onResize: (listener) => void listeners.push(listener),
  }
}

interface View {
  readonly id: string
  readonly element: HTMLElement
  readonly terminal: Terminal
  readonly fitting: FitAddon
}

function createView(name: TerminalName): View {
  const terminal = new Terminal({
    // Output without a terminal behind it has bare line feeds.
    convertEol: true,
    fontSize: 12,
    lineHeight: 1.35,
    scrollback: 5_000,
    theme: terminalColors(),
    disableStdin: name !== 'Shell',
    cursorBlink: false,
  })
  const fitting = new FitAddon()
  terminal.loadAddon(fitting)
  const element = document.createElement('div')
  element.className = 'terminal-view'
  element.id = `terminal-${name.toLowerCase().replace(' ', '-')}`
  element.setAttribute('role', 'tabpanel')
  element.setAttribute('aria-labelledby', tabId(element.id))
  return { id: element.id, element, terminal, fitting }
}

/** The Tab key moves the focus, as everywhere; in the shell, where it completes names, it does so after Escape. */
function letTabLeave(terminal: Terminal, name: TerminalName): void {
  terminal.textarea?.setAttribute('aria-label', name)
  if (name === 'Shell') terminal.textarea?.setAttribute('aria-describedby', 'shell-hint')
  let isLeaving = false
  terminal.attachCustomKeyEventHandler(({ type, key }) => {
    if (key === 'Tab') return name === 'Shell' && !isLeaving
    if (type === 'keydown' && key !== 'Shift') isLeaving = key === 'Escape'
    return true
  })
}
