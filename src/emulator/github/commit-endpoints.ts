import { branchReply, commitReply, comparisonReply, refReply } from './commit-replies.js'
import { type Call, type Endpoints, filledRepositoryOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { linksOf, pagingOf } from './paging.js'
import { GithubProblem, notFound } from './problem.js'
import { countCommits, mergeBase, readLog, readRef, resolve } from './read-git.js'
import { defaultBranch } from './repositories.js'

/** Branches, refs and commits. */
export const commitEndpoints: Endpoints = {
  'repos/get-branch': {
    page: 'branches/branches#get-a-branch',
    answer: async (call) => {
      const repository = repositoryOf(call)
      const branch = call.parameters.branch ?? ''
      const found = call.now() >= repository.foundFrom
      const ref = found ? await readRef(call.git, repository, `refs/heads/${branch}`) : undefined
      const [commit] = ref ? await readLog(call.git, repository, { from: ref.sha, skip: 0, count: 1 }) : []
      if (!commit) throw new GithubProblem(404, 'Branch not found')
      return { status: 200, body: branchReply(branch, commit, { ...call, repository, urls: call.urls() }) }
    },
  },
  'git/get-ref': {
    page: 'git/refs#get-a-reference',
    accepts: 'repo',
    answer: async (call) => {
      const repository = await filledRepositoryOf(call)
      const name = `refs/${call.parameters.ref}`
      const object = await readRef(call.git, repository, name)
      if (!object) throw notFound()
      return { status: 200, body: refReply(name, object, { ...call, repository, urls: call.urls() }) }
    },
  },
  'repos/list-commits': {
    page: 'commits/commits#list-commits',
    answer: listCommits,
  },
  'repos/get-commit': {
    page: 'commits/commits#get-a-commit',
    answer: async (call) => {
      const repository = await filledRepositoryOf(call)
      const name = call.parameters.ref ?? ''
      const sha = await resolve(call.git, repository, name, 'commit')
      const [commit] = sha ? await readLog(call.git, repository, { from: sha, skip: 0, count: 1 }) : []
      if (!commit) throw new GithubProblem(422, `No commit found for SHA: ${name}`)
      if (/application\/vnd\.github(\.v3)?\.sha/.test(call.request.headers.get('accept') ?? '')) {
        const headers = { 'Content-Type': 'application/vnd.github.sha; charset=utf-8' }
        return { status: 200, body: commit.sha, headers }
      }
      return { status: 200, body: commitReply(commit, { ...call, repository, urls: call.urls() }) }
    },
  },
  'repos/compare-commits-with-basehead': {
    page: 'commits/commits#compare-two-commits',
    answer: compareCommits,
  },
}

async function compareCommits(call: Call): Promise<Answer> {
  const { git, query } = call
  const repository = repositoryOf(call)
  const names = (call.parameters.basehead ?? '').split('...')
  const [base, head] = await Promise.all(names.map((name) => resolve(git, repository, name, 'commit')))
  if (names.length !== 2 || !base || !head) throw notFound()
  const common = await mergeBase(git, repository, base, head)
  if (!common) throw new GithubProblem(404, `No common ancestor between ${names.join(' and ')}.`)
  const { ahead, behind } = await countCommits(git, repository, base, head)
  const size = Math.min(250, Math.max(1, Number(query.get('per_page') ?? 250)))
  const skip = (Math.max(1, Number(query.get('page') ?? 1)) - 1) * size
  const one = async (from: string) => (await readLog(git, repository, { from, skip: 0, count: 1 }))[0]
  const [from, shared] = [await one(base), await one(common)]
  if (!from || !shared) throw notFound()
  // Unlike the list of commits, the oldest comes first.
  const above = await readLog(git, repository, { from: head, skip: 0, count: ahead, filters: [`^${base}`] })
  const commits = above.reverse().slice(skip, skip + size)
  const context = { ...call, repository, urls: call.urls() }
  return {
    status: 200,
    body: comparisonReply({ base: from, head, common: shared, ahead, behind, commits }, context),
  }
}

async function listCommits(call: Call): Promise<Answer> {
  const { git, query } = call
  const repository = await filledRepositoryOf(call)
  const from = await resolve(git, repository, query.get('sha') ?? (await defaultBranch(repository)), 'commit')
  if (!from) throw notFound()
  const { size, page } = pagingOf(call)
  const filters = ['since', 'until', 'author', 'committer'].flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [`--${name}=${value}`]
  })
  const path = query.get('path') ?? ''
  // One more than asked for tells whether there is a next page.
  const found = await readLog(git, repository, { from, skip: (page - 1) * size, count: size + 1, filters, path })
  const context = { ...call, repository, urls: call.urls() }
  const body = found.slice(0, size).map((commit) => commitReply(commit, context))
  const count = async (): Promise<number> => {
    const command = ['rev-list', '--count', ...filters, from, '--', ...(path ? [`:(literal)${path}`] : [])]
    return Number(await git.run(repository.path, command))
  }
  const last = found.length > size || (page > 1 && found.length === 0) ? Math.ceil((await count()) / size) : page
  return { status: 200, body, headers: linksOf(call, { page, last }) }
}
