import type { Settings } from './deploy-options.js'
import { endedStep, type Step } from './engine/step.js'
import type { ArtifactSet, ContentStore } from './spec/artifact.js'
import type { Commit } from './spec/git-host.js'
import type { Project } from './spec/project.js'
import type { Release, Site, Verification } from './spec/release.js'
import { buildStep, installStep } from './steps/build.js'
import { commitStep } from './steps/commit.js'
import { outputStep } from './steps/output.js'
import { publishStep } from './steps/publish.js'
import { repositoryStep } from './steps/repository.js'
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
 * Chooses the steps and ties them. Nothing runs here. The repository and the sites are prepared while the build runs; nothing
 * is committed before the build has ended well, and nothing goes live before the commit stands, so that a conflict stops a
 * deployment while it can still be stopped.
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
  const repository = git && add(repositoryStep(git, branches, given.owner))
  const sites = targets.map((target) => add(siteStep(target, environment, given.hold)))

  const commands = { container, ...build }
  const before: Step<unknown>[] = []
  if (project.buildCommand !== null) {
    if (project.installCommand !== null) before.push(add(installStep(commands, project, project.installCommand)))
    before.push(add(buildStep(commands, project, project.buildCommand, [...before])))
  }
  const artifacts = facts.output
    ? known('collect', facts.output)
    : add(outputStep({ container, ...files, store: given.store }, project, before))

  const commits: Step<Commit>[] = []
  if (git && repository) {
    const { deployment, date } = given
    const shared = { git, message, author: commit.author ?? null, date, deployment }
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
      commits.push(add(commitStep(options, { repository, content: source }, [artifacts])))
    }
    if (commit.content !== 'source') {
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
      commits.push(add(commitStep(options, { repository, content: artifacts }, [...commits])))
    }
  }

  const releases: Step<Release>[] = []
  const verifications: Step<Verification>[] = []
  for (const [index, target] of targets.entries()) {
    const site = sites[index]
    if (!site) continue
    const release = add(
      publishStep(
        { target, environment, title: message, deployment: given.deployment, known: facts.output },
        { site, artifacts },
        commits,
      ),
    )
    releases.push(release)
    if (verify === false) continue
    const options = { target: target.name, project, timeLimit: verify.timeLimit }
    verifications.push(add(verifyStep(options, { release, artifacts })))
  }
  return { steps, finished, commits, releases, verifications }
}
