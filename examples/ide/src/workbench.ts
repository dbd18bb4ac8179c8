import type { DeploymentState } from 'tabship'
import type { Session } from './deploy-session.js'
import type { DevServer } from './dev-server.js'
import type { Editor } from './editor.js'
import type { FileTree } from './file-tree.js'
import type { Runtime } from './runtime.js'
import type { Settings } from './settings.js'
import type { SideModel } from './side.js'
import type { Terminals } from './terminals.js'

/** What there is once the container has started. */
export interface Tools extends Runtime {
  readonly editor: Editor
  readonly tree: FileTree
  readonly server: DevServer
}

/** Everything that the page knows; whoever changes it calls `draw`. */
export interface Workbench {
  readonly terminals: Terminals
  settings: Settings | null
  tools: Tools | null
  /** What a deployment would do; `null` until it is known. */
  preview: DeploymentState | null
  session: Session | null
  /** What went wrong outside a deployment. */
  notice: string | null
  side: SideModel
  draw(): void
}

/** Whether a deployment is under way. */
export function isDeploying({ session }: Workbench): boolean {
  return session?.state.status === 'waiting' || session?.state.status === 'running'
}
