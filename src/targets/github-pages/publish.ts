import type { Context } from '../../spec/context.js'
import type { Commit, GitHost, Repository } from '../../spec/git-host.js'
import type { Release } from '../../spec/release.js'
import type { PublishInput } from '../../spec/target.js'
import { createPagesApi, type PagesApi, type PagesSite } from './api.js'
import { followBuild } from './builds.js'
import { buildContext, type Checkpoint, hostContext } from './checkpoint.js'
import { hostUnfit, runFailed } from './problems.js'
import { checkBasePath, completeFiles, fileOf } from './site-files.js'
import { findOrCreateSite, readSite } from './sites.js'
import { allowBranch, publishFromBranch, publishFromWorkflow } from './sources.js'
import { withoutSkipping, workflowFile, workflowPath, writeWorkflow } from './workflow.js'

/** The options, with their defaults. */
export interface PagesSettings {
  readonly host: GitHost
  readonly branch: string
  readonly mode: 'branch' | 'workflow'
  /** Name of the target. */
  readonly target: string
  readonly domain?: string | undefined
  readonly spaFallback?: boolean | undefined
}

/** Commits the files to the branch, and waits until GitHub serves this very commit. */
export async function publishPages(
  settings: PagesSettings,
  { site, artifacts, environment, title, deployment }: PublishInput,
  given: Context<Checkpoint>,
): Promise<Release> {
  const { host, branch, mode, target, domain, spaFallback } = settings
  const before = given.saved?.kind === 'commit' ? given.saved : undefined
  let latest: Checkpoint = before ?? { kind: 'site' }
  const context: Context<Checkpoint> = {
    ...given,
    save: (checkpoint) => {
      latest = checkpoint
      return given.save(checkpoint)
    },
  }
  const repository = await host.prepare({ branches: [branch] }, hostContext(host, context, latest))
  const { fullName } = repository
  const api = createPagesApi(host, fullName)
  // Somebody may have removed it since: then there is nothing else to go on with.
  const anew = { intended: false, intend: async () => undefined }
  const found = await findOrCreateSite(api, fullName, anew, context)
  const own = domain ?? found.site.cname
  await checkBasePath(artifacts.artifacts, own === null ? new URL(site.url).pathname : '/')
  const files = await completeFiles(
    artifacts.artifacts,
    // What a workflow publishes has its domain from the settings alone.
    { domain: mode === 'branch' ? own : null, fallback: spaFallback ?? 'auto' },
    mode === 'branch' ? [] : [await fileOf(workflowPath, writeWorkflow(branch))],
  )
  const size = files.reduce((sum, file) => sum + file.size, 0)
  host.admit?.(files)
  const date = before?.date ?? context.clock.time?.() ?? context.clock.now()
  const head = before ? before.head : (repository.heads[branch] ?? null)
  const begun: Checkpoint = before ?? { kind: 'commit', date, head }
  if (!before) await context.save(begun)
  if (mode === 'workflow') await readyForWorkflow(settings, api, { repository, site: found.site }, context)
  context.report({ type: 'upload-start', target, files: files.length, bytes: size })
  const message = mode === 'workflow' ? withoutSkipping(title) : title
  const content = { repository, branch, artifacts: files, keep: [], message, deployment, date }
  const place = { expectedHead: head, based: false, author: null }
  const commit = await host.commit({ ...content, ...place }, hostContext(host, context, begun))
  if (mode === 'branch') {
    await publishFromBranch(api, { fullName, branch, site: found.site }, context)
    await followBuild(api, target, commit.oid, context)
  } else {
    await followRun(settings, { repository, commit, isNewSite: site.created || found.created }, context, latest)
  }
  const now = await readSite(api, context)
  if (now) await enforceHttps(api, now, context)
  const sent = commit.created ? commit.changes.added + commit.changes.changed : 0
  const uploaded = { files: sent, bytes: sent === files.length ? size : 0 }
  return { target, id: commit.oid, environment, url: now?.html_url ?? site.url, permalink: null, uploaded }
}

/** Before the push, which starts the workflow: by then the site must wait for it, and the branch must be let through. */
async function readyForWorkflow(
  { branch, domain }: PagesSettings,
  api: PagesApi,
  { repository, site }: { readonly repository: Repository; readonly site: PagesSite },
  context: Context,
): Promise<void> {
  const { fullName, heads } = repository
  await publishFromWorkflow(api, { fullName, branch, site, head: heads[branch] ?? null }, context)
  await allowBranch(api, branch, context)
  if (domain === undefined || domain === site.cname) return
  await api.send(context, { purpose: 'set the domain', method: 'PUT', path: '/pages', json: { cname: domain } })
}

/** Follows the run until it has published the commit. @throws RequestError `release-failed` */
async function followRun(
  { host, branch, target }: PagesSettings,
  made: { readonly repository: Repository; readonly commit: Commit; readonly isNewSite: boolean },
  context: Context<Checkpoint>,
  latest: Checkpoint,
): Promise<void> {
  const { builds } = host
  if (!builds) throw hostUnfit(host.name)
  const { oid, created } = made.commit
  const again = created ? 'never' : made.isNewSite ? 'always' : 'failed'
  const report = (state: string) => context.report({ type: 'release-state', target, id: oid, state })
  report('queued')
  const push = { repository: made.repository.fullName, branch, commit: oid, file: workflowFile, again } as const
  const outcome = await builds.follow(push, buildContext(builds, context, oid, latest))
  if (outcome.result !== 'success') throw runFailed(outcome, oid)
  report('published')
}

async function enforceHttps(api: PagesApi, site: PagesSite, context: Context): Promise<void> {
  if (site.https_enforced || site.https_certificate?.state !== 'approved') return
  const json = { https_enforced: true }
  // It may not be ready yet, whatever its state says: then it is left to the next deployment.
  await api.send(context, { purpose: 'enforce HTTPS', method: 'PUT', path: '/pages', json, accept: [404, 422] })
}
