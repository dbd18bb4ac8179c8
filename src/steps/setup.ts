import * as z from 'zod/mini'
import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { setting as settingSchema } from '../events/part-schemas.js'
import type { GitHost, Repository } from '../spec/git-host.js'
import type { SetupChange, SetupPhase } from '../spec/repository-setup.js'

const ids = { 'before-commit': 'setup-repository', 'after-commit': 'protect-repository' }
const titles = { 'before-commit': 'Set up the repository', 'after-commit': 'Settle the branches' }

/**
 * Sets the repository up: reads what is there, and writes only what differs.
 *
 * @param after What must have ended well before anything is changed.
 * @returns `undefined` where this phase has nothing to do.
 */
export function setupStep(
  git: GitHost,
  phase: SetupPhase,
  needs: { repository: Step<Repository> },
  after: readonly Step<unknown>[],
): Step<readonly SetupChange[]> | undefined {
  const { setup } = git
  const lines = (setup?.settings ?? []).filter((one) => one.phase === phase)
  if (!setup || lines.length === 0) return undefined
  return defineStep({
    id: ids[phase],
    title: titles[phase],
    needs,
    after,
    line: {
      description: lines.map(({ description }) => description).join('; '),
      files: 0,
      bytes: 0,
      requests: setup.requests(phase),
      duration: 500 + 400 * lines.length,
    },
    timeLimit: 10 * 60_000,
    result: jsonResult<readonly SetupChange[]>(z.array(settingSchema)),
    run: ({ repository }, context) => setup.apply(phase, repository, context),
    summarize: describeChanges,
  })
}

function describeChanges(changes: readonly SetupChange[]): string {
  const count = (change: SetupChange['change']) => changes.filter((one) => one.change === change).length
  const parts = (['created', 'changed', 'unchanged'] as const).map((one) => ({ one, count: count(one) }))
  return parts
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.one}`)
    .join(', ')
}
