import type { RepositoryView, RunView } from '../state-view.js'
import type { Dom } from './dom.js'
import type { Format } from './format.js'
import type { Parts, Section } from './parts.js'

/** Makes the section of repositories. */
export function createRepositories(
  { element, icon, link }: Dom,
  { badge, copyButton, name, provider, section, toneOf }: Parts,
  format: Format,
): Section {
  const mostBranches = 6

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
    const shown = branches.slice(0, mostBranches).map(({ name: branch, isDefault, commit }) => {
      const path = host === 'github' ? `/tree/${branch}` : `/-/tree/${branch}`
      const title = `${commit.sha.slice(0, 7)} ${commit.title}`
      return element(
        'li',
        { 'data-key': branch },
        link(
          url + path,
          { class: 'chip', title, 'data-default': isDefault },
          icon('branch'),
          element('span', { class: 'text' }, branch),
        ),
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
    const places = environments.map(({ name: place, state, url }) =>
      element(
        'li',
        { 'data-key': place },
        link(url, { class: 'plain' }, badge(toneOf(state), place, `${place}: ${state}`)),
      ),
    )
    const site =
      pages !== null &&
      element('li', { 'data-key': 'pages' }, link(pages, { class: 'chip' }, 'Pages', icon('external')))
    if (runs.length === 0 && places.length === 0 && !site) return null
    return element('ul', { class: 'chips', 'aria-label': 'Runs, environments and Pages' }, runs.map(run), places, site)
  }

  const repositoryRow = (repository: RepositoryView): HTMLElement => {
    const { provider: host, isPrivate, isArchived, pulls } = repository
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
          name(repository.name, repository.url),
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
        copyButton(repository.apiUrl, `address of ${repository.name} in the API`, 'API'),
      ),
      element('div', { class: 'course' }, branchList(repository), outcomes(repository)),
      element('div', { class: 'when' }, format.time(repository.branches[0]?.commit.at ?? repository.createdAt)),
    )
  }

  return ({ repositories }) => {
    const words = 'No repository yet. A deployment that commits to GitHub or GitLab makes one, and so does their API.'
    const content =
      repositories.length > 0
        ? element('ul', { class: 'rows' }, repositories.map(repositoryRow))
        : element('p', { class: 'empty' }, words)
    return section('repositories', 'Repositories', repositories.length, content)
  }
}
