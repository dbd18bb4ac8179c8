import type { Settings } from './deploy-settings.js'
import type { Step } from './engine/step.js'
import type { ArtifactSet, ContentStore } from './spec/artifact.js'
import type { DomainStatus } from './spec/domain.js'
import type { Commit, Repository } from './spec/git-host.js'
import type { Project } from './spec/project.js'
import type { Release, Site, Verification } from './spec/release.js'
import type { SetupChange } from './spec/repository-setup.js'
import type { HostFiles } from './spec/rules.js'
import type { ProviderBuild, Target } from './spec/target.js'
import { configureStep } from './steps/configure.js'
import { domainStep } from './steps/domain.js'
import { type HostDeploymentSteps, hostDeploymentSteps } from './steps/host-deployment.js'
import { precompressStep } from './steps/precompress.js'
import { publishStep } from './steps/publish.js'
import { pullRequestSteps } from './steps/pull-request.js'
import { verifyAddressStep } from './steps/switch-release.js'
import { verifyStep } from './steps/verify.js'

/** What is published, and where. */
export interface Publication {
  readonly settings: Settings
  readonly project: Project
  /** What is known of the output before the build. */
  readonly known: ArtifactSet | null
  /** Id of the deployment. */
  readonly deployment: string
  readonly message: string
  readonly store: ContentStore
  /** What the configuration files of hosts say. */
  readonly hosts: HostFiles | undefined
  /** What the targets build; `undefined`: nothing. */
  readonly build?: Omit<ProviderBuild, 'source'> | undefined
}

/** What it is made of. */
export interface PublicationNeeds {
  /** One for each target. */
  readonly sites: readonly Step<Site>[]
  /** `undefined` where nothing is made that could be published. */
  readonly artifacts: Step<ArtifactSet> | undefined
  readonly repository: Step<Repository> | undefined
  readonly commits: readonly Step<Commit>[]
}

/** The steps by which all targets publish, in their order, and those whose outputs are part of the result. */
export interface TargetSteps {
  readonly steps: readonly Step<unknown>[]
  readonly settings: readonly Step<readonly SetupChange[]>[]
  readonly releases: readonly Step<Release>[]
  readonly domains: readonly Step<readonly DomainStatus[]>[]
  readonly verifications: readonly Step<Verification>[]
  /** Those that want to hear of a failure. */
  readonly hostDeployments: readonly Pick<HostDeploymentSteps, 'fail'>[]
}

/**
 * Publishes on every target, side by side: each configures its site, publishes, settles its domains and proves that it is live. From
 * the commit on they are independent of each other: one that fails leaves the others alone.
 */
export function targetSteps(publication: Publication, needs: PublicationNeeds): TargetSteps {
  const { settings, project, known, deployment, message, build, hosts, store } = publication
  const { targets, git, environment, verify, onApproval } = settings
  const { sites, artifacts, repository, commits } = needs
  const steps: Step<unknown>[] = []
  const add = <Output>(step: Step<Output>, target?: Target): Step<Output> => {
    const part = target && targets.length > 1 ? { ...step, part: target.name } : step
    steps.push(part)
    return part
  }
  const releases: Step<Release>[] = []
  const verifications: Step<Verification>[] = []
  const configured: Step<readonly SetupChange[]>[] = []
  const domains: Step<readonly DomainStatus[]>[] = []
  const hostDeployments: Pick<HostDeploymentSteps, 'fail'>[] = []
  const [committed] = commits
  const told =
    git?.pullRequests && repository && committed && targets.length > 0
      ? pullRequestSteps({ git, targets: targets.map(({ name }) => name), environment }, git.pullRequests, {
          repository,
          commit: committed,
        })
      : undefined
  if (told) hostDeployments.push(told)
  const foretold = told ? [add(told.begin)] : []
  for (const [index, target] of targets.entries()) {
    const site = sites[index]
    if (!site || !artifacts) continue
    const before: Step<unknown>[] = [...commits, ...foretold]
    if (target.configuration) {
      const options = { target, configuration: target.configuration, project, environment }
      const step = add(
        configureStep(options, { site, ...(repository && { repository }) }, [artifacts, ...commits]),
        target,
      )
      configured.push(step)
      before.push(step)
    }
    const shown =
      git?.deployments && repository && committed
        ? hostDeploymentSteps(
            { git, target: target.name, environment, isOneOfMany: targets.length > 1, deployment },
            git.deployments,
            { repository, commit: committed },
          )
        : undefined
    if (shown) {
      hostDeployments.push(shown)
      before.push(add(shown.begin))
    }
    const rules = { hosts, headers: settings.headers }
    const wants = settings.optimize.precompress && !build
    const ways = (wants && target.precompressed) || []
    const sent =
      ways.length > 0 ? add(precompressStep({ target: target.name, ways, store }, { artifacts }), target) : artifacts
    const compresses = wants && ways.length === 0
    const publishing = { target, environment, title: message, deployment, known, onApproval, build, rules, compresses }
    const committing = build && repository && committed ? { repository, commit: committed } : {}
    const release = add(publishStep(publishing, { site, artifacts: sent, ...committing }, before), target)
    releases.push(release)
    if (target.domains && environment === 'production') {
      domains.push(add(domainStep({ target, domains: target.domains }, { site }, [release]), target))
    }
    const verified: Step<Verification>[] = []
    if (verify !== false) {
      const options = { target, project, hosts, ...verify }
      const step = build
        ? verifyAddressStep(target, verify, { site, release })
        : verifyStep(options, { site, release, artifacts })
      verified.push(add(step, target))
    }
    verifications.push(...verified)
    if (shown) add(shown.end(release, verified), target)
    if (told) add(told.end(target.name, release, verified), target)
  }
  return { steps, settings: configured, releases, domains, verifications, hostDeployments }
}
