import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { hostRun } from '../events/run-schemas.js'
import type { Commit, Repository } from '../spec/git-host.js'
import type { HostBuildInput, HostBuilds, HostRun } from '../spec/host-build.js'
import type { Project } from '../spec/project.js'

/** What is built, and where. */
export interface HostBuildStepOptions extends Omit<HostBuildInput, 'repository' | 'commit'> {
  readonly builds: HostBuilds
  readonly project: Project
}

/** A machine may be long in coming, and somebody may have to let the build go on: the host's own limit counts first. */
const timeLimit = 25 * 60 * 60_000

/**
 * Builds what was committed on the git host's own machines.
 * @param after What must have ended well before.
 */
export function hostBuildStep(
  { builds, project, ...input }: HostBuildStepOptions,
  needs: { repository: Step<Repository>; commit: Step<Commit> },
  after: readonly Step<unknown>[],
): Step<HostRun> {
  const commands = [project.installCommand, project.buildCommand].filter((line) => line !== null)
  return defineStep({
    id: 'build',
    title: `Build on ${builds.name}`,
    needs,
    after,
    line: {
      description: `starts ${input.file}, which runs ${commands.join(' and ')}`,
      files: 0,
      bytes: 0,
      requests: builds.requests.run,
      duration: 60_000,
    },
    timeLimit,
    checkpoint: builds.checkpoint,
    result: jsonResult(hostRun),
    async run({ repository, commit }, context) {
      const outcome = await builds.run({ ...input, repository, commit }, context)
      if (outcome.result === 'success') return outcome.run
      const { buildFailed } = await import('./host-build-problems.js')
      throw buildFailed(outcome, builds.name, project.outputDirectory)
    },
    confirm: (run, _inputs, context) => builds.confirm(run, context),
    summarize: ({ attempt }) => `ran ${input.file}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    cancel: (checkpoint, context) => builds.cancel(checkpoint, context),
  })
}
