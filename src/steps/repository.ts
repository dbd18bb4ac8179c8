import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { repository as repositorySchema } from '../events/part-schemas.js'
import type { GitHost, Repository } from '../spec/git-host.js'
import { nameOf } from '../toolkit/name-of.js'

/**
 * Finds the repository or creates it, and remembers where its branches stand: what moves after that is a conflict.
 * @param owner Whose repository an earlier run prepared.
 * @param after What must have ended well before anything is created.
 * @param bytes Size of the largest commit, as far as it is known before the build.
 */
export function repositoryStep(
  git: GitHost,
  branches: readonly string[],
  owner: string | undefined,
  after: readonly Step<unknown>[] = [],
  bytes = 0,
): Step<Repository> {
  return defineStep({
    id: 'repository',
    title: 'Prepare the repository',
    needs: {},
    after,
    line: {
      description: `finds or creates ${git.repository} on ${nameOf(git.name)}`,
      files: 0,
      bytes: 0,
      requests: git.requests.prepare,
      duration: 1000,
    },
    timeLimit: 5 * 60_000,
    checkpoint: git.checkpoint,
    result: jsonResult(repositorySchema),
    async run(_inputs, context) {
      const repository = await git.prepare({ branches, bytes, ...(owner !== undefined && { owner }) }, context)
      context.report({ type: 'repository-ready', repository })
      return repository
    },
    confirm: (repository, _inputs, context) => git.confirmRepository(repository, context),
    summarize: ({ fullName, created }) => `${fullName} ${created ? 'was created' : 'is there'}`,
  })
}
