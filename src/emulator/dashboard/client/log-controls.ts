import type { RequestView } from '../state-view.js'
import type { Attributes, Dom } from './dom.js'

/** What the log is told by whoever looks. */
export interface LogListener {
  /** Other requests are wanted. */
  onFilter(): void
  onPause(isPaused: boolean): void
  /** What is shown now is to be shown no more. */
  onClear(): void
}

/** What stands above the log: which requests are shown, and whether new ones are. */
export interface LogControls {
  readonly element: HTMLElement
  readonly isPaused: boolean
  /** Whether a request passes the filters. */
  isWanted(request: RequestView): boolean
  listen(listener: LogListener): void
}

/** Makes the controls. */
export function createLogControls({ element, icon }: Dom): LogControls {
  let isPaused = false
  const providers = ['netlify', 'vercel', 'github', 'git', 'gitlab', 'neon', 'sites', 'relay', 'dns']
  const all = element('option', { value: '' }, 'All providers')
  const options = providers.map((name) => element('option', { value: name }, name))
  const select = element('select', { 'aria-label': 'Provider' }, all, options)
  const text = element('input', {
    ...{ type: 'search', placeholder: 'Filter, e.g. PUT /deploys', 'aria-label': 'Filter requests' },
    spellcheck: 'false',
  })
  const failures = element('input', { type: 'checkbox' })
  const button = (drawing: string, label: string, attributes: Attributes = {}): HTMLButtonElement => {
    const common = { type: 'button', class: 'button square', 'aria-label': label, title: label }
    return element('button', { ...common, ...attributes }, icon(drawing))
  }
  const pause = button('pause', 'Pause', { 'aria-pressed': 'false' })
  const clear = button('clear', 'Clear the view', { title: 'Clear the view; the emulator keeps its log' })
  const toggle = element('label', { class: 'toggle' }, failures, 'Failures')

  const isFailure = ({ status, fault, endedAt }: RequestView): boolean => {
    return fault !== null || (endedAt !== null && (status === null || status >= 400))
  }

  return {
    element: element('div', { class: 'filters', role: 'search' }, text, select, toggle, pause, clear),
    get isPaused() {
      return isPaused
    },
    isWanted: (request) => {
      const { provider, method, host, path, status, fault } = request
      if (select.value !== '' && provider !== select.value) return false
      if (failures.checked && !isFailure(request)) return false
      const line = `${method} ${host}${path} ${status ?? ''} ${fault ?? ''}`.toLowerCase()
      const words = text.value.toLowerCase().split(/\s+/)
      return words.every((word) => line.includes(word))
    },
    listen: ({ onFilter, onPause, onClear }) => {
      for (const input of [text, select, failures]) input.addEventListener('input', onFilter)
      pause.addEventListener('click', () => {
        isPaused = !isPaused
        pause.setAttribute('aria-pressed', String(isPaused))
        pause.title = isPaused ? 'Go on' : 'Pause'
        pause.replaceChildren(icon(isPaused ? 'play' : 'pause'))
        onPause(isPaused)
      })
      clear.addEventListener('click', onClear)
    },
  }
}
