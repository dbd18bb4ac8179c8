import type { Account } from '../../accounts.js'
import type { TreeFiles } from '../../build/source-tree.js'
import type { NetlifyWorld } from '../call.js'
import { createObjectId, type NetlifyDeploy, type NetlifySite } from '../state.js'
import type { NetlifyBuild } from './state.js'

/** What is to be built, and what it will be. */
export interface BuildOrder extends Pick<NetlifyBuild, 'commit' | 'pull'> {
  readonly site: NetlifySite
  readonly user: Account
  readonly title: string | undefined
  /** `undefined`: production. */
  readonly branch: string | undefined
  /** `undefined`: what is to be built can't be read. */
  readonly source: () => Promise<TreeFiles | undefined>
}

/** Makes a deploy that is built. */
export function startBuild(
  { site, user, title, branch, commit, pull, source }: BuildOrder,
  world: NetlifyWorld,
): { readonly deploy: NetlifyDeploy; readonly build: NetlifyBuild } {
  const now = world.clock.now()
  const build: NetlifyBuild = {
    ...{ id: createObjectId(world.random), createdAt: now, commit, pull },
    ...{ lines: [], listeners: new Set(), isDone: false, stop: () => undefined },
  }
  const deploy: NetlifyDeploy = {
    ...{ id: createObjectId(world.random), site, user, title, branch, build },
    ...{ draft: false, framework: undefined, errorMessage: undefined },
    ...{ state: 'enqueued', states: ['enqueued'], stateTimes: [now] },
    ...{ files: undefined, required: undefined, locked: false, createdAt: now, updatedAt: now, publishedAt: undefined },
  }
  world.state.deploys.set(deploy.id, deploy)
  world.builder.start(deploy, source, world)
  return { deploy, build }
}
