import type { DatabaseView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts, Section } from './parts.js'

/** Makes the section of databases, which is there where one is. */
export function createDatabases(
  { element }: Dom,
  { badge, name, provider, section, toneOf }: Parts,
  format: Format,
): Section {
  const databaseRow = (database: DatabaseView): HTMLElement => {
    const branches = database.branches.map(({ id, name: branch, state, compute }) =>
      element('li', { 'data-key': id }, badge(toneOf(state), branch, [state, compute].filter(Boolean).join(', '))),
    )
    return element(
      'li',
      { class: 'row database', 'data-key': `${database.provider} ${database.id}` },
      element(
        'div',
        { class: 'lead' },
        name(database.name),
        element('span', { class: 'faint about' }, [database.version, database.region, database.id].join(' · ')),
      ),
      element('div', { class: 'of' }, provider(database.provider)),
      element('div', { class: 'course' }, element('ul', { class: 'chips', 'aria-label': 'Branches' }, branches)),
      element('div', { class: 'when' }, format.time(database.createdAt)),
    )
  }

  return ({ databases }) => {
    if (databases.length === 0) return null
    const rows = element('ul', { class: 'rows' }, databases.map(databaseRow))
    return section('databases', 'Databases', databases.length, rows)
  }
}
