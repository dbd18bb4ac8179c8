import { accountReply } from '../account-replies.js'
import { type Call, callerOf, type Endpoint, type Endpoints } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { pageOf } from '../paging.js'
import { GithubProblem, notFound } from '../problem.js'
import { githubTime, readRef } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import { administered, apiOf } from '../settings/settings-call.js'
import { describeCertificate } from './certificate.js'
import type { PagesBuild, PagesSite } from './state.js'

/** Pages: made, changed, and followed while they are built. */
export const pagesEndpoints: Endpoints = {
  'repos/get-pages': endpoint('get-a-apiname-pages-site', async (call) => {
    const site = siteOf(call, administered(call, 'push'))
    return { status: 200, body: siteReply(call, site) }
  }),
  'repos/create-pages-site': endpoint('create-a-apiname-pages-site', create),
  'repos/update-information-about-pages-site': endpoint('update-information-about-a-apiname-pages-site', update),
  'repos/delete-pages-site': endpoint('delete-a-apiname-pages-site', async (call) => {
    call.pages.remove(siteOf(call, administered(call)))
    return { status: 204, body: undefined }
  }),
  'repos/list-pages-builds': endpoint('list-apiname-pages-builds', async (call) => {
    const { items, headers } = pageOf(call, siteOf(call, administered(call, 'push')).builds)
    return { status: 200, body: items.map((build) => buildReply(call, build)), headers }
  }),
  'repos/get-latest-pages-build': endpoint('get-latest-pages-build', async (call) => {
    const [latest] = siteOf(call, administered(call, 'push')).builds
    if (!latest) throw notFound()
    return { status: 200, body: buildReply(call, latest) }
  }),
  'repos/get-pages-build': endpoint('get-apiname-pages-build', async (call) => {
    const { builds } = siteOf(call, administered(call, 'push'))
    const found = builds.find((build) => String(build.id) === call.parameters.build_id)
    if (!found) throw notFound()
    return { status: 200, body: buildReply(call, found) }
  }),
  'repos/request-pages-build': endpoint('request-a-apiname-pages-build', async (call) => {
    const repository = administered(call, 'push')
    const site = siteOf(call, repository)
    const build = site.buildType === 'legacy' ? await call.pages.build(site, callerOf(call).user) : undefined
    if (!build) throw notFound()
    return { status: 201, body: { url: `${apiOf(call, repository)}/pages/builds/latest`, status: build.status } }
  }),
}

function endpoint(page: string, answer: Endpoint['answer']): Endpoint {
  return { page: `pages/pages#${page}`, accepts: 'repo', signedIn: true, answer }
}

function siteOf({ pages }: Call, repository: EmulatedRepository): PagesSite {
  const site = pages.find(repository)
  if (!site) throw notFound()
  return site
}

function siteReply(call: Call, site: PagesSite): Record<string, unknown> {
  const certificate = call.pages.certificate(site)
  const [latest] = site.builds
  const status = latest?.status === 'queued' ? 'building' : (latest?.status ?? null)
  return {
    url: `${apiOf(call, site.repository)}/pages`,
    // What a workflow publishes has no builds of its own: GitHub says null then.
    status: site.buildType === 'workflow' ? null : status,
    cname: site.cname,
    custom_404: site.files?.has('404.html') === true,
    html_url: call.pages.address(site.repository),
    build_type: site.buildType,
    source: site.source,
    public: true,
    protected_domain_state: null,
    pending_domain_unverified_at: null,
    ...(certificate !== undefined && {
      https_certificate: {
        state: certificate,
        description: describeCertificate(certificate),
        domains: [site.cname],
        expires_at: githubTime(call.now() + 90 * 24 * 3_600_000).slice(0, 10),
      },
    }),
    https_enforced: site.httpsEnforced,
  }
}

function buildReply(call: Call, build: PagesBuild): Record<string, unknown> {
  const repository = administered(call, 'push')
  return {
    url: `${apiOf(call, repository)}/pages/builds/${build.id}`,
    status: build.status,
    error: { message: build.status === 'errored' ? build.error : null },
    pusher: accountReply(build.pusher, call.urls()),
    commit: build.commit,
    duration: build.updatedAt - build.createdAt,
    created_at: githubTime(build.createdAt),
    updated_at: githubTime(build.updatedAt),
  }
}

async function create(call: Call): Promise<Answer> {
  const repository = administered(call)
  if (call.pages.find(repository)) throw new GithubProblem(409, 'GitHub Pages is already enabled.')
  if (repository.private && !repository.setup.paid) {
    throw new GithubProblem(422, 'Your current plan does not support GitHub Pages for this repository.')
  }
  const buildType = call.body.build_type === 'workflow' ? 'workflow' : 'legacy'
  const source = sourceOf(call.body.source) ?? (await fallback(repository, buildType))
  await checkSource(call, repository, buildType, source)
  const site = await call.pages.create(repository, { buildType, source }, callerOf(call).user)
  return { status: 201, body: siteReply(call, site) }
}

async function update(call: Call): Promise<Answer> {
  const repository = administered(call)
  const site = siteOf(call, repository)
  const { cname, https_enforced: enforced, build_type: buildType = site.buildType, source } = call.body
  const { user } = callerOf(call)
  if (typeof cname === 'string') checkDomain(call, site, cname)
  if (enforced !== undefined) checkCertificate(call, site, cname, enforced === true)
  const next = sourceOf(source) ?? site.source
  const type = buildType === 'workflow' ? 'workflow' : 'legacy'
  if (type !== site.buildType || next !== site.source) {
    await checkSource(call, repository, type, next)
    // What has been pushed by now was pushed to the site as it was.
    await call.watch.look(repository, user)
    Object.assign(site, { buildType: type, source: next })
    if (type === 'legacy') await call.pages.build(site, user)
  }
  if (cname !== undefined) await call.pages.setDomain(site, cname === null || cname === '' ? null : String(cname), user)
  if (enforced !== undefined) site.httpsEnforced = enforced === true
  return { status: 204, body: undefined }
}

function sourceOf(source: unknown): PagesSite['source'] | undefined {
  // The contract still knows these names for places in the default branch and beside it.
  if (source === 'gh-pages') return { branch: 'gh-pages', path: '/' }
  if (source === 'master') return { branch: 'master', path: '/' }
  if (source === 'master /docs') return { branch: 'master', path: '/docs' }
  if (typeof source !== 'object' || source === null) return undefined
  const { branch, path = '/' } = source as { readonly branch: string; readonly path?: '/' | '/docs' }
  return { branch, path }
}

async function fallback(
  repository: EmulatedRepository,
  buildType: PagesSite['buildType'],
): Promise<PagesSite['source']> {
  if (buildType === 'legacy') throw new GithubProblem(422, 'A source is needed to publish from a branch.')
  return { branch: await defaultBranch(repository), path: '/' }
}

async function checkSource(
  call: Call,
  repository: EmulatedRepository,
  buildType: PagesSite['buildType'],
  { branch }: PagesSite['source'],
): Promise<void> {
  if (buildType === 'workflow' || (await readRef(call.git, repository, `refs/heads/${branch}`))) return
  throw new GithubProblem(422, `The ${branch} branch must exist before GitHub Pages can be built.`)
}

function checkDomain({ pages }: Call, site: PagesSite, cname: string): void {
  if (cname !== '' && !/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(cname)) {
    throw new GithubProblem(400, `The custom domain \`${cname}\` is not properly formatted.`)
  }
  if (cname === '' || !pages.isTaken(cname, site)) return
  // As GitHub's own page words it: https://github.com/js-org/js.org/pull/7312
  const guide =
    'https://docs.github.com/pages/configuring-a-custom-domain-for-your-github-pages-site/verifying-your-custom-domain-for-github-pages'
  throw new GithubProblem(
    400,
    `The custom domain \`${cname}\` is already taken. If you are the owner of this domain, check out ${guide} for information about how to verify and release this domain.`,
  )
}

function checkCertificate({ pages }: Call, site: PagesSite, cname: unknown, enforced: boolean): void {
  const changes = cname !== undefined && (cname || null) !== site.cname
  // https://docs.github.com/en/pages/getting-started-with-github-pages/securing-your-github-pages-site-with-https
  if (!enforced && !changes && site.cname === null) {
    throw new GithubProblem(422, 'HTTPS is required for GitHub Pages sites that use a github.io domain.')
  }
  if (!enforced || (!changes && site.cname === null)) return
  const state = changes ? 'new' : pages.certificate(site)
  if (state === 'approved') return
  if (state === 'new' || state === 'errored') throw new GithubProblem(404, 'The certificate does not exist yet')
  throw new GithubProblem(422, 'The certificate has not finished being issued.')
}
