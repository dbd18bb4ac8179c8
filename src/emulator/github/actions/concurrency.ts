import { interpolate, type Scope } from './expressions/evaluate.js'
import { isTrue, toText } from './expressions/values.js'
import { type ConcurrencyGroups, createConcurrencyGroups, type Member } from './queues.js'
import type { ConcurrencyDefinition } from './workflow.js'

/** Something that a concurrency group may hold up. */
export interface Grouped<Result> {
  /** `undefined`: it belongs to no group. */
  readonly definition: ConcurrencyDefinition | undefined
  /** Number of the repository: groups of different ones are different. */
  readonly repository: number
  readonly scope: Scope
  readonly member: Member
  /** Ends the wait, not what runs. */
  readonly signal: AbortSignal
  /** Told that it has to wait. */
  held(): void
  run(): Promise<Result>
}

/** Runs something as soon as its group allows. */
export type RunGrouped = <Result>(grouped: Grouped<Result>) => Promise<Result>

/** Makes groups, of which nobody is a member yet. */
export function createConcurrency(): RunGrouped {
  const groups: ConcurrencyGroups = createConcurrencyGroups()
  return async ({ definition, repository, scope, member, signal, held, run }) => {
    if (definition === undefined) return run()
    const { group, 'cancel-in-progress': cancel = false } =
      typeof definition === 'string' ? { group: definition } : definition
    const name = `${repository} ${toText(interpolate(group, scope)).toLowerCase()}`
    const replaces = typeof cancel === 'string' ? isTrue(interpolate(cancel, scope)) : cancel
    const turn = groups.enter(name, member, replaces)
    try {
      if (turn) {
        held()
        await Promise.race([turn, whenAborted(signal)])
      }
      return await run()
    } finally {
      groups.leave(name, member)
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
