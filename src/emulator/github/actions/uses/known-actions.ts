import type { Action } from './action.js'
import { downloadArtifact, uploadArtifact } from './artifacts.js'
import { cache } from './cache.js'
import { checkout } from './checkout.js'
import { configurePages, deployPages, uploadPagesArtifact } from './pages.js'
import { setupNode } from './setup-node.js'

/** The actions that are there. */
const known: Readonly<Record<string, Action>> = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
  'actions/cache': cache,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
  'actions/configure-pages': configurePages,
  'actions/upload-pages-artifact': uploadPagesArtifact,
  'actions/deploy-pages': deployPages,
}

/** What `uses:` names: the action, and its version after `@`. */
export interface NamedAction {
  readonly name: string
  readonly version: string
  /** `undefined`: the emulator does not have it. */
  readonly action: Action | undefined
}

/** Reads a `uses:`. */
export function nameAction(uses: string): NamedAction {
  const at = uses.lastIndexOf('@')
  const name = at < 0 ? uses : uses.slice(0, at)
  const key = name.toLowerCase()
  const action = at > 0 && Object.hasOwn(known, key) ? known[key] : undefined
  return { name, version: at < 0 ? '' : uses.slice(at + 1), action }
}

/** Why a job that uses it can't begin. */
export function unknownAction(uses: string): string {
  return `Unable to resolve action \`${uses}\`: the emulator runs no code of others, only ${Object.keys(known).join(', ')}`
}
