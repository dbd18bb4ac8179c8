import type { HostOutput } from '../spec/host-output.js'
import type { Target } from '../spec/target.js'

/** What builds leave for the hosts of the targets. */
export interface HostOutputs {
  /** One for each host. */
  readonly all: readonly HostOutput[]
  /** What may take the place of the output folder, as all targets are of its host; `null` where nothing may. */
  readonly whole: HostOutput | null
}

/** @returns what is looked for after a build that is published on these targets. */
export function hostOutputsOf(targets: readonly Pick<Target, 'output'>[]): HostOutputs {
  const byHost = new Map(targets.flatMap(({ output }) => (output ? [[output.host, output]] : [])))
  const all = [...byHost.values()]
  const [only] = all
  const isShared = only !== undefined && targets.every(({ output }) => output?.host === only.host)
  return { all, whole: isShared && only.whole !== null ? only : null }
}
