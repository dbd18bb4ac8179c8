import type { DeploymentState, DeploymentSummary, InterruptedDeployment } from 'tabship'
import type { Runtime, RuntimeKind } from '../../support/runtime.js'
import type { Asked } from './ask-approval.js'
import type { BaseCommits } from './base-commits.js'
import type { DevServer } from './dev-server.js'
import type { Editor } from './editor.js'
import type { FileTree } from './file-tree.js'
import { isRunning, type Session } from './session.js'
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
  readonly bases: BaseCommits
  settings: Settings | null
  /** What the container runs on; `null` until that is chosen. */
  kind: RuntimeKind | null
  tools: Tools | null
  /** Whether the container has gone: only a reload helps. */
  isLost: boolean
  /** What a deployment would do; `null` until it is known. */
  preview: DeploymentState | null
  /** The deployment that the panel shows. */
  session: Session | null
  /** The deployment that this tab is about to go on with, until it does. */
  resuming: string | null
  /** Deployments that this browser remembers, the latest first. */
  history: readonly DeploymentSummary[]
  /** Those of them that lost their tab, the latest first. */
  interrupted: readonly InterruptedDeployment[]
  /** What was written down of the first of those. */
  card: Session | null
  /** The commit of somebody else that the next deployment builds on, as chosen after a conflict; `null` for none. */
  accepted: { readonly head: string | null } | null
  /** Whether a build may go on, as the library has asked last; `null` where it has not. */
  asked: Asked | null
  /** What went wrong outside a deployment. */
  notice: string | null
  side: SideModel
  /** What gets the focus after the next drawing, if it is in the deploy panel now. */
  focus: string | null
  draw(): void
}

/** Whether this tab runs a deployment, or is about to. */
export function isDeploying({ session, resuming }: Workbench): boolean {
  return resuming !== null || (session?.tab === 'this' && isRunning(session))
}

/** Why nothing can be deployed now; `null` where it can. */
export function deployObstacle(bench: Workbench): string | null {
  if (bench.isLost) return 'The container is lost. Reload the page to start a new one.'
  if (!bench.tools) return bench.notice ? 'There is no container.' : 'The container is starting.'
  return bench.side.isInstalling ? 'Run is installing dependencies. Deploy as soon as it is done.' : null
}

/** Why the dev server can't be started now; `null` where it can. */
export function runObstacle(bench: Workbench): string | null {
  if (bench.isLost) return 'The container is lost. Reload the page to start a new one.'
  if (!bench.tools) return 'The container is starting.'
  return isDeploying(bench) ? 'A deployment is under way. Run as soon as it has ended.' : null
}

/** Why a deployment can't be gone on with now; `null` where it can. */
export function resumeObstacle(bench: Workbench, id: string): string | null {
  if (!bench.settings) return 'The settings are being loaded.'
  return needsContainer(bench, id) ? deployObstacle(bench) : null
}

/** Whether the build of a deployment has to be run again, as far as is known. */
export function needsContainer({ interrupted }: Workbench, id: string): boolean {
  return interrupted.find((one) => one.id === id)?.needsContainer ?? true
}
