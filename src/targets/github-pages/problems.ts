import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { EventBody } from '../../spec/event.js'
import type { HostBuildOutcome } from '../../spec/host-build.js'
import type { PlannedCommit } from '../../spec/target.js'
import { closed } from '../../toolkit/parse-reply.js'
import type { PagesBuild, PagesSite } from './api.js'

export function hostUnfit(host: string): OptionsError {
  return new OptionsError({
    code: 'options-invalid',
    message: `githubPages.host is ${host}, which does not let others ask its API.`,
    hint: 'Give it a host made by github().',
  })
}

export function noPreviews(): OptionsError {
  return new OptionsError({
    code: 'preview-unsupported',
    message: 'GitHub Pages have one address for each site, so there is none for a preview.',
    hint: "Deploy with environment: 'production', or leave this target out of previews.",
  })
}

export function pagesRefused(fullName: string, said: string): OptionsError {
  return new OptionsError({
    code: 'site-refused',
    message: `GitHub makes no Pages site for ${fullName}: ${closed(said)}`,
    hint: "On the free plan only public repositories have Pages: create it with github({ private: false }), or make it public with github({ setup: { visibility: 'public' } }).",
    details: { repository: fullName, said },
  })
}

export function publishedElsewhere(fullName: string, { build_type, source }: PagesSite, branch: string): ConflictError {
  const from = build_type === 'workflow' ? 'a workflow of another branch' : `${source?.branch} ${source?.path}`
  return new ConflictError({
    code: 'pages-source-taken',
    message: `The Pages of ${fullName} are published from ${from}, not from ${branch}.`,
    hint: `Where that site may go, take it off in the settings of the repository under Pages ("Unpublish site", and the source "None")${build_type === 'workflow' ? '' : `, or set githubPages.branch to the one that is published, if a deployment has made it`}. Nothing was committed to ${branch}.`,
    details: { repository: fullName, source: from, branch },
  })
}

export function branchShared({ content, branch: named }: PlannedCommit, branch: string): OptionsError {
  const isSource = content === 'source'
  const option = isSource ? 'deploy.commit.branch' : 'deploy.commit.artifactsBranch'
  const other = named === undefined ? `the default branch, which the source is committed to` : option
  return new OptionsError({
    code: 'options-invalid',
    message: `githubPages.branch is ${branch}, and so is ${other}: each commit would replace what the other has put there.`,
    hint: isSource
      ? "Give the site a branch of its own, such as githubPages.branch: 'gh-pages'."
      : "The target commits the output by itself: leave that to it (commit.content: 'source', or no git), or give commit.artifactsBranch another name.",
    details: { branch, option, content },
  })
}

/** @param standing The commit that was found there. */
export function branchTaken(
  fullName: string,
  branch: string,
  { oid, author, message }: { readonly oid: string; readonly author: string | null; readonly message: string },
): ConflictError {
  const [subject = ''] = message.split('\n', 1)
  return new ConflictError({
    code: 'pages-branch-taken',
    message: `The branch ${branch} of ${fullName} holds what no deployment has made: ${author ?? 'somebody'} committed "${subject}" (${oid.slice(0, 7)}). Publishing would replace all of it.`,
    hint: `Set githubPages.branch to a name that is free, or remove or rename the branch ${branch}. Nothing was changed.`,
    details: { repository: fullName, branch, found: oid, author, subject },
  })
}

/** Of a branch that somebody has committed to since it was looked at. */
export function branchMoved(fullName: string, branch: string, cause: ConflictError): ConflictError {
  return new ConflictError({
    code: cause.code,
    message: cause.message,
    hint: `Deploy again. Nothing on the branch ${branch} was overwritten.`,
    details: { repository: fullName, branch, found: cause.details.found ?? null },
    cause,
  })
}

export function domainInvalid(found: string): OptionsError {
  return new OptionsError({
    code: 'domain-invalid',
    message: `The output holds a file CNAME with ${JSON.stringify(found.slice(0, 100))}, which is no domain of your own.`,
    hint: 'Write one domain into it, without https:// and without a path (www.example.com), or remove it. Nothing was published.',
    details: { found: found.slice(0, 1000) },
  })
}

export function domainDiffers(found: string, domain: string): EventBody {
  return {
    type: 'warning',
    code: 'domain-differs',
    message: `The output holds a file CNAME with ${found}, but githubPages.domain is ${domain}, which is used.`,
    hint: 'Correct the file, or leave the option out: then the file counts.',
  }
}

/** @param state What GitHub says of the certificate. */
export function httpsPending(domain: string, state: string | undefined): EventBody {
  return {
    type: 'warning',
    code: 'https-pending',
    message: `HTTPS is not enforced for ${domain} yet: GitHub has no certificate for it (${state ?? 'none was asked for'}).`,
    hint: `It takes up to a day from when the DNS of ${domain} leads to GitHub Pages. The next deployment after that enforces it.`,
  }
}

/** @param address What index.html asks for, relative to itself. */
export function basePathRelative(base: string, address: string): EventBody {
  const later = `${base}a/${address.replace(/^(?:\.\/)+/, '')}`
  return {
    type: 'warning',
    code: 'base-path-relative',
    message: `index.html asks for ${address} relative to where it is opened. It also answers unknown addresses, as 404.html: a link such as ${base}a/b asks for ${later}, which is not there, and shows nothing.`,
    hint: `Build with the base path ${base}: for Vite, set base: '${base}' in its configuration. Where the site has no such links, githubPages.spaFallback: false is the better choice.`,
  }
}

export function basePathWrong(base: string, address: string): OptionsError {
  return new OptionsError({
    code: 'base-path-mismatch',
    message: `The site is served below ${base}, but its index.html asks for ${address}, which will not be found there.`,
    hint: `Build with the base path ${base}: for Vite, set base: '${base}' in its configuration. Nothing was published.`,
    details: { base, address },
  })
}

export function buildFailed({ commit, error }: PagesBuild): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `GitHub could not build the site: ${closed(error.message || 'it gave no reason')}`,
    hint: 'The site goes on serving what it served before.',
    details: { commit },
  })
}

export function buildTooSlow(commit: string, timeLimit: number): RequestError {
  return new RequestError({
    code: 'release-timeout',
    message: `GitHub did not build the site within ${timeLimit / 60_000} minutes.`,
    hint: "Look at GitHub's status page and at the repository's Actions, where its builds are shown, and try again.",
    retryable: true,
    details: { commit },
  })
}

/** Why a run has not published, where it has ended. */
export function runFailed({ run, result, job, step, log }: HostBuildOutcome, commit: string): RequestError {
  const where = [job, step].filter((part) => part !== null).join(', ')
  const said = log.findLast((line) => line.startsWith('Error: '))
  const why = {
    success: '',
    empty: 'has left nothing',
    failure: `failed${where === '' ? '' : ` in ${where}`}${said === undefined ? '' : `: ${said.slice('Error: '.length)}`}`,
    timeout: 'took longer than it may',
    canceled: 'was canceled: by somebody, or by a newer one',
    rejected: 'was rejected: by a reviewer of the environment github-pages, or by its rules',
    blocked: 'waits for something that has to be done on its page first',
  }[result]
  return new RequestError({
    code: 'release-failed',
    message: `The run that publishes the site ${closed(why)}`,
    hint: `Look at ${run.url}. The site goes on serving what it served before; resume the deployment to start the run again.`,
    details: { commit, url: run.url, result, job, step, log },
  })
}
