import * as z from 'zod/mini'
import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import type { Context } from '../spec/context.js'
import type { Commit, GitHost, Repository } from '../spec/git-host.js'
import type { HostDeployment, HostDeployments } from '../spec/host-deployment.js'
import type { Environment, Release } from '../spec/release.js'
import { nameOf } from '../toolkit/name-of.js'

/** What of a publication the git host shows. */
export interface HostDeploymentOptions {
  readonly git: GitHost
  readonly target: string
  readonly environment: Environment
  /** Whether other targets publish the same commit, so that each needs an environment of its own. */
  readonly isOneOfMany: boolean
  /** Id of the deployment. */
  readonly deployment: string
}

/** The steps around a publication by which a git host shows which commit is live. */
export interface HostDeploymentSteps {
  readonly begin: Step<HostDeployment>
  /** @param after What must have ended well before it counts as live. */
  end(release: Step<Release>, after: readonly Step<unknown>[]): Step<null>
  /** Says that the publication has failed, where it had begun and had not ended. */
  fail(description: string, context: Context): Promise<void>
}

const schema: z.ZodMiniType<HostDeployment> = z.object({
  id: z.string(),
  repository: z.string(),
  environment: z.string(),
})

/** Makes the steps for one target. */
export function hostDeploymentSteps(
  options: HostDeploymentOptions,
  host: HostDeployments,
  needs: { repository: Step<Repository>; commit: Step<Commit> },
): HostDeploymentSteps {
  const { git, target, deployment } = options
  const environment = options.isOneOfMany ? `${options.environment}-${target}` : options.environment
  const line = { files: 0, bytes: 0, duration: 800 }
  let standing: HostDeployment | undefined
  const begin = defineStep({
    id: `announce-${target}`,
    title: `Announce on ${nameOf(git.name)}`,
    needs,
    line: {
      ...line,
      description: `shows that the commit goes to ${environment}`,
      requests: host.requests.begin,
    },
    timeLimit: 5 * 60_000,
    result: jsonResult(schema),
    async run({ repository, commit }, context) {
      const isProduction = options.environment === 'production'
      standing = await host.begin({ repository, commit, environment, isProduction, deployment }, context)
      return standing
    },
    async confirm(known) {
      standing = known
      return true
    },
    summarize: () => `${environment} is in progress`,
  })
  return {
    begin,
    end: (release, after) =>
      defineStep({
        id: `report-${target}`,
        title: `Report to ${nameOf(git.name)}`,
        needs: { begin, release },
        after,
        line: { ...line, description: `shows where ${environment} is live`, requests: host.requests.end },
        timeLimit: 5 * 60_000,
        result: jsonResult(z.null()),
        async run({ begin, release }, context) {
          await host.end(begin, { state: 'success', url: release.url }, context)
          standing = undefined
          return null
        },
        summarize: () => `${environment} is live`,
      }),
    async fail(description, context) {
      const known = standing
      standing = undefined
      if (known) await host.end(known, { state: 'failure', description }, context)
    },
  }
}
