import type { PushedCommit } from '../github/github.js'
import type { VercelWorld } from './call.js'
import { commitSource, makeDeployment, settingsOf } from './make-deployment.js'
import { keepFiles } from './read-files.js'

/**
 * Deploys what was pushed, for each project that is linked to the repository: its production branch to production, any other as a
 * preview (docs, "Deploying Git repositories").
 */
export async function deployPush({ repositoryId, branch, actor }: PushedCommit, world: VercelWorld): Promise<void> {
  world.machine.settle()
  if (![...world.state.projects.values()].some(({ link }) => link?.repoId === repositoryId)) return
  const repository = await world.repositories?.find(String(repositoryId))
  const tree = repository && (await world.repositories?.read(repository, branch))
  if (!repository || !tree) return
  for (const project of world.state.projects.values()) {
    if (project.link?.repoId !== repositoryId) continue
    const owner = project.account
    makeDeployment(world, {
      ...commitSource(repository, tree, branch, keepFiles(tree.files, owner, world.state)),
      project,
      owner,
      user: actor,
      target: project.link.productionBranch === branch ? 'production' : undefined,
      customEnvironment: undefined,
      isStaged: false,
      projectSettings: settingsOf(project),
      configuration: {},
      environment: {},
    })
  }
}
