import type { RunEnvironment } from './engine/run-steps.js'
import type { Warning } from './spec/plan.js'
import type { Target } from './spec/target.js'
import { deploymentWarnings } from './steps/limits.js'

/** What a plan says of limits of the accounts that it comes near to, by what this browser has done in the last 24 hours. */
export async function quotaWarnings(
  targets: readonly Target[],
  { cache, clock }: Pick<RunEnvironment, 'cache' | 'clock'>,
): Promise<Warning[]> {
  const warnings: Warning[] = []
  for (const target of cache ? targets : []) {
    const usage = cache && (await target.usage?.({ cache, clock }))
    if (usage) warnings.push(...deploymentWarnings(target, usage))
  }
  return warnings
}
