import type { Account } from '../../accounts.js'
import type { Random } from '../../random.js'
import type { Handler } from '../../serve.js'
import type { PagesForJobs } from '../actions/job-world.js'
import { ensureEnvironment } from '../actions/repository-settings.js'
import { commitFiles } from '../commit.js'
import type { Git } from '../git-process.js'
import { createIds, type NextId } from '../ids.js'
import type { Push } from '../push-watch.js'
import { resolve } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import { addressOf } from './address.js'
import { certificateOf } from './certificate.js'
import { readFolder, readSite } from './read-site.js'
import { createPagesServer } from './serve-pages.js'
import type { ArrivingFiles, CertificateState, PagesBuild, PagesDelays, PagesSite, SiteFiles } from './state.js'

export { addressOf } from './address.js'

/** What Pages are made with. */
export interface PagesOptions {
  readonly git: Git
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The origin that the sites of an owner are served at. */
  readonly origin: (owner: string) => string
  readonly delays: Required<PagesDelays>
  /**
   * Whether the first push of a branch `gh-pages` to a public repository makes a site of it, as GitHub does for projects
   * (https://github.com/actions/deploy-pages/issues/21).
   *
   * @default false
   */
  readonly byPush?: boolean
  /** Whether pages of other origins may read the sites, as https://github.io lets them. @default true */
  readonly cors?: boolean
  readonly random: Random
  /** The number of an environment. */
  readonly nextId: NextId
}

/** Pages: the sites of repositories. */
export interface Pages extends PagesForJobs {
  /** Serves the sites, told apart by host and path. */
  readonly handler: Handler
  /** All sites, with everything done that is due by now. */
  readonly sites: readonly PagesSite[]
  find(repository: EmulatedRepository): PagesSite | undefined
  /** Makes a site; one from a branch is built at once. */
  create(
    repository: EmulatedRepository,
    settings: Pick<PagesSite, 'buildType' | 'source'>,
    by: Account,
  ): Promise<PagesSite>
  remove(site: PagesSite): void
  /** Builds a site from its branch. */
  build(site: PagesSite, by: Account): Promise<PagesBuild | undefined>
  /** Gives a site a domain of its own, which a commit to its branch tells, or takes it away. */
  setDomain(site: PagesSite, cname: string | null, by: Account): Promise<void>
  certificate(site: PagesSite): CertificateState | undefined
  /** Builds what a push changes. */
  pushed(push: Push): Promise<void>
  /** Lets the build that comes next fail. */
  failNext(repository: EmulatedRepository, message: string): void
  /** Whether a domain is that of another site. */
  isTaken(cname: string, by: PagesSite): boolean
  /** Whether a host is the domain of a site. */
  isDomain(host: string): boolean
}

/** Makes Pages without a site. */
export function createPages(options: PagesOptions): Pages {
  const { git, now, origin, delays, byPush = false } = options
  const { building, built, certificate: step, site: settling, propagation } = delays
  const nextBuild = createIds(options.random, 500_000_000)
  const sites = new Map<EmulatedRepository, PagesSite>()
  const failing = new Map<EmulatedRepository, string>()
  function settle(): void {
    // The newest stands first, and is published last.
    for (const site of sites.values()) {
      for (const build of [...site.builds].reverse()) advance(site, build)
      arrive(site)
    }
  }

  function advance(site: PagesSite, build: PagesBuild): void {
    const time = now()
    if (build.status === 'queued' && time >= build.createdAt + building) {
      Object.assign(build, { status: 'building', updatedAt: build.createdAt + building })
    }
    if (build.status !== 'building' || time < build.createdAt + building + built) return
    build.updatedAt = build.createdAt + building + built
    build.status = build.files ? 'built' : 'errored'
    if (build.files) publish(site, build.files, build.commit, build.updatedAt)
    // The file in the branch is what counts: without it the domain is gone. The domain of another site is not given away: the build is
    // successful all the same, and only an e-mail warns of it: https://github.com/js-org/js.org/pull/3421
    if (!build.files) return
    const cname = build.cname !== null && isTaken(build.cname, site) ? null : build.cname
    if (cname !== site.cname) changeDomain(site, cname)
  }

  function isTaken(cname: string, by: PagesSite): boolean {
    return [...sites.values()].some((site) => site !== by && site.cname?.toLowerCase() === cname.toLowerCase())
  }

  function publish(site: PagesSite, files: SiteFiles, commit: string, at: number): void {
    site.arriving.push({ files, commit, at })
    arrive(site)
  }

  function arrive(site: PagesSite): void {
    while (site.arriving[0] && now() >= site.arriving[0].at + propagation) {
      const { files, commit, at } = site.arriving.shift() as ArrivingFiles
      Object.assign(site, { files, commit, publishedAt: at })
    }
  }

  function changeDomain(site: PagesSite, cname: string | null): void {
    // A domain of one's own has no certificate yet; the one of github.io always has.
    Object.assign(site, { cname, cnameSince: now(), certificate: undefined, httpsEnforced: cname === null })
  }

  const pages: Pages = {
    handler: (request) => serve(request),
    get sites() {
      settle()
      return [...sites.values()]
    },
    find: (repository) => {
      settle()
      return sites.get(repository)
    },

    create: async (repository, { buildType, source }, by) => {
      const site: PagesSite = {
        repository,
        buildType,
        source,
        cname: null,
        cnameSince: now(),
        certificate: undefined,
        httpsEnforced: true,
        builds: [],
        servedFrom: now() + settling,
        arriving: [],
        files: undefined,
        commit: null,
        publishedAt: now(),
      }
      sites.set(repository, site)
      repository.settings.has_pages = true
      const environment = ensureEnvironment(repository, 'github-pages', options)
      if (environment.branches === null && environment.reviewers.length === 0) {
        // GitHub lets only the branch that is published deploy to it.
        environment.branches = 'custom'
        const name = buildType === 'legacy' ? source.branch : await defaultBranch(repository)
        environment.branchPolicies.push({ id: environment.id, name, type: 'branch' })
      }
      if (buildType === 'legacy') await pages.build(site, by)
      return site
    },

    remove: (site) => {
      sites.delete(site.repository)
      site.repository.settings.has_pages = false
    },

    build: async (site, by) => {
      const { repository, source } = site
      const commit = await resolve(git, repository, source.branch, 'commit')
      if (commit === undefined) return undefined
      const failure = failing.get(repository)
      failing.delete(repository)
      const read = failure === undefined ? await readSite(git, repository, commit, source) : { error: failure }
      const files = 'files' in read ? read.files : undefined
      const text = new TextDecoder().decode(files?.get('CNAME')).trim()
      const time = now()
      const build: PagesBuild = {
        id: nextBuild(),
        commit,
        pusher: by,
        createdAt: time,
        status: 'queued',
        error: 'error' in read ? read.error : null,
        updatedAt: time,
        files,
        cname: text.split(/\s/)[0] || null,
      }
      site.builds.unshift(build)
      return build
    },

    setDomain: async (site, cname, by) => {
      const { repository, source, buildType } = site
      if (site.cname !== cname) changeDomain(site, cname)
      if (buildType !== 'legacy') return
      const path = source.path === '/docs' ? 'docs/CNAME' : 'CNAME'
      const known = await git.run(repository.path, ['cat-file', 'blob', `refs/heads/${source.branch}:${path}`], {
        accept: [0, 128],
      })
      if (known.toString().trim() === (cname ?? '')) return
      const message = cname === null ? 'Delete CNAME' : known.length > 0 ? 'Update CNAME' : 'Create CNAME'
      const what = { branch: source.branch, files: { [path]: cname }, message, author: by, date: now() }
      await commitFiles(git, repository, what)
      repository.pushedAt = now()
      await pages.build(site, by)
    },

    certificate: (site) => certificateOf(site, now(), step),

    pushed: async ({ repository, ref, before, after, actor }) => {
      const site = pages.find(repository)
      if (byPush && !site && before === null && ref === 'refs/heads/gh-pages' && !repository.private) {
        await pages.create(repository, { buildType: 'legacy', source: { branch: 'gh-pages', path: '/' } }, actor)
        return
      }
      if (after === null || site?.buildType !== 'legacy' || ref !== `refs/heads/${site.source.branch}`) return
      if (site.builds[0]?.commit !== after) await pages.build(site, actor)
    },

    failNext: (repository, message) => void failing.set(repository, message),
    isTaken: (cname, by) => {
      settle()
      return isTaken(cname, by)
    },
    isDomain: (host) => pages.sites.some((site) => site.cname?.toLowerCase() === host.toLowerCase()),

    address: (repository) => {
      const site = pages.find(repository)
      return site && addressOf(site, origin)
    },
    byWorkflow: (repository) => pages.find(repository)?.buildType === 'workflow',
    deploy: async (repository, { folder, sha }) => {
      const site = pages.find(repository)
      if (site) publish(site, await readFolder(folder), sha, now())
    },
  }
  const serve = createPagesServer(pages, now, options.cors ?? true)
  return pages
}
