import { createConnection } from './client/connection.js'
import { createDatabases } from './client/databases.js'
import { createDeployments } from './client/deployments.js'
import { createDom } from './client/dom.js'
import { createFaults } from './client/faults.js'
import { createFormat } from './client/format.js'
import { createHeader } from './client/header.js'
import { createLog } from './client/log.js'
import { createLogControls } from './client/log-controls.js'
import { createLogMemory } from './client/log-memory.js'
import { createLogRow } from './client/log-row.js'
import { createParts } from './client/parts.js'
import { createRepositories } from './client/repositories.js'
import { createSites } from './client/sites.js'
import { type Makers, start } from './client/start.js'

const makers: Makers = {
  createDom,
  createFormat,
  createParts,
  createConnection,
  createHeader,
  createSites,
  createDeployments,
  createRepositories,
  createDatabases,
  createFaults,
  createLogMemory,
  createLogControls,
  createLogRow,
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
