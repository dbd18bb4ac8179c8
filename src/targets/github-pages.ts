import * as z from 'zod/mini'
import type { Artifact } from '../spec/artifact.js'
import type { Context } from '../spec/context.js'
import type { GitHost } from '../spec/git-host.js'
import type { Warning } from '../spec/plan.js'
import type { Release, Site } from '../spec/release.js'
import type { HostRules } from '../spec/rules.js'
import type { Target, TargetAdvice } from '../spec/target.js'
import { branchName } from '../toolkit/branch-name.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { targetName } from '../toolkit/target-name.js'
import { createPagesApi } from './github-pages/api.js'
import { buildContext, type Checkpoint, checkpointSchema, hostContext } from './github-pages/checkpoint.js'
import { domainFile, domainName } from './github-pages/domain.js'
import { noPreviews } from './github-pages/problems.js'
import { refuseSharedBranch } from './github-pages/shared-branch.js'
import { findOrCreateSite, readSite } from './github-pages/sites.js'

/** Options of {@link githubPages}. */
export interface GithubPagesOptions {
  /**
   * The repository whose Pages they are: made by `github()`. On the free plan only public ones have Pages, so one that is to be
   * created needs `private: false`.
   */
  readonly host: GitHost
  /**
   * The branch that is published; it holds the built files and nothing else. One that somebody else has committed to is left alone.
   * @default 'gh-pages'
   */
  readonly branch?: string
  /**
   * What publishes the branch: GitHub itself, or a workflow that is committed with the files, whose run is followed. Only a workflow
   * waits for the reviewers of the environment `github-pages`; the token then needs the scope `workflow`.
   * @default 'branch'
   */
  readonly mode?: 'branch' | 'workflow'
  /**
   * What plans, events and results call this target: lower-case letters, digits and hyphens, at most 32.
   * @default 'github-pages'
   */
  readonly name?: string
  /**
   * A domain of one's own, whose DNS leads to GitHub Pages.
   * @default what the file CNAME of the output says, or else the one that the site has
   */
  readonly domain?: string
  /**
   * Whether unknown addresses get index.html, with status 404: GitHub Pages have no rewrites.
   * @default where it is the only page of the site
   */
  readonly spaFallback?: boolean
}

const optionsSchema = z.strictObject({
  host: z.custom<GitHost>((value) => isGithub(value as GitHost | null), 'a host made by github({ … })'),
  branch: z._default(branchName, 'gh-pages'),
  mode: z._default(z.enum(['branch', 'workflow'], 'branch or workflow'), 'branch'),
  name: z._default(targetName, 'github-pages'),
  domain: z.optional(domainName),
  spaFallback: z.optional(z.boolean()),
})

/** Other hosts' rules mean nothing here, and the domain is GitHub's matter. */
const unserved: ReadonlySet<string> = new Set(['_headers', '_redirects', 'netlify.toml', domainFile])

/**
 * Publishes on GitHub Pages: the files are committed to a branch, and GitHub serves what the branch holds, or what a workflow of the
 * branch gives it. HTTPS is enforced as soon as the certificate of a domain is there.
 *
 * @throws OptionsError `options-invalid`
 * @example
 * const host = github({ auth: token, repository: 'acme/shop', private: false })
 * deploy({ container, git: host, targets: [githubPages({ host })] })
 */
export function githubPages(options: GithubPagesOptions): Target {
  const { name: target, ...parsed } = parseOptions(optionsSchema, options, 'githubPages')
  const { host, branch, mode, spaFallback } = parsed
  const byWorkflow = mode === 'workflow'
  const { prepare, commit } = host.requests
  const access = byWorkflow ? host.access : undefined
  const own = new Set<string>()

  const adapter: Target<Checkpoint> = {
    name: target,
    site: host.repository,
    resource: `${host.resource} pages`,
    checkpoint: checkpointSchema,
    ...(host.secrets && { secrets: host.secrets }),
    requests: {
      prepare: {
        least: prepare.least + 1 + (access?.requests.least ?? 0),
        most: sum(prepare.most, 5, access ? access.requests.most : 0),
      },
      // GitHub is asked how far it is for as long as it takes.
      publish: () => ({ least: prepare.least + commit.least + (byWorkflow ? 4 : 2), most: null }),
    },

    note: noteOf(parsed),
    rules: { reads: [], warn: async (rules) => warnPages(rules) },
    advice,
    admit({ environment, commits = [] }) {
      if (environment !== 'production') throw noPreviews()
      refuseSharedBranch(host, branch, commits)
    },

    async prepare({ environment, commits = [] }, context): Promise<Site> {
      if (environment !== 'production') throw noPreviews()
      // Before anything is made: without the right to write workflows, the commit would be refused at the end.
      await access?.check({ branch, artifacts: await addedFiles(branch) }, context)
      const repository = await host.prepare(
        { branches: [branch], only: true },
        hostContext(host, context, { kind: 'site' }),
      )
      const { fullName, url, heads } = repository
      refuseSharedBranch(host, branch, commits, repository.defaultBranch)
      const api = createPagesApi(host, fullName)
      const { requireOwnBranch } = await import('./github-pages/own-branch.js')
      await requireOwnBranch(api, { fullName, branch, head: heads[branch] ?? null, own }, context)
      const intended = context.saved?.kind === 'site' && context.saved.pages === true
      const intend = () => context.save({ kind: 'site', pages: true })
      const { site, created } = await findOrCreateSite(api, fullName, { intended, intend }, context)
      if (!created) {
        const { requireSource } = await import('./github-pages/sources.js')
        await requireSource(api, { fullName, branch, site }, context)
      }
      return {
        id: fullName,
        name: host.repository,
        url: site.html_url,
        adminUrl: `${url}/settings/pages`,
        created,
      }
    },

    async publish(input, context): Promise<Release> {
      if (input.environment !== 'production') throw noPreviews()
      // Wanted only once something is published.
      const { publishPages } = await import('./github-pages/publish.js')
      return publishPages({ ...parsed, target, own }, input, context)
    },

    served: async (artifacts) => {
      const { completeFiles } = await import('./github-pages/site-files.js')
      const files = await completeFiles(artifacts, { domain: null, fallback: spaFallback ?? 'auto' })
      return files.filter(({ path }) => !unserved.has(path))
    },

    async confirmSite(site, context): Promise<boolean> {
      return (await readSite(createPagesApi(host, site.id), context)) !== undefined
    },

    async confirmRelease(release, site, context): Promise<boolean> {
      const { isBuilt, isDeployed } = await import('./github-pages/sources.js')
      const api = createPagesApi(host, site.id)
      if (!byWorkflow) return isBuilt(api, release.id, context)
      // A deployment is still told of where its site is gone.
      return (await readSite(api, context)) !== undefined && isDeployed(api, release.id, context)
    },

    // GitHub's own builds can't be stopped.
    ...(byWorkflow && {
      async cancel(checkpoint: Checkpoint, context: Context<Checkpoint>) {
        if (checkpoint.kind !== 'commit' || !checkpoint.run || !host.builds) return
        const { commit, saved } = checkpoint.run
        await host.builds.cancel(
          host.builds.checkpoint.parse(saved),
          buildContext(host.builds, context, commit, checkpoint),
        )
      },
    }),
  }
  return adapter
}

function isGithub(host: GitHost | null): boolean {
  return typeof host?.commit === 'function' && typeof host.request === 'function' && host.name === 'github'
}

/** GitHub Pages have neither redirects nor headers. */
function warnPages({ files, added }: HostRules): Warning[] {
  const asked = added.length > 0 ? ['the option headers'] : []
  const sources = [...files, ...asked]
  if (sources.length === 0) return []
  return [
    {
      code: 'rules-unsupported',
      message: `GitHub Pages have neither redirects nor headers of one's own, so ${sources.join(' and ')} will have no effect there.`,
      hint: 'Publish on Netlify or Vercel where they matter.',
    },
  ]
}

/** What the plan says of the options. */
function noteOf({ branch, mode, domain }: Pick<z.infer<typeof optionsSchema>, 'branch' | 'mode' | 'domain'>): string {
  const way =
    mode === 'branch'
      ? `, by the branch ${branch}`
      : `, by a workflow on the branch ${branch}, which is let through to the environment github-pages`
  return domain === undefined ? way : `${way}, at ${domain}`
}

const advice: TargetAdvice = {
  rewriteMissing:
    'GitHub Pages have no rewrites: with githubPages.spaFallback: true the page of the app is 404.html too, and shows what the link leads to.',
  unreachable(url) {
    const { hostname } = new URL(url)
    if (hostname.endsWith('.github.io')) return undefined
    // "Managing a custom domain for your GitHub Pages site", GitHub Docs.
    return `The DNS of ${hostname} may not lead to GitHub Pages yet: a sub-domain needs a CNAME record with <owner>.github.io, a domain itself A records with 185.199.108.153, 185.199.109.153, 185.199.110.153 and 185.199.111.153.`
  },
}

/** What the branch holds that GitHub does not let every token write. */
async function addedFiles(branch: string): Promise<readonly Artifact[]> {
  const [{ fileOf }, { workflowPath, writeWorkflow }] = await Promise.all([
    import('../toolkit/file-of.js'),
    import('./github-pages/workflow.js'),
  ])
  return [await fileOf(workflowPath, writeWorkflow(branch))]
}

function sum(...parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((all, part) => (all === null || part === null ? null : all + part), 0)
}
