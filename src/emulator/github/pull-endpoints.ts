import { type Call, callerOf, type Endpoints, pushableRepositoryOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { pageOf } from './paging.js'
import { type FieldError, GithubProblem, notFound } from './problem.js'
import { fullPullReply, pullReply } from './pull-replies.js'
import { type EmulatedPull, refreshPull } from './pulls.js'
import { countCommits, mergeBase, readRef } from './read-git.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'

/** Pull requests within a repository. Forks are not emulated. */
export const pullEndpoints: Endpoints = {
  'pulls/list': { page: 'pulls/pulls#list-pull-requests', accepts: 'repo', answer: listPulls },
  'pulls/create': {
    page: 'pulls/pulls#create-a-pull-request',
    accepts: 'repo',
    signedIn: true,
    scope: 'repo',
    answer: createPull,
  },
  'pulls/get': {
    page: 'pulls/pulls#get-a-pull-request',
    accepts: 'repo',
    answer: async (call) => {
      const repository = repositoryOf(call)
      return answer(call, repository, await pullOf(call, repository), 200)
    },
  },
  'pulls/update': {
    page: 'pulls/pulls#update-a-pull-request',
    accepts: 'repo',
    signedIn: true,
    scope: 'repo',
    answer: updatePull,
  },
}

async function listPulls(call: Call): Promise<Answer> {
  const repository = repositoryOf(call)
  for (const pull of repository.pulls) await refreshPull(call, repository, pull)
  const state = call.query.get('state') ?? 'open'
  const [head, base] = [call.query.get('head'), call.query.get('base')]
  // GitHub ignores a head that does not name its owner.
  const filtered = head?.includes(':') ? head : null
  const found = repository.pulls.filter((pull) => {
    const label = `${repository.owner.login}:${pull.head}`
    const wanted = filtered === null || label.toLowerCase() === filtered.toLowerCase()
    return wanted && (state === 'all' || pull.state === state) && (base === null || pull.base === base)
  })
  const { items, headers } = pageOf(call, call.query.get('direction') === 'asc' ? found : found.reverse())
  const context = { ...call, repository, urls: call.urls() }
  const branch = await defaultBranch(repository)
  return { status: 200, body: items.map((pull) => pullReply(pull, context, branch)), headers }
}

async function createPull(call: Call): Promise<Answer> {
  const repository = pushableRepositoryOf(call)
  const { title = '', head = '', base = '', body = null, draft = false } = call.body as Partial<NewPull>
  if (title === '') throw invalid({ code: 'missing_field', field: 'title' })
  const branch = head.replace(new RegExp(`^${repository.owner.login}:`, 'i'), '')
  const target = await readRef(call.git, repository, `refs/heads/${base}`)
  if (!target) throw invalid({ field: 'base', code: 'invalid' })
  const source = await readRef(call.git, repository, `refs/heads/${branch}`)
  if (!source) throw invalid({ field: 'head', code: 'invalid' })
  for (const pull of repository.pulls) await refreshPull(call, repository, pull)
  if (repository.pulls.some((pull) => pull.state === 'open' && pull.head === branch && pull.base === base)) {
    const message = `A pull request already exists for ${repository.owner.login}:${branch}.`
    throw invalid({ code: 'custom', message })
  }
  if (!(await mergeBase(call.git, repository, target.sha, source.sha))) {
    throw invalid({ code: 'custom', message: `The ${branch} branch has no history in common with ${base}` })
  }
  const { ahead } = await countCommits(call.git, repository, target.sha, source.sha)
  if (ahead === 0) throw invalid({ code: 'custom', message: `No commits between ${base} and ${branch}` })
  const time = call.now()
  const pull: EmulatedPull = {
    id: call.nextId(),
    number: repository.pulls.length + 1,
    user: callerOf(call).user,
    head: branch,
    draft,
    createdAt: time,
    title,
    body,
    base,
    state: 'open',
    headSha: source.sha,
    baseSha: target.sha,
    updatedAt: time,
    closedAt: null,
    mergedAt: null,
    mergeSha: null,
  }
  repository.pulls.push(pull)
  const made = await answer(call, repository, pull, 201)
  return { ...made, headers: { Location: String((made.body as { url?: string }).url) } }
}

interface NewPull {
  readonly title: string
  readonly head: string
  readonly base: string
  readonly body: string | null
  readonly draft: boolean
}

async function updatePull(call: Call): Promise<Answer> {
  const repository = pushableRepositoryOf(call)
  const pull = await pullOf(call, repository)
  const { title, body, state, base } = call.body as Partial<NewPull> & { readonly state?: 'open' | 'closed' }
  if (base !== undefined && !(await readRef(call.git, repository, `refs/heads/${base}`))) {
    throw invalid({ field: 'base', code: 'invalid' })
  }
  if (state === 'open' && pull.mergedAt !== null) throw invalid({ field: 'state', code: 'invalid' })
  Object.assign(pull, {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(base !== undefined && { base }),
    ...(state !== undefined && { state, closedAt: state === 'closed' ? (pull.closedAt ?? call.now()) : null }),
    updatedAt: call.now(),
  })
  return answer(call, repository, pull, 200)
}

/** The pull request that the path names, as it is now. */
export async function pullOf(call: Call, repository: EmulatedRepository): Promise<EmulatedPull> {
  const pull = repository.pulls.find((one) => String(one.number) === call.parameters.pull_number)
  if (!pull) throw notFound()
  await refreshPull(call, repository, pull)
  return pull
}

async function answer(call: Call, repository: EmulatedRepository, pull: EmulatedPull, status: number): Promise<Answer> {
  const { ahead } = await countCommits(call.git, repository, pull.baseSha, pull.headSha)
  const range = `${pull.baseSha}...${pull.headSha}`
  const changed = await call.git.run(repository.path, ['diff', '--name-only', '-z', range], { accept: [0, 128] })
  const facts = {
    commits: ahead,
    changedFiles: changed.toString().split('\0').length - 1,
    comments: repository.comments.filter(({ issue }) => issue === pull.number).length,
  }
  const context = { ...call, repository, urls: call.urls() }
  return { status, body: fullPullReply(pull, context, await defaultBranch(repository), facts) }
}

function invalid(error: Omit<FieldError, 'resource'>): GithubProblem {
  return new GithubProblem(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', ...error }] })
}
