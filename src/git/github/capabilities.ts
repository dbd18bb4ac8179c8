import type { GitHost } from '../../spec/git-host.js'
import type { GithubRepository } from './api.js'
import { createBuilds } from './builds/create-builds.js'
import { createDeployments, deploymentRight } from './deployments.js'
import { createPublications } from './publications.js'
import { type AccessOptions, checkAccess, commitRight, workflowsOf } from './rights/check-access.js'
import { missingRight } from './rights/missing-right.js'
import { createSetup, type SetupTools } from './setup/create-setup.js'
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
  readonly members: Pick<GitHost, 'access' | 'setup' | 'deployments' | 'pullRequests' | 'builds'>
  /** Whether a repository that has to be created is private, after all. */
  readonly isPrivate: boolean
  /** Texts that must never be shown, as far as they are known. */
  secrets(): readonly string[]
  /** @throws AuthError `token-scope-missing` where the token is known not to have what every commit takes. */
  requireCommit(fullName: string, repository?: GithubRepository): void
}

/** Makes the capabilities of a GitHub host. */
export function createCapabilities(options: CapabilityOptions, tools: SetupTools): Capabilities {
  const { owner, name } = options
  const { visibility } = options.setup
  const isPrivate = visibility === undefined ? options.private : visibility !== 'public'
  const setup = createSetup(options.setup, tools)
  const rights = [...(setup?.rights ?? []), ...(options.deployments ? [deploymentRight] : [])]
  const checked: AccessOptions = { ...tools, owner, name, private: isPrivate, rights, administers: setup !== undefined }
  return {
    isPrivate,
    secrets: () => setup?.secrets() ?? [],
    requireCommit(fullName, repository) {
      const missing = tools.scopes.lacking([commitRight(fullName, repository?.private ?? isPrivate)])
      if (missing.length > 0) throw missingRight(missing, { fullName, web: tools.web, known: tools.scopes.known })
    },
    members: {
      setup,
      deployments: options.deployments ? createDeployments(tools) : undefined,
      pullRequests: options.pullRequest === undefined ? undefined : createPublications(options.pullRequest, tools),
      builds: createBuilds(tools),
      access: {
        needs: (paths) => [
          ...(workflowsOf(paths).length > 0 ? ['write workflows'] : []),
          ...(setup ? ['set the repository up'] : []),
          ...(options.deployments ? [deploymentRight.purpose] : []),
        ],
        requests: { least: owner === undefined ? 2 : 1, most: owner === undefined ? 3 : 2 },
        check: (input, context) => checkAccess(checked, input, context),
      },
    },
  }
}
