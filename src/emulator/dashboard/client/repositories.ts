import type { DatabaseView, EmulatorStateView, FaultView, RepositoryView, RunView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts } from './parts.js'

/** Shows repositories, databases and faults. */
export interface OtherSections {
  repositories(state: EmulatorStateView): HTMLElement
  /** @returns `null` where there is none */
  databases(state: EmulatorStateView): HTMLElement | null
  /** @returns `null` where there is none */
  faults(state: EmulatorStateView): HTMLElement | null
}

/** Makes the sections. */
export function createOtherSections(
  { element, icon, link }: Dom,
  { badge, provider, section, copyButton }: Parts,
  format: Format,
): OtherSections {
  const mostBranches = 6

  const toneOf = (word: string): string => {
    if (/^(?:success|ready|active|idle)$/.test(word)) return 'good'
    if (/^(?:failure|error|failed)$/.test(word)) return 'bad'
    return /^(?:cancelled|skipped|inactive)$/.test(word) ? 'quiet' : 'running'
  }

  const lastCommit = ({ branches }: RepositoryView): HTMLElement => {
    const commit = branches[0]?.commit
    if (!commit) return element('span', { class: 'faint' }, 'Empty: nothing was pushed to it yet')
    return element(
      'span',
      { class: 'commit' },
      element('code', { title: commit.sha }, commit.sha.slice(0, 7)),
      element('span', { class: 'message', title: commit.title }, commit.title),
      element('span', { class: 'faint' }, commit.author),
    )
  }

  const branchList = ({ branches, branchCount, url, provider: host }: RepositoryView): HTMLElement => {
    const shown = branches.slice(0, mostBranches).map(({ name, isDefault, commit }) => {
      const path = host === 'github' ? `/tree/${name}` : `/-/tree/${name}`
      const title = `${commit.sha.slice(0, 7)} ${commit.title}`
      return element(
        'li',
        { 'data-key': name },
        link(url + path, { class: 'chip', title, 'data-default': isDefault }, icon('branch'), name),
      )
    })
    const rest = branchCount - shown.length
    return element(
      'ul',
      { class: 'chips', 'aria-label': 'Branches' },
      shown,
      rest > 0 && element('li', { class: 'faint' }, `and ${rest} more`),
    )
  }

  const run = ({ id, number, workflow, title, event, status, conclusion }: RunView): HTMLElement => {
    const word = conclusion ?? status
    return element(
      'li',
      { 'data-key': id },
      badge(toneOf(word), `${workflow} #${number}`, `${word}: ${title} (${event})`),
    )
  }

  const outcomes = ({ runs, environments, pages }: RepositoryView): HTMLElement | null => {
    const places = environments.map(({ name, state, url }) =>
      element(
        'li',
        { 'data-key': name },
        link(url, { class: 'plain' }, badge(toneOf(state), name, `${name}: ${state}`)),
      ),
    )
    const site =
      pages !== null &&
      element('li', { 'data-key': 'pages' }, link(pages, { class: 'chip' }, 'Pages', icon('external')))
    if (runs.length === 0 && places.length === 0 && !site) return null
    return element('ul', { class: 'chips', 'aria-label': 'Runs, environments and Pages' }, runs.map(run), places, site)
  }

  const repositoryRow = (repository: RepositoryView): HTMLElement => {
    const { name, provider: host, isPrivate, isArchived, pulls } = repository
    const requests = host === 'github' ? 'pull request' : 'merge request'
    return element(
      'li',
      { class: 'row repository', 'data-key': `${host} ${repository.id}` },
      element(
        'div',
        { class: 'lead' },
        element(
          'div',
          { class: 'line' },
          link(repository.url, { class: 'name' }, name, icon('external')),
          isPrivate && badge('plain', 'private'),
          isArchived && badge('plain', 'archived'),
          pulls > 0 && badge('plain', format.count(pulls, requests)),
        ),
        lastCommit(repository),
      ),
      element(
        'div',
        { class: 'of' },
        provider(host),
        copyButton(repository.apiUrl, `address of ${name} in the API`, 'API'),
      ),
      element('div', { class: 'course' }, branchList(repository), outcomes(repository)),
      element('div', { class: 'when' }, format.time(repository.branches[0]?.commit.at ?? repository.createdAt)),
    )
  }

  const databaseRow = (database: DatabaseView): HTMLElement => {
    const branches = database.branches.map(({ id, name, state, compute }) =>
      element('li', { 'data-key': id }, badge(toneOf(state), name, [state, compute].filter(Boolean).join(', '))),
    )
    return element(
      'li',
      { class: 'row database', 'data-key': `${database.provider} ${database.id}` },
      element(
        'div',
        { class: 'lead' },
        element('span', { class: 'name' }, database.name),
        element('span', { class: 'faint about' }, [database.version, database.region, database.id].join(' · ')),
      ),
      element('div', { class: 'of' }, provider(database.provider)),
      element('div', { class: 'course' }, element('ul', { class: 'chips', 'aria-label': 'Branches' }, branches)),
      element('div', { class: 'when' }, format.time(database.createdAt)),
    )
  }

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

  return {
    repositories: ({ repositories }) => {
      const words = 'No repository yet. A deployment that commits to GitHub or GitLab makes one, and so does their API.'
      const list = repositories.length > 0
      const content = list
        ? element('ul', { class: 'rows' }, repositories.map(repositoryRow))
        : element('p', { class: 'empty' }, words)
      return section('repositories', 'Repositories', repositories.length, content)
    },
    databases: ({ databases }) => {
      if (databases.length === 0) return null
      return section(
        'databases',
        'Databases',
        databases.length,
        element('ul', { class: 'rows' }, databases.map(databaseRow)),
      )
    },
    faults: ({ faults }) => {
      if (faults.length === 0) return null
      return section('faults', 'Faults', faults.length, element('ul', { class: 'faults' }, faults.map(fault)))
    },
  }
}
