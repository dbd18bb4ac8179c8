import type { Account, Accounts, TokenPermissions } from '../../accounts.js'
import type { GithubUrls } from '../account-replies.js'
import type { NextId } from '../ids.js'
import type { EmulatedRepository } from '../repositories.js'
import {
  createVault,
  type EmulatedDeployment,
  type EmulatedDeploymentStatus,
  type EmulatedEnvironment,
  type StoredValue,
} from '../settings/repository-setup.js'
import { matchesFilters } from './filter-pattern.js'
import type { ActionsSettings, ProtectedEnvironment } from './job-world.js'

/** What jobs see of the settings of their repository, and the deployments that come of them. */
export function createRepositorySettings(options: {
  readonly accounts: Accounts
  readonly now: () => number
  readonly urls: () => GithubUrls
  readonly nextId: NextId
}): ActionsSettings {
  const { accounts, now, urls, nextId } = options
  const tokens = new Set<string>()
  const values =
    (kind: 'secrets' | 'variables') => (repository: EmulatedRepository, environment: string | undefined) => {
      const own = repository.setup.environments.get((environment ?? '').toLowerCase())
      return { ...record(repository.setup[kind]), ...(own && record(own[kind])) }
    }
  return {
    secrets: values('secrets'),
    variables: values('variables'),
    environment: (repository, name) =>
      protectionOf(accounts, repository, ensureEnvironment(repository, name, { now, nextId })),
    issueToken: (run, permissions) => {
      const { token } = accounts.issue({ permissions: permissions as TokenPermissions }, run.actor)
      tokens.add(token)
      return token
    },
    isJobToken: (token) => tokens.has(token),
    deploy: (job, { name }) => {
      const { run } = job
      const { deployments } = run.repository.setup
      const ref = run.ref.replace(/^refs\/(?:heads|tags)\//, '')
      const fixed = { task: 'deploy', payload: {}, description: null, transient: false, production: true }
      const facts = { sha: run.sha, ref, environment: name, creator: run.actor, createdAt: now() }
      const { web } = urls()
      const { owner, name: repository } = run.repository
      const logUrl = `${web}/${owner.login}/${repository}/actions/runs/${run.id}/job/${job.id}`
      const made: EmulatedDeployment = { id: nextId(), ...fixed, ...facts, statuses: [] }
      deployments.push(made)
      const say = (to: EmulatedDeployment, state: EmulatedDeploymentStatus['state']): void => {
        const where = { environment: name, environmentUrl: job.environment?.url ?? '', logUrl }
        to.statuses.push({ id: nextId(), state, description: '', ...where, creator: run.actor, createdAt: now() })
      }
      say(made, 'queued')
      return {
        begin: () => say(made, 'in_progress'),
        end: (state) => {
          say(made, state)
          if (state !== 'success') return
          for (const prior of deployments.slice(0, deployments.indexOf(made))) {
            const live = prior.environment === name && prior.statuses.at(-1)?.state === 'success'
            if (live) say(prior, 'inactive')
          }
        },
      }
    },
  }
}

/** The environment of that name, made where it is not there. */
export function ensureEnvironment(
  { setup }: EmulatedRepository,
  name: string,
  { now, nextId }: { readonly now: () => number; readonly nextId: NextId },
): EmulatedEnvironment {
  const key = name.toLowerCase()
  const found = setup.environments.get(key)
  if (found) return found
  const time = now()
  const made: EmulatedEnvironment = {
    ...createVault(),
    id: nextId(),
    name,
    createdAt: time,
    updatedAt: time,
    waitTimer: 0,
    preventSelfReview: false,
    reviewers: [],
    branches: null,
    branchPolicies: [],
  }
  setup.environments.set(key, made)
  return made
}

function protectionOf(
  accounts: Accounts,
  { setup }: EmulatedRepository,
  { id, name, reviewers, waitTimer, preventSelfReview, branches, branchPolicies }: EmulatedEnvironment,
): ProtectedEnvironment {
  const members = reviewers.flatMap(({ reviewer }): (Account | undefined)[] =>
    'slug' in reviewer ? reviewer.members.map((login) => accounts.find(login)) : [reviewer],
  )
  return {
    id,
    name,
    reviewers: members.filter((one) => one !== undefined),
    waitTimer,
    preventSelfReview,
    refuses: async (ref) => {
      const [, kind, short = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
      const type = kind === 'tags' ? 'tag' : 'branch'
      const patterns = branchPolicies.filter((one) => one.type === type).map((one) => one.name)
      const allowed = branches === 'protected' ? setup.protections.has(short) : matchesFilters(patterns, short)
      if (branches === null || allowed) return undefined
      const what = type === 'tag' ? 'Tag' : 'Branch'
      return `${what} "${short}" is not allowed to deploy to ${name} due to environment protection rules.`
    },
  }
}

function record(values: ReadonlyMap<string, StoredValue>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]))
}
