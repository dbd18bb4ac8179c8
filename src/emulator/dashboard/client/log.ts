import type { Dom } from './dom.js'
import type { LogControls } from './log-controls.js'
import type { LogMemory } from './log-memory.js'
import type { LogRow } from './log-row.js'

/** The request log of the page. */
export interface Log {
  readonly element: HTMLElement
  /** Reads what is new. */
  refresh(): Promise<void>
}

/** Makes the log: the newest request comes first, and at most so many are shown. */
export function createLog({ element }: Dom, memory: LogMemory, controls: LogControls, rowOf: LogRow): Log {
  const mostRows = 300
  const rows = new Map<number, HTMLElement>()
  let clearedTo = -1

  const columns = ['Time', 'Method', 'Provider', 'Path', 'Status', 'Took', 'Sent'].map((name) =>
    element('th', { scope: 'col', class: `col-${name.toLowerCase()}` }, name),
  )
  const body = element('tbody')
  const table = element('table', {}, element('thead', {}, element('tr', {}, columns)), body)
  const empty = element('p', { class: 'empty' })
  const named = { 'aria-labelledby': 'log-title' }
  const scroller = element('div', { class: 'scroller', tabindex: '0', role: 'region', ...named }, table, empty)
  const count = element('span', { class: 'count' })
  const title = element('h2', { id: 'log-title' }, 'Requests ', count)
  const section = element('section', { id: 'log', tabindex: '-1', ...named }, title, controls.element, scroller)

  const forget = (index: number): void => {
    rows.get(index)?.remove()
    rows.delete(index)
  }

  const show = (): void => {
    const all = memory.requests.filter(({ index }) => index > clearedTo)
    const wanted = all.filter(controls.isWanted)
    const shown = wanted.slice(-mostRows).reverse()
    const indices = new Set(shown.map(({ index }) => index))
    for (const index of [...rows.keys()]) if (!indices.has(index)) forget(index)
    let place = body.firstChild
    for (const request of shown) {
      const row = rows.get(request.index) ?? rowOf(request)
      rows.set(request.index, row)
      if (row === place) place = place.nextSibling
      else body.insertBefore(row, place)
    }
    count.textContent = wanted.length === all.length ? String(all.length) : `${wanted.length} of ${all.length}`
    empty.textContent =
      all.length > 0
        ? 'No request matches the filter.'
        : 'Requests to the providers, to sites and through the relay show here as they arrive.'
    empty.hidden = shown.length > 0
    table.hidden = shown.length === 0
  }

  const refresh = async (): Promise<void> => {
    while (!controls.isPaused) {
      const reading = await memory.read()
      if (!reading) return
      if (reading.isAnew) clearedTo = -1
      // What has changed is made anew.
      for (const index of reading.changed) forget(index)
      show()
      if (!reading.hasMore) return
    }
  }

  controls.listen({
    onFilter: show,
    onPause: (isPaused) => {
      section.toggleAttribute('data-paused', isPaused)
      if (!isPaused) void refresh()
    },
    onClear: () => {
      clearedTo = memory.requests.at(-1)?.index ?? -1
      show()
    },
  })
  show()
  return { element: section, refresh }
}
