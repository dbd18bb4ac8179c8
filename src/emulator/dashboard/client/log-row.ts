import type { RequestView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'

/** A request as a row of the log. */
export type LogRow = (request: RequestView) => HTMLElement

/** Makes what makes the rows. */
export function createLogRow({ element, icon }: Dom, format: Format): LogRow {
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

  return (request) => {
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
}
