import type { DeployOptions } from '../../src/index.js'
import { labFiles } from '../support/lab.js'

/** A deployment to be made over and over again. */
export interface Scenario {
  readonly name: string
  /** Files of the project, by path. */
  readonly files: Readonly<Record<string, string>>
  /** Files of an earlier deployment that made the site and the repository; `null` where there was none. */
  readonly before: Readonly<Record<string, string>> | null
  readonly commit?: NonNullable<DeployOptions['commit']>
  /** Without a repository. */
  readonly publishOnly?: boolean
}

const files: Readonly<Record<string, string>> = {
  ...labFiles,
  // The same content twice: it is sent once.
  'src/copy/index.html': labFiles['src/about/index.html'] ?? '',
}

const { 'src/copy/index.html': _removed, ...kept } = files

/** Nothing is there yet. */
export const first: Scenario = { name: 'first deployment', files, before: null }

/** One file is changed, one is new, one is gone. */
export const second: Scenario = {
  name: 'second deployment',
  before: files,
  files: {
    ...kept,
    'src/index.html': '<!doctype html><title>Shop, again</title><script src="/assets/app-91bc.js"></script>',
    'src/news/index.html': '<!doctype html><title>News</title>',
  },
}

/** Source and output are committed, each to a branch of its own. */
export const both: Scenario = { name: 'with a branch for the output', files, before: null, commit: { content: 'both' } }

/** The files that a site with these serves, by path. */
export function outputOf({ files }: Pick<Scenario, 'files'>): Map<string, string> {
  return new Map(
    Object.entries(files).flatMap(([path, content]) => (path.startsWith('src/') ? [[path.slice(4), content]] : [])),
  )
}
