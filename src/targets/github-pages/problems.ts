import { ConflictError } from '../../errors/conflict-error.js'
import { OptionsError } from '../../errors/options-error.js'
import { RequestError } from '../../errors/request-error.js'
import type { HostBuildOutcome } from '../../spec/host-build.js'
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
    hint: 'On the free plan only public repositories have Pages: create it with github({ private: false }), or change its visibility.',
    details: { repository: fullName, said },
  })
}

export function publishedElsewhere(fullName: string, { build_type, source }: PagesSite, branch: string): ConflictError {
  const from = build_type === 'workflow' ? 'a workflow of another branch' : `${source?.branch} ${source?.path}`
  return new ConflictError({
    code: 'pages-source-taken',
    message: `The Pages of ${fullName} are published from ${from}, not from ${branch}.`,
    hint: `Choose the branch ${branch} in the settings of the repository under Pages, or for mode 'workflow' remove that site there, or set githubPages.branch. Nothing was changed.`,
    details: { repository: fullName, source: from, branch },
  })
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
