import type { HostOutput } from '../../spec/host-output.js'
import type { Target } from '../../spec/target.js'
import { outputFolder } from './output-folder.js'

/** What builds leave for Vercel: a Build Output tree, published as it is. */
const output: HostOutput = {
  host: 'vercel',
  folders: [outputFolder],
  whole: outputFolder,
  async collectWhole(built, context) {
    const { collectBuildOutput } = await import('./collect-build-output.js')
    return collectBuildOutput(built, context)
  },
}

/** What of the target is about functions: how they are found, and what that makes of the files and of other paths. */
export const serving: Pick<Target, 'output' | 'served' | 'renders'> = {
  output,
  async served(artifacts, { host }) {
    if (host !== 'vercel') return artifacts
    const { servedFiles } = await import('./build-output.js')
    return servedFiles(artifacts)
  },
  async renders(set) {
    if (set.host !== 'vercel') return undefined
    const { rendersOf } = await import('./build-output.js')
    return rendersOf(set)
  },
}
