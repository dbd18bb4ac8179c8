import type { FaultView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts, Section } from './parts.js'

/** Makes the section of faults, which is there where one is. */
export function createFaults({ element, icon }: Dom, { section }: Parts, format: Format): Section {
  const fault = ({ kind, status, provider: at, method, path, hits, times }: FaultView): HTMLElement => {
    const what = [at ?? 'anywhere', method?.toUpperCase(), path].filter(Boolean).join(' ')
    const count = times === null ? format.count(hits, 'hit') : `${hits} of ${format.count(times, 'hit')}`
    return element(
      'li',
      {},
      element('span', { class: 'fault' }, icon('bolt'), status === null ? kind : `${kind} ${status}`),
      element('code', {}, what),
      element('span', { class: 'faint' }, count),
    )
  }

  return ({ faults }) => {
    if (faults.length === 0) return null
    return section('faults', 'Faults', faults.length, element('ul', { class: 'faults' }, faults.map(fault)))
  }
}
