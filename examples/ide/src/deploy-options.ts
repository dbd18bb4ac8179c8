import type { WebContainer } from '@webcontainer/api'
import type { DeployOptions, ResumeOptions } from 'tabship'
import { type GithubOptions, github } from 'tabship/git/github'
import { githubPages } from 'tabship/targets/github-pages'
import { netlify } from 'tabship/targets/netlify'
import { basePath, type Place, placeFrom } from './place.js'
import type { Settings } from './settings.js'

type Common = Required<Pick<ResumeOptions, 'git' | 'targets'>> & Pick<ResumeOptions, 'relay'>

/** The environment of the repository whose reviewers let a build on Actions go on. */
const guarded = 'production'

/** What the library is told of a deployment that begins. */
export function toDeployOptions(
  container: WebContainer,
  settings: Settings,
  base: string | null | undefined,
): DeployOptions {
  const place = placeFrom(settings)
  return {
    ...toOptions(settings, place),
    container,
    build: {
      env: environmentOf(place),
      ...(settings.build === 'actions' && {
        where: 'actions',
        ...(reviewersOf(settings).length > 0 && { actions: { environment: guarded } }),
      }),
    },
    ...(base !== undefined && { commit: { expectedHead: base } }),
  }
}

/** What it is told of one that goes on. Where it is built, it knows. */
export function toResumeOptions(settings: Settings, place: Place): ResumeOptions {
  return { ...toOptions(settings, place), build: { env: environmentOf(place) } }
}

function toOptions(settings: Settings, { repository, site, target }: Place): Common {
  const { token, ...address } = settings.github
  const { apiUrl } = settings.netlify
  const host = github({
    auth: token,
    repository,
    private: settings.visibility === 'private',
    // GitHub shows which commit is live, and where.
    deployments: true,
    ...setupOf(settings),
    ...defined(address),
  })
  return {
    git: host,
    targets: [
      target === 'github-pages'
        ? githubPages({ host })
        : netlify({ auth: settings.netlify.token, site, ...defined({ apiUrl }) }),
    ],
    ...(settings.relay && { relay: settings.relay }),
  }
}

function setupOf(settings: Settings): Pick<GithubOptions, 'setup'> {
  const reviewers = reviewersOf(settings)
  return settings.build === 'actions' && reviewers.length > 0
    ? { setup: { environments: { [guarded]: { reviewers } } } }
    : {}
}

/** Who has to let a build on Actions go on, one of them. */
export function reviewersOf({ reviewers }: Pick<Settings, 'reviewers'>): string[] {
  return reviewers
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
}

/** The output goes to a terminal that shows colors; Pages of a repository are served below its name, which builds have to know. */
function environmentOf({ target, repository }: Place): Record<string, string> {
  return { FORCE_COLOR: '1', ...(target === 'github-pages' && { BASE_PATH: basePath(repository) }) }
}

/** Leaves out what the form left empty, so that the provider's own address is used. */
function defined<T extends Record<string, string | undefined>>(values: T): { [Name in keyof T]?: string } {
  const entries = Object.entries(values).filter(([, value]) => value)
  return Object.fromEntries(entries) as { [Name in keyof T]?: string }
}
