import type { SetupChange } from '../spec/repository-setup.js'
import type { TargetConfiguration } from '../spec/target.js'

/** What several parts configure, one after the other in the order given; `undefined` where there is none. */
export function joinConfiguration(
  parts: readonly (TargetConfiguration | undefined)[],
): TargetConfiguration | undefined {
  const all = parts.filter((part) => part !== undefined)
  const [first, ...others] = all
  if (!first || others.length === 0) return first
  return {
    description: all.map(({ description }) => description).join(', '),
    requests: {
      least: all.reduce((sum, { requests }) => sum + requests.least, 0),
      most: all.reduce<number | null>(
        (sum, { requests: { most } }) => (sum === null || most === null ? null : sum + most),
        0,
      ),
    },
    async apply(input, context) {
      const changes: SetupChange[] = []
      for (const part of all) changes.push(...(await part.apply(input, context)))
      return changes
    },
  }
}
