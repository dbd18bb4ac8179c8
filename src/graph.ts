import type { Settings } from './deploy-settings.js'
import { endedStep, type Step } from './engine/step.js'
import { hostedBuild } from './hosted-build.js'
import { plannedCommits } from './planned-commits.js'
import type { ArtifactSet, ContentStore } from './spec/artifact.js'
import type { Commit, SetupChange } from './spec/git-host.js'
import type { Project } from './spec/project.js'
import type { Release, Site, Verification } from './spec/release.js'
import { accessStep } from './steps/access.js'
import { buildStep, installStep } from './steps/build.js'
import { commitStep } from './steps/commit.js'
import { type HostDeploymentSteps, hostDeploymentSteps } from './steps/host-deployment.js'
import { outputStep } from './steps/output.js'
import { publishStep } from './steps/publish.js'
import { pullRequestSteps } from './steps/pull-request.js'
import { repositoryStep } from './steps/repository.js'
import { setupStep } from './steps/setup.js'
import { siteStep } from './steps/site.js'
import { verifyStep } from './steps/verify.js'

/** What was found out in the tab before the plan. */
export interface Facts {
  readonly project: Project
  /** The project's own files; `null` where they are not committed. */
  readonly source: ArtifactSet | null
  /** What is published, where it stands already; `null` where a build has to make it. */
  readonly output: ArtifactSet | null
}

/** The steps of a deployment in an order in which each stands after what it needs, and those whose outputs make its result. */
export interface Graph {
  readonly steps: readonly Step<unknown>[]
  /** Steps that ended before the plan, with their outputs: the facts. */
  readonly finished: ReadonlyMap<Step<unknown>, unknown>
  readonly commits: readonly Step<Commit>[]
  readonly releases: readonly Step<Release>[]
  readonly verifications: readonly Step<Verification>[]
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
 * Where the git host builds, the commit comes first: it is what is built.
 */
export function createGraph(settings: Settings, facts: Facts, given: Given): Graph {
  const { container, targets, git, commit, environment, files, verify, build } = settings
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

  const commands = { container, ...build }
  const before: Step<unknown>[] = [...first]
  const hosted = hostedBuild(settings, facts, given)
  if (project.buildCommand !== null && !hosted) {
    if (project.installCommand !== null) before.push(add(installStep(commands, project, project.installCommand, first)))
    before.push(add(buildStep(commands, project, project.buildCommand, [...before])))
  }
  let artifacts = facts.output ? known('collect', facts.output) : undefined
  if (!artifacts && !hosted) artifacts = add(outputStep({ container, ...files, store: given.store }, project, before))
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
    if (facts.source) {
      const source = known('source', facts.source)
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
      artifacts ??= run?.artifacts
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

  const releases: Step<Release>[] = []
  const verifications: Step<Verification>[] = []
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
    const shown =
      git?.deployments && repository && committed
        ? hostDeploymentSteps(
            { git, target: target.name, environment, isOneOfMany: targets.length > 1, deployment: given.deployment },
            git.deployments,
            { repository, commit: committed },
          )
        : undefined
    if (shown) hostDeployments.push(shown)
    const announced = shown ? [...foretold, add(shown.begin)] : foretold
    const release = add(
      publishStep(
        {
          ...{ target, environment, title: message, deployment: given.deployment, known: facts.output },
          onApproval: settings.onApproval,
        },
        { site, artifacts },
        [...commits, ...announced],
      ),
    )
    releases.push(release)
    const verified: Step<Verification>[] = []
    if (verify !== false) {
      const options = { target, project, timeLimit: verify.timeLimit }
      verified.push(add(verifyStep(options, { release, artifacts })))
    }
    verifications.push(...verified)
    if (shown) add(shown.end(release, verified))
    if (told) add(told.end(target.name, release, verified))
  }
  return { steps, finished, commits, releases, verifications, settings: setups, hostDeployments }
}
