import type { HostOutput } from '../../spec/host-output.js'
import type { Target } from '../../spec/target.js'
import { functionsOf } from './functions.js'
import { edgeFolder, frameworkEdgeFolders, frameworkFolders, packedFolder } from './output-folders.js'

/** What builds leave for Netlify to run: functions and edge functions, beside the files (docs, "Frameworks API"). */
const output: HostOutput = {
  host: 'netlify',
  folders: [packedFolder, edgeFolder, ...frameworkFolders, ...frameworkEdgeFolders],
  whole: null,
  async collectExtras(built, context) {
    const { collectExtras } = await import('./collect-extras.js')
    return collectExtras(built, context)
  },
}

/** What of the target is about functions: how they are found, and what that makes of the files and of other paths. */
export const serving: Pick<Target, 'output' | 'served' | 'renders'> = {
  output,
  async served(artifacts, set) {
    if (functionsOf(set).length === 0) return artifacts
    const { servedBeside } = await import('./function-routes.js')
    return servedBeside(artifacts, set)
  },
  async renders(set) {
    if (functionsOf(set).length === 0) return undefined
    const { rendersOf } = await import('./function-routes.js')
    return rendersOf(set)
  },
}
