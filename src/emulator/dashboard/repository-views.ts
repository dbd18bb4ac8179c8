import type { ActionsState } from '../github/actions/state.js'
import { addressOf } from '../github/pages/address.js'
import type { EmulatedRepository } from '../github/repositories.js'
import type { EmulatedProject } from '../gitlab/projects.js'
import { type BranchReader, readBranches } from './branches.js'
import type { InspectionSource } from './source.js'
import type { EnvironmentView, RepositoryView, RunView } from './state-view.js'

/** How many runs of a repository are shown. */
const mostRuns = 5

/** A repository of GitHub. */
export async function githubRepository(
  repository: EmulatedRepository,
  { github, git, pages }: Pick<InspectionSource, 'github' | 'git' | 'pages'>,
  reader: BranchReader,
): Promise<RepositoryView> {
  const name = `${repository.owner.login}/${repository.name}`
  const site = github.state.pages.find(repository)
  return {
    ...{ provider: 'github', id: repository.id, name },
    ...{ isPrivate: repository.private, isArchived: repository.archived },
    ...{ url: `${git.url}/${name}`, apiUrl: `${github.url}/repos/${name}` },
    ...{ createdAt: repository.createdAt, pushedAt: repository.pushedAt },
    ...(await readBranches(reader, repository.path)),
    pulls: repository.pulls.length,
    runs: runsOf(github.state.actions, repository),
    environments: environmentsOf(repository),
    pages: site ? addressOf(site, pages.siteUrl) : null,
  }
}

/** A project of GitLab. */
export async function gitlabProject(
  project: EmulatedProject,
  { gitlab }: Pick<InspectionSource, 'gitlab'>,
  reader: BranchReader,
): Promise<RepositoryView> {
  return {
    ...{ provider: 'gitlab', id: project.id, name: project.fullPath },
    ...{ isPrivate: project.visibility === 'private', isArchived: project.archived },
    url: `${gitlab.url}/${project.fullPath}`,
    apiUrl: `${gitlab.url}/api/v4/projects/${project.id}`,
    ...{ createdAt: project.createdAt, pushedAt: project.pushedAt },
    ...(await readBranches(reader, project.folder)),
    pulls: project.mergeRequests.length,
    ...{ runs: [], environments: [], pages: null },
  }
}

function runsOf({ runs }: ActionsState, repository: EmulatedRepository): RunView[] {
  const own = runs.filter((run) => run.repository === repository)
  const newest = own.sort((one, other) => other.createdAt - one.createdAt || other.number - one.number)
  return newest.slice(0, mostRuns).map((run) => ({
    ...{ id: run.id, number: run.number, workflow: run.workflow.name, title: run.title, event: run.event },
    ...{ status: run.status, conclusion: run.conclusion, createdAt: run.createdAt, updatedAt: run.updatedAt },
  }))
}

/** What was said last of each environment: of its newest deployment. */
function environmentsOf({ setup }: EmulatedRepository): EnvironmentView[] {
  const last = new Map(setup.deployments.map((deployment) => [deployment.environment, deployment]))
  return [...last.values()].map(({ environment, statuses, createdAt }) => {
    const status = statuses.at(-1)
    return {
      name: environment,
      state: status?.state ?? 'pending',
      url: status?.environmentUrl || null,
      at: status?.createdAt ?? createdAt,
    }
  })
}
