import type { RequestsView, RequestView } from '../state-view.js'
import type { Connection } from './connection.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'

/** The request log of the page. */
export interface Log {
  readonly element: HTMLElement
  /** Reads what is new. */
  refresh(): Promise<void>
}

/** Makes the log: the newest request comes first, and at most so many are shown. */
export function createLog({ element, icon }: Dom, format: Format, connection: Connection): Log {
  const mostRows = 300
  const mostKept = 5_000
  let kept: RequestView[] = []
  let generation: number | undefined
  let next = -1
  let clearedTo = -1
  let isPaused = false
  const rows = new Map<number, HTMLElement>()

  const providers = ['netlify', 'vercel', 'github', 'git', 'gitlab', 'neon', 'sites', 'relay', 'dns']
  const options = providers.map((name) => element('option', { value: name }, name))
  const select = element(
    'select',
    { 'aria-label': 'Provider' },
    element('option', { value: '' }, 'All providers'),
    options,
  )
  const text = element('input', {
    type: 'search',
    placeholder: 'Filter, e.g. PUT /deploys',
    'aria-label': 'Filter requests',
    spellcheck: 'false',
  })
  const failures = element('input', { type: 'checkbox' })
  const pause = element(
    'button',
    { type: 'button', class: 'button square', 'aria-pressed': 'false', 'aria-label': 'Pause', title: 'Pause' },
    icon('pause'),
  )
  const clear = element(
    'button',
    {
      type: 'button',
      class: 'button square',
      'aria-label': 'Clear the view',
      title: 'Clear the view; the emulator keeps its log',
    },
    icon('clear'),
  )
  const count = element('span', { class: 'count' })
  const body = element('tbody')
  const columns = ['Time', 'Method', 'Provider', 'Path', 'Status', 'Took', 'Sent']
  const head = element(
    'tr',
    {},
    columns.map((name) => element('th', { scope: 'col', class: `col-${name.toLowerCase()}` }, name)),
  )
  const empty = element('p', { class: 'empty' })
  const table = element('table', {}, element('thead', {}, head), body)
  const scroller = element(
    'div',
    { class: 'scroller', tabindex: '0', role: 'region', 'aria-labelledby': 'log-title' },
    table,
    empty,
  )
  const filters = element(
    'div',
    { class: 'filters', role: 'search' },
    text,
    select,
    element('label', { class: 'toggle' }, failures, 'Failures'),
    pause,
    clear,
  )
  const title = element('h2', { id: 'log-title' }, 'Requests ', count)
  const section = element(
    'section',
    { id: 'log', 'aria-labelledby': 'log-title', tabindex: '-1' },
    title,
    filters,
    scroller,
  )

  const isFailure = ({ status, fault, endedAt }: RequestView): boolean => {
    return fault !== null || (endedAt !== null && (status === null || status >= 400))
  }

  const isWanted = (request: RequestView): boolean => {
    if (request.index <= clearedTo || (select.value !== '' && request.provider !== select.value)) return false
    if (failures.checked && !isFailure(request)) return false
    const line =
      `${request.method} ${request.host}${request.path} ${request.status ?? ''} ${request.fault ?? ''}`.toLowerCase()
    return text.value
      .toLowerCase()
      .split(/\s+/)
      .every((word) => line.includes(word))
  }

  const statusCell = ({ status, endedAt, carriedOut }: RequestView): HTMLElement => {
    if (status === null && endedAt === null)
      return element('td', { class: 'col-status', 'data-tone': 'running' }, '···')
    if (status === null)
      return element('td', { class: 'col-status', 'data-tone': 'bad', title: 'The connection was cut' }, 'cut')
    const tone = status >= 500 ? 'bad' : status >= 400 ? 'warning' : status >= 300 ? 'quiet' : 'good'
    return element(
      'td',
      { class: 'col-status', 'data-tone': tone, title: carriedOut ? undefined : 'Not carried out' },
      status,
    )
  }

  const row = (request: RequestView): HTMLElement => {
    const { index, at, endedAt, method, provider, host, path, fault, bytes } = request
    const isSite = provider === 'sites'
    const hint =
      fault === null
        ? null
        : element(
            'span',
            { class: 'fault', title: request.carriedOut ? 'Carried out all the same' : 'Not carried out' },
            icon('bolt'),
            fault,
          )
    return element(
      'tr',
      { 'data-key': index },
      element('td', { class: 'col-time' }, format.clock(at)),
      element('td', { class: 'col-method', 'data-method': method }, method),
      element('td', { class: 'col-provider' }, provider),
      element(
        'td',
        { class: 'col-path', title: (isSite ? host : '') + path },
        element(
          'div',
          { class: 'path' },
          element('span', { class: 'text' }, isSite && element('span', { class: 'faint' }, host), path),
          hint,
        ),
      ),
      statusCell(request),
      element('td', { class: 'col-took' }, endedAt === null ? '' : format.duration(endedAt - at)),
      element('td', { class: 'col-sent' }, bytes === 0 ? '' : format.bytes(bytes)),
    )
  }

  const show = (): void => {
    const wanted = kept.filter(isWanted)
    const shown = wanted.slice(-mostRows).reverse()
    const indices = new Set(shown.map(({ index }) => index))
    for (const [index, made] of rows) {
      if (indices.has(index)) continue
      made.remove()
      rows.delete(index)
    }
    let place = body.firstChild
    for (const request of shown) {
      let made = rows.get(request.index)
      if (!made) {
        made = row(request)
        rows.set(request.index, made)
      }
      if (made === place) place = place.nextSibling
      else body.insertBefore(made, place)
    }
    const all = kept.filter(({ index }) => index > clearedTo).length
    count.textContent = wanted.length === all ? String(all) : `${wanted.length} of ${all}`
    empty.hidden = shown.length > 0
    empty.textContent =
      all > 0
        ? 'No request matches the filter.'
        : 'Requests to the providers, to sites and through the relay show here as they arrive.'
    table.hidden = shown.length === 0
  }

  const take = (request: RequestView): void => {
    const known = kept.findIndex(({ index }) => index === request.index)
    if (known < 0) kept.push(request)
    else kept[known] = request
    // What has changed is made anew.
    rows.get(request.index)?.remove()
    rows.delete(request.index)
  }

  const refresh = async (): Promise<void> => {
    for (;;) {
      if (isPaused) return
      const again = kept.filter(({ endedAt }) => endedAt === null).map(({ index }) => index)
      const query = `after=${next}&again=${again.slice(-100).join(',')}`
      const page = await connection.read<RequestsView>(`/requests?${query}`)
      if (!page) return
      if (page.generation !== generation) {
        const isFirst = generation === undefined
        generation = page.generation
        if (!isFirst) {
          kept = []
          rows.clear()
          body.replaceChildren()
          next = -1
          clearedTo = -1
          continue
        }
      }
      for (const request of page.requests) take(request)
      kept = kept.slice(-mostKept)
      next = page.next
      show()
      if (!page.hasMore) return
    }
  }

  for (const input of [text, select, failures]) input.addEventListener('input', show)
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.setAttribute('aria-pressed', String(isPaused))
    pause.title = isPaused ? 'Go on' : 'Pause'
    pause.replaceChildren(icon(isPaused ? 'play' : 'pause'))
    section.toggleAttribute('data-paused', isPaused)
    if (!isPaused) void refresh()
  })
  clear.addEventListener('click', () => {
    clearedTo = kept.at(-1)?.index ?? -1
    show()
  })
  show()
  return { element: section, refresh }
}
