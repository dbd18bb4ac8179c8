import { createConnection } from './client/connection.js'
import { createDom } from './client/dom.js'
import { createFormat } from './client/format.js'
import { createHeader } from './client/header.js'
import { createLog } from './client/log.js'
import { createParts } from './client/parts.js'
import { createOtherSections } from './client/repositories.js'
import { createSiteSections } from './client/sites.js'
import { type Makers, start } from './client/start.js'

const makers: Makers = {
  createDom,
  createFormat,
  createParts,
  createConnection,
  createHeader,
  createSiteSections,
  createOtherSections,
  createLog,
}

/**
 * The script of the page: the texts of functions that refer to nothing outside of themselves, so that source and built package
 * serve the same without a bundler. `__name` is what esbuild, and thus tsx, calls where it keeps the names of functions.
 */
export const clientScript: string = [
  'const __name = (value) => value',
  `const start = ${start}`,
  `start({ ${Object.entries(makers)
    .map(([name, make]) => `${name}: ${make}`)
    .join(',\n')} })`,
]
  .join('\n')
  .replaceAll(/<\/(script)/gi, '<\\/$1')
