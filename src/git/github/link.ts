import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { HostLink } from '../../spec/host-link.js'
import type { SetupChange } from '../../spec/repository-setup.js'
import { explainRefusal } from './rights/missing-right.js'
import type { Right } from './rights/right.js'
import type { SetupTools } from './setup/create-setup.js'
import { deployKeys, readKeys } from './setup/deploy-keys.js'
import type { Setting } from './setup/setting.js'
import { webhooks } from './setup/webhooks.js'

const keyRight: Right = {
  scopes: ['repo'],
  permission: 'Administration',
  purpose: 'let a provider read the repository',
  option: 'repository',
}
const hookRight: Right = {
  scopes: ['repo', 'admin:repo_hook', 'write:repo_hook'],
  permission: 'Webhooks',
  purpose: 'tell a provider of pushes',
  option: 'repository',
}

/** What providers need of a repository on GitHub to build what is pushed: the settings of its setup, one at a time. */
export function createLink(tools: SetupTools): HostLink {
  const { api, web } = tools
  const explained = <Result>(work: Promise<Result>, fullName: string, right: Right): Promise<Result> =>
    work.catch((error: unknown) => {
      throw explainRefusal(error, right, { fullName, web, known: tools.scopes.known })
    })
  const only = async (setting: Setting | undefined, fullName: string, context: Context): Promise<SetupChange> => {
    for await (const change of setting?.apply({ api, fullName, context }) ?? []) return change
    throw new TypeError('nothing was to be set')
  }
  return {
    provider: 'github',
    deployKeys: ({ fullName }, context) => explained(readKeys({ api, fullName, context }), fullName, keyRight),
    addDeployKey: ({ fullName }, { title, key }, context) =>
      explained(
        only(deployKeys({ deployKeys: [{ title, key, readOnly: true }] }), fullName, context),
        fullName,
        keyRight,
      ),
    addHook: ({ fullName }, { url, events }, context) =>
      explained(only(webhooks({ webhooks: [{ url, events }] }), fullName, context), fullName, hookRight),
    async idOf({ fullName }, context) {
      const request = { purpose: `find the repository ${fullName}`, path: `/repos/${fullName}` }
      return String((await api.json(context, z.object({ id: z.number() }), request)).id)
    },
  }
}
