import { storageOf } from './default-storage.js'
import type { StorageOptions } from './deployments.js'
import type { DeploymentStorage } from './spec/storage.js'
import type { Channel } from './spec/tabs.js'

/** Name of the channel on which tabs say that a deployment began, ended or was forgotten. */
const channelName = 'deployments'

/** Lets all who watch, in all tabs, look again. */
export function announce({ tabs }: DeploymentStorage): void {
  const channel = tabs.open(channelName, () => undefined)
  channel.post({ type: 'change' })
  channel.close()
}

/**
 * Calls back when a deployment begins, ends or is forgotten, in this tab or another one: the moment for an IDE to look at
 * `deployments()` again, and to `follow` what another tab runs. A tab that is lost tells nobody; `follow` notices it.
 * @returns stops watching.
 * @example const stop = watchDeployments(async () => renderHistory(await deployments()))
 */
export function watchDeployments(listener: () => void, options: StorageOptions = {}): () => void {
  let channel: Channel | undefined
  let stopped = false
  const open = ({ tabs }: DeploymentStorage) => {
    if (!stopped) channel = tabs.open(channelName, listener)
  }
  if (options.storage) open(options.storage)
  else void storageOf({}, 'watchDeployments').then(open)
  return () => {
    stopped = true
    channel?.close()
  }
}
