import type { GitHost } from '../../spec/git-host.js'
import type { GithubRepository } from './api.js'
import { createBuilds } from './builds/create-builds.js'
import { createDeployments, deploymentRight } from './deployments.js'
import { createLink } from './link.js'
import { commentRight, createPublications } from './publications.js'
import { type AccessOptions, checkAccess, commitRight, creationRight, workflowsOf } from './rights/check-access.js'
import { isInaccessible, missingRight } from './rights/missing-right.js'
import { countProbes } from './rights/probe-rights.js'
import { createSetup, type SetupTools } from './setup/create-setup.js'
import { countForesight, foreseeSetup } from './setup/foresee-setup.js'
import type { ParsedSetup } from './setup/setup-options.js'

/** What of the options the capabilities are made of. */
export interface CapabilityOptions {
  readonly setup: ParsedSetup
  readonly deployments: boolean
  /** The pull request that is told of publications. */
  readonly pullRequest?: number | 'find' | undefined
  /** Whether a repository that has to be created is private. */
  readonly private: boolean
  readonly owner: string | undefined
  readonly name: string
}

/** The capabilities that the options ask for. */
export interface Capabilities {
  readonly members: Pick<GitHost, 'access' | 'setup' | 'deployments' | 'pullRequests' | 'builds' | 'link'>
  /** Whether a repository that has to be created is private, after all. */
  readonly isPrivate: boolean
  /** Texts that must never be shown, as far as they are known. */
  secrets(): readonly string[]
  /** How many requests may create something before the first commit. */
  readonly ahead: number
  /** @throws AuthError `token-scope-missing` where the token is known not to have what every commit takes. */
  requireCommit(fullName: string, repository?: GithubRepository): void
  /** What an error really says that came of preparing the repository, or of making it. */
  explain(error: unknown, fullName: string, creates: boolean): unknown
}

/** Makes the capabilities of a GitHub host. */
export function createCapabilities(options: CapabilityOptions, tools: SetupTools): Capabilities {
  const { owner, name } = options
  const { visibility } = options.setup
  const isPrivate = visibility === undefined ? options.private : visibility !== 'public'
  const setup = createSetup(options.setup, tools)
  const rights = setup?.rights ?? []
  const number = typeof options.pullRequest === 'number' ? options.pullRequest : undefined
  const publishingRights = [
    ...(options.deployments ? [deploymentRight] : []),
    ...(number === undefined ? [] : [commentRight]),
  ]
  const checked: AccessOptions = {
    ...{ ...tools, owner, name, private: isPrivate, pullRequest: number },
    ...{ rights, publishingRights, administers: setup !== undefined },
  }
  const whose = owner === undefined ? { least: 2, most: 3 } : { least: 1, most: 2 }
  const probes = countProbes([...rights, ...publishingRights]) + (number === undefined ? 0 : 1)
  return {
    isPrivate,
    // The repository, and the commit that begins it.
    ahead: 2 + (setup?.requests('before-commit').most ?? 0),
    secrets: () => setup?.secrets() ?? [],
    requireCommit(fullName, repository) {
      const missing = tools.scopes.lacking([commitRight(fullName, repository?.private ?? isPrivate)])
      if (missing.length > 0) throw missingRight(missing, { fullName, web: tools.web, known: tools.scopes.known })
    },
    explain(error, fullName, creates) {
      if (!isInaccessible(error)) return error
      const right = (creates ? creationRight : commitRight)(fullName, isPrivate)
      return missingRight([right], { fullName, web: tools.web, known: undefined })
    },
    members: {
      setup,
      deployments: options.deployments ? createDeployments(tools) : undefined,
      pullRequests: options.pullRequest === undefined ? undefined : createPublications(options.pullRequest, tools),
      builds: createBuilds(tools),
      link: createLink(tools),
      access: {
        needs: ({ artifacts, publishes }) => [
          ...(workflowsOf(artifacts.map(({ path }) => path)).length > 0 ? ['write workflows'] : []),
          ...(setup ? ['set the repository up'] : []),
          ...(options.deployments && publishes ? [deploymentRight.purpose] : []),
          ...(number !== undefined && publishes ? [`comment on the pull request ${number}`] : []),
        ],
        requests: { ...whose, most: whose.most + probes + countForesight(options.setup) },
        async check(input, context) {
          await checkAccess(checked, input, context)
          await foreseeSetup(options.setup, { ...tools, owner, name }, input, context)
        },
      },
    },
  }
}
