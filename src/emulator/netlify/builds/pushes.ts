import type { PushedCommit } from '../../github/github.js'
import type { SourceTree } from '../../linked-repositories.js'
import type { NetlifyWorld } from '../call.js'
import type { NetlifySite } from '../state.js'
import { startBuild } from './make-deploy.js'
import { buildSettingsOf, deployHook, type SiteBuildSettings } from './settings.js'
import type { NetlifyRepository, PulledCommit } from './state.js'

/** Builds what was pushed, for each site that is linked to the repository and is told of it. */
export async function buildPush(push: PushedCommit, world: NetlifyWorld): Promise<void> {
  await forEachLinked(push, 'push', world, async (site, settings, repository) => {
    const production = settings.repo_branch ?? repository.defaultBranch
    const allowed = settings.allowed_branches ?? [production]
    const isProduction = push.branch === production
    if (!isProduction && allowed.length > 0 && !allowed.includes(push.branch)) return
    await buildCommit({ site, settings, repository, push, branch: isProduction ? undefined : push.branch }, world)
  })
}

/** Builds previews of pull requests to the branch of production, as `deploy-preview-<number>`. */
export async function buildPull(pull: PulledCommit, world: NetlifyWorld): Promise<void> {
  await forEachLinked(pull, 'pull_request', world, async (site, settings, repository) => {
    const production = settings.repo_branch ?? repository.defaultBranch
    if (settings.skip_prs || pull.base !== production) return
    await buildCommit({ site, settings, repository, push: pull, branch: pull.branch, number: pull.number }, world)
  })
}

async function forEachLinked(
  push: PushedCommit,
  event: 'push' | 'pull_request',
  { machine, repositories, state }: NetlifyWorld,
  build: (site: NetlifySite, settings: SiteBuildSettings, repository: NetlifyRepository) => Promise<void>,
): Promise<void> {
  const repository = await repositories?.find(String(push.repositoryId))
  if (!repository || !repositories?.tells(repository, deployHook, event)) return
  machine.settle()
  for (const site of state.sites.values()) {
    const settings = buildSettingsOf(site)
    const isLinked = settings.repo_path?.toLowerCase() === repository.path.toLowerCase()
    if (isLinked && !settings.stop_builds) await build(site, settings, repository)
  }
}

interface Order {
  readonly site: NetlifySite
  readonly settings: SiteBuildSettings
  readonly repository: NetlifyRepository
  readonly push: PushedCommit
  readonly branch: string | undefined
  readonly number?: number
}

async function buildCommit(
  { site, settings, repository, push, branch, number }: Order,
  world: NetlifyWorld,
): Promise<void> {
  const commit = await world.repositories?.read(repository, push.branch)
  if (!commit) return
  startBuild(
    {
      ...{ site, user: push.actor, branch, pull: number },
      title: commit.message.split('\n', 1)[0],
      commit: { sha: commit.sha, branch: push.branch },
      source: async () => readable(commit, settings, repository, world),
    },
    world,
  )
}

/** The files of a commit, where the key of the site lets them be read. */
export function readable(
  commit: SourceTree,
  settings: SiteBuildSettings,
  repository: NetlifyRepository,
  { state, repositories }: NetlifyWorld,
): SourceTree['files'] | undefined {
  const key = state.deployKeys.get(settings.deploy_key_id ?? '')
  return repositories?.admits(repository, key?.publicKey) ? commit.files : undefined
}
