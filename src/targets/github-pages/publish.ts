import { ConflictError } from '../../errors/conflict-error.js'
import type { Artifact } from '../../spec/artifact.js'
import type { Context } from '../../spec/context.js'
import type { Commit, CommitInput, GitHost, Repository } from '../../spec/git-host.js'
import type { Release } from '../../spec/release.js'
import type { PublishInput } from '../../spec/target.js'
import { fileOf } from '../../toolkit/file-of.js'
import { createPagesApi, type PagesApi, type PagesSite } from './api.js'
import { followBuild } from './builds.js'
import { buildContext, type Checkpoint, hostContext } from './checkpoint.js'
import { wantedDomain } from './domain.js'
import { requireOwnBranch } from './own-branch.js'
import { basePathRelative, branchMoved, hostUnfit, httpsPending, runFailed } from './problems.js'
import { checkBasePath, completeFiles } from './site-files.js'
import { findOrCreateSite, readSite } from './sites.js'
import { allowBranch, publishFromBranch, publishFromWorkflow, requireSource } from './sources.js'
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
  /** Commits of which is known that a deployment made them. */
  readonly own: Set<string>
}

/** Commits the files to the branch, and waits until GitHub serves this very commit. */
export async function publishPages(
  settings: PagesSettings,
  input: PublishInput,
  given: Context<Checkpoint>,
): Promise<Release> {
  const { site, artifacts, environment, title, deployment } = input
  const { host, branch, mode, target, own } = settings
  const before = given.saved?.kind === 'commit' ? given.saved : undefined
  let latest: Checkpoint = before ?? { kind: 'site' }
  const context: Context<Checkpoint> = {
    ...given,
    save: (checkpoint) => {
      latest = checkpoint
      return given.save(checkpoint)
    },
  }
  const repository = await host.prepare({ branches: [branch], only: true }, hostContext(host, context, latest))
  const { fullName } = repository
  const api = createPagesApi(host, fullName)
  // Somebody may have removed it since: then there is nothing else to go on with.
  const anew = { intended: false, intend: async () => undefined }
  const found = await findOrCreateSite(api, fullName, anew, context)
  const domain = await wantedDomain(artifacts.artifacts, settings.domain, context.report)
  const { cname } = found.site
  const files = await completed(settings, artifacts.artifacts, { domain: domain ?? cname, url: site.url }, context)
  const size = files.reduce((sum, file) => sum + file.size, 0)
  host.admit?.(files, { relay: context.relay })
  const date = before?.date ?? context.clock.time?.() ?? context.clock.now()
  const head = before ? before.head : (repository.heads[branch] ?? null)
  await requireSource(api, { fullName, branch, site: found.site }, context)
  if (!before) await requireOwnBranch(api, { fullName, branch, head, own }, context)
  const begun: Checkpoint = before ?? { kind: 'commit', date, head }
  if (!before) await context.save(begun)
  if (mode === 'workflow') await readyForWorkflow(api, { branch, domain, site: found.site }, context)
  context.report({ type: 'upload-start', target, files: files.length, bytes: size })
  const message = mode === 'workflow' ? withoutSkipping(title) : title
  const content = { repository, branch, artifacts: files, keep: [], message, deployment, date }
  // What it holds has been looked at: a deployment made it.
  const place = { expectedHead: head, based: true, author: null }
  const commit = await commitOutput(host, { ...content, ...place }, hostContext(host, context, begun))
  if (mode === 'branch') {
    await publishFromBranch(api, { branch, site: found.site }, context)
    await followBuild(api, target, commit.oid, context)
  } else {
    const isNewSite = site.created || found.created
    await followRun(settings, { repository, commit, isNewSite, onApproval: input.onApproval }, context, latest)
  }
  const now = await readSite(api, context)
  if (now) await enforceHttps(api, now, context)
  const sent = commit.created ? commit.changes.added + commit.changes.changed : 0
  const uploaded = { files: sent, bytes: sent === files.length ? size : 0 }
  return { target, id: commit.oid, environment, url: now?.html_url ?? site.url, permalink: null, uploaded }
}

/** All that goes to the branch. @throws OptionsError `base-path-mismatch` */
async function completed(
  { branch, mode, spaFallback }: PagesSettings,
  artifacts: readonly Artifact[],
  { domain, url }: { readonly domain: string | null; readonly url: string },
  { report }: Context,
): Promise<readonly Artifact[]> {
  const files = await completeFiles(
    artifacts,
    // What a workflow publishes has its domain from the settings alone.
    { domain: mode === 'branch' ? domain : null, fallback: spaFallback ?? 'auto' },
    mode === 'branch' ? [] : [await fileOf(workflowPath, writeWorkflow(branch))],
  )
  const base = domain === null ? new URL(url).pathname : '/'
  const relative = await checkBasePath(files, base)
  if (relative !== undefined) report(basePathRelative(base, relative))
  return files
}

/** What is offered where a branch of people has moved, is nothing for this one. */
async function commitOutput(host: GitHost, input: CommitInput, context: Context): Promise<Commit> {
  try {
    return await host.commit(input, context)
  } catch (error) {
    if (!(error instanceof ConflictError) || !/^branch-(?:moved|foreign)$/.test(error.code)) throw error
    throw branchMoved(input.repository.fullName, input.branch, error)
  }
}

/** Before the push, which starts the workflow: by then the site must wait for it, and the branch must be let through. */
async function readyForWorkflow(
  api: PagesApi,
  { branch, domain, site }: { readonly branch: string; readonly domain: string | undefined; readonly site: PagesSite },
  context: Context,
): Promise<void> {
  await publishFromWorkflow(api, site, context)
  await allowBranch(api, branch, context)
  if (domain === undefined || domain === site.cname) return
  await api.send(context, { purpose: 'set the domain', method: 'PUT', path: '/pages', json: { cname: domain } })
}

/** Follows the run until it has published the commit. @throws RequestError `release-failed` */
async function followRun(
  { host, branch, target }: PagesSettings,
  made: Pick<PublishInput, 'onApproval'> & {
    readonly repository: Repository
    readonly commit: Commit
    readonly isNewSite: boolean
  },
  context: Context<Checkpoint>,
  latest: Checkpoint,
): Promise<void> {
  const { builds } = host
  if (!builds) throw hostUnfit(host.name)
  const { oid, created } = made.commit
  const again = created ? 'never' : made.isNewSite ? 'always' : 'failed'
  const report = (state: string) => context.report({ type: 'release-state', target, id: oid, state })
  report('queued')
  const { repository, onApproval } = made
  const push = { repository: repository.fullName, branch, commit: oid, file: workflowFile, again, onApproval } as const
  const outcome = await builds.follow(push, buildContext(builds, context, oid, latest))
  if (outcome.result !== 'success') throw runFailed(outcome, oid)
  report('published')
}

async function enforceHttps(api: PagesApi, site: PagesSite, context: Context): Promise<void> {
  if (site.https_enforced) return
  const state = site.https_certificate?.state
  if (state === 'approved') {
    const json = { https_enforced: true }
    // It may not be ready yet, whatever its state says: then it is left to the next deployment.
    const request = { purpose: 'enforce HTTPS', method: 'PUT', path: '/pages', json, accept: [404, 422] } as const
    if ((await api.send(context, request)).status < 300) return
  }
  if (site.cname !== null) context.report(httpsPending(site.cname, state))
}
