import type { DeploymentSummary } from 'tabship'
import type { Choices, Settings } from './settings.js'

/** Where a deployment writes to, in the words that were given. */
export interface Place extends Pick<Choices, 'target'> {
  readonly repository: string
  readonly site: string
}

/** Where the next deployment writes to. GitHub Pages have no name but that of their repository. */
export function placeFrom({ repository, site, target }: Settings): Place {
  return { repository, site: target === 'github-pages' ? repository : site, target }
}

/** Where one that is remembered writes to. */
export function placeOf({ targets, git }: DeploymentSummary): Place {
  const [target] = targets
  return {
    repository: git?.repository ?? '',
    site: target?.site ?? '',
    target: target?.name === 'github-pages' ? 'github-pages' : 'netlify',
  }
}

/** The path that the Pages of a repository are served below. */
export function basePath(repository: string): string {
  const name = repository.split('/').at(-1) ?? ''
  return /\.github\.io$/i.test(name) ? '/' : `/${name}/`
}
