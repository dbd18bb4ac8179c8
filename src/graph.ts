import { checkHosts } from './check-hosts.js'
import type { Settings } from './deploy-settings.js'
import { endedStep, type Step } from './engine/step.js'
import { hostedBuild } from './hosted-build.js'
import { plannedCommits } from './planned-commits.js'
import { providedBuild } from './provided-build.js'
import type { ArtifactSet, ContentStore } from './spec/artifact.js'
import type { DomainStatus } from './spec/domain.js'
import type { Commit } from './spec/git-host.js'
import type { Project } from './spec/project.js'
import type { Release, Site, Verification } from './spec/release.js'
import type { SetupChange } from './spec/repository-setup.js'
import type { HostFiles } from './spec/rules.js'
import { accessStep } from './steps/access.js'
import { buildStep, installStep } from './steps/build.js'
import { commitStep } from './steps/commit.js'
import type { HostDeploymentSteps } from './steps/host-deployment.js'
import { hostOutputsOf } from './steps/host-outputs.js'
import { checkLimits } from './steps/limits.js'
import { optimizeStep } from './steps/optimize.js'
import { outputStep } from './steps/output.js'
import { repositoryStep } from './steps/repository.js'
import { rulesFilesOf } from './steps/rules.js'
import { setupStep } from './steps/setup.js'
import { siteStep } from './steps/site.js'
import { targetSteps } from './target-steps.js'

/** What was found out in the tab before the plan. */
export interface Facts {
  readonly project: Project
  /** The project's own files; `null` where they are not committed. */
  readonly source: ArtifactSet | null
  /** What is published, where it stands already; `null` where a build has to make it. */
  readonly output: ArtifactSet | null
  /** What the configuration files of hosts say. @default nothing */
  readonly hosts?: HostFiles | undefined
}

/** The steps of a deployment in an order in which each stands after what it needs, and those whose outputs make its result. */
export interface Graph {
  readonly steps: readonly Step<unknown>[]
  /** Steps that ended before the plan, with their outputs: the facts. */
  readonly finished: ReadonlyMap<Step<unknown>, unknown>
  readonly commits: readonly Step<Commit>[]
  readonly releases: readonly Step<Release>[]
  readonly verifications: readonly Step<Verification>[]
  readonly domains: readonly Step<readonly DomainStatus[]>[]
  readonly settings: readonly Step<readonly SetupChange[]>[]
  /** Those that want to hear of a failure. */
  readonly hostDeployments: readonly Pick<HostDeploymentSteps, 'fail'>[]
}

/** What the steps are given besides options and facts. */
export interface Given {
  readonly store: ContentStore
  /** Id of the deployment. */
  readonly deployment: string
  /** Milliseconds since the epoch: the date of its commits. */
  readonly date: number
  /** Owner of the repository that an earlier run prepared. */
  readonly owner?: string | undefined
  /** Keeps other tabs away from a site. */
  hold(site: Site): Promise<void>
}

/**
 * Chooses the steps and ties them. Nothing runs here. What the token may do is asked before anything else, where that matters.
 * The repository and the sites are prepared while the build runs; nothing is committed before all of that has ended well, and
 * nothing goes live before the commit stands, so that a conflict stops a deployment while it can still be stopped.
 * Where the git host builds, the commit comes first: it is what is built. Where the targets do, the source is what is published.
 */
export function createGraph(settings: Settings, facts: Facts, given: Given): Graph {
  const { container, targets, git, commit, environment, files, build } = settings
  const { project } = facts
  const steps: Step<unknown>[] = []
  const finished = new Map<Step<unknown>, unknown>()
  const known = <Output>(id: string, output: Output): Step<Output> => {
    const step = endedStep<Output>(id)
    finished.set(step, output)
    return step
  }
  const add = <Output>(step: Step<Output>): Step<Output> => {
    steps.push(step)
    return step
  }
  const message = commit.message ?? `Deploy ${project.name ?? 'the project'}`

  const branches = [
    ...(commit.branch === undefined ? [] : [commit.branch]),
    ...(commit.content === 'source' ? [] : [commit.artifactsBranch]),
  ]
  const access = git && accessStep(git, facts.source, commit.branch, targets.length > 0, branches)
  const first: Step<unknown>[] = access ? [add(access)] : []
  const sizes = [facts.source, ...(commit.content === 'source' ? [] : [facts.output])].map((one) => one?.size ?? 0)
  const repository = git && add(repositoryStep(git, branches, given.owner, first, Math.max(...sizes)))
  const prepared = { environment, commits: plannedCommits(settings) }
  const sites = targets.map((target) => add(siteStep(target, prepared, given.hold, first)))

  const outputs = hostOutputsOf(targets)
  const commands = { container, ...build, outputs }
  const before: Step<unknown>[] = [...first]
  const hosted = hostedBuild(settings, facts, given)
  const provided = providedBuild(settings, project)
  if (!provided)
    checkHosts({ project, targets, content: git ? commit.content : 'source', isFetched: hosted !== undefined })
  // Where nothing is committed, the providers are sent what they build.
  const sent = facts.output ?? (provided && !git ? facts.source : null)
  for (const target of sent ? targets : []) if (sent) checkLimits(target, sent)
  const source = facts.source ? known('source', facts.source) : undefined
  if (project.buildCommand !== null && !hosted && !provided) {
    if (project.installCommand !== null) before.push(add(installStep(commands, project, project.installCommand, first)))
    before.push(add(buildStep(commands, project, project.buildCommand, [...before])))
  }
  let artifacts = facts.output ? known('collect', facts.output) : provided && source
  if (!artifacts && !hosted)
    artifacts = add(
      outputStep(
        { container, ...files, store: given.store, outputs, targets, reads: rulesFilesOf(targets) },
        project,
        before,
      ),
    )
  const optimizer = settings.optimize.images
  const isSent = targets.length > 0 || commit.content !== 'source'
  const smaller = (from: Step<ArtifactSet>): Step<ArtifactSet> =>
    optimizer && !provided && isSent
      ? add(optimizeStep({ optimizer, store: given.store, targets }, { artifacts: from }))
      : from
  if (artifacts) artifacts = smaller(artifacts)
  const built = artifacts ? [artifacts] : first

  const commits: Step<Commit>[] = []
  const setups: Step<readonly SetupChange[]>[] = []
  if (git && repository) {
    const setup = setupStep(git, 'before-commit', { repository }, built)
    if (setup) setups.push(add(setup))
    const { deployment, date } = given
    const shared = {
      ...{ git, message, author: commit.author ?? null, date, deployment },
      ...{ relay: settings.relay !== undefined, onConflict: settings.onConflict },
    }
    if (source && facts.source) {
      const { branch, expectedHead } = commit
      const options = {
        ...shared,
        id: 'commit',
        title: 'Commit the source',
        branch,
        expectedHead,
        reserved: commit.content === 'both' ? commit.artifactsBranch : null,
        known: facts.source,
      } as const
      const committed = add(commitStep(options, { repository, content: source }, [...built, ...sites, ...setups]))
      commits.push(committed)
      const run = hosted?.after({ repository, commit: committed })
      steps.push(...(run?.steps ?? []))
      if (!artifacts && run?.artifacts) artifacts = smaller(run.artifacts)
    }
    if (commit.content !== 'source' && artifacts) {
      const { artifactsBranch: branch } = commit
      const expectedHead = commit.content === 'artifacts' ? commit.expectedHead : undefined
      const options = {
        ...shared,
        id: 'commit-output',
        title: 'Commit the output',
        branch,
        expectedHead,
        reserved: null,
        known: facts.output,
      } as const
      commits.push(add(commitStep(options, { repository, content: artifacts }, [...sites, ...setups, ...commits])))
    }
    const settle = setupStep(git, 'after-commit', { repository }, commits)
    if (settle) setups.push(add(settle))
  }

  const published = targetSteps(
    {
      ...{ settings, project, deployment: given.deployment, message, hosts: facts.hosts, store: given.store },
      ...{ known: provided ? facts.source : facts.output, build: provided },
    },
    { sites, artifacts, repository, commits },
  )
  steps.push(...published.steps)
  const { releases, verifications, domains, hostDeployments } = published
  setups.push(...published.settings)
  return { steps, finished, commits, releases, verifications, domains, settings: setups, hostDeployments }
}
