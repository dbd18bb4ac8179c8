import { isEmpty, mergeBase, readLog, readRef, resolve } from '../read-git.js'
import { branchReply, commitDetailReply, commitReply } from './commit-replies.js'
import { type Call, type Endpoints, pageHeaders, pageOf, paginated, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GitlabProblem, notFound } from './problem.js'
import { accessOf, defaultBranch, type EmulatedProject } from './projects.js'
import { createCommit, revertCommit } from './write-endpoints.js'

/** Branches and commits. */
export const commitEndpoints: Endpoints = {
  getBranch: async (call) => {
    const project = projectOf(call)
    const name = call.parameters.branch ?? ''
    const ref = await readRef(call.git, repositoryOf(project), `refs/heads/${name}`)
    const commit = ref && (await commitAt(call, project, ref.sha))
    if (!commit) throw notFound('Branch')
    const isProtected = project.protectedBranches.has(name)
    const level = accessOf(project, call.credential?.user)
    const isDefault = name === (await defaultBranch(project))
    const facts = { isDefault, isProtected, canPush: level >= (isProtected ? 40 : 30) }
    return { status: 200, body: branchReply(name, commit, webOf(call, project), facts) }
  },

  listCommits: async (call) => {
    const project = projectOf(call)
    const { query, git } = call
    const repository = repositoryOf(project)
    // An empty repository has an empty list ("Commits API").
    if (await isEmpty(git, repository)) return { status: 200, body: [], headers: pageHeaders(call, { more: false }) }
    const from = await resolve(git, repository, query.get('ref_name') ?? (await defaultBranch(project)), 'commit')
    if (!from) throw notFound()
    const { size, page } = pageOf(call)
    const filters = ['since', 'until'].flatMap((name) => (query.has(name) ? [`--${name}=${query.get(name)}`] : []))
    const path = query.get('path') ?? ''
    const found = await readLog(git, repository, { from, skip: (page - 1) * size, count: size + 1, filters, path })
    const body = found.slice(0, size).map((one) => commitReply(one, webOf(call, project)))
    // This list tells no total: "X-Total" is left out of it, and so is its last page.
    return { status: 200, body, headers: pageHeaders(call, { more: found.length > size }) }
  },

  getCommit: async (call) => {
    const project = projectOf(call)
    const sha = await resolve(call.git, repositoryOf(project), call.parameters.sha ?? '', 'commit')
    const commit = sha && (await commitAt(call, project, sha))
    if (!commit) throw notFound('Commit')
    return { status: 200, body: commitDetailReply(commit, webOf(call, project), project.id) }
  },

  listRefs: async (call) => {
    const project = projectOf(call)
    const sha = await resolve(call.git, repositoryOf(project), call.parameters.sha ?? '', 'commit')
    if (!sha) throw notFound('Commit')
    const type = call.query.get('type') ?? 'all'
    const kinds = { branch: 'refs/heads', tag: 'refs/tags' }
    const refs = await Promise.all(
      Object.entries(kinds).map(async ([kind, prefix]) => {
        if (type !== 'all' && type !== kind) return []
        const command = ['for-each-ref', `--contains=${sha}`, '--format=%(refname:lstrip=2)', prefix]
        const names = (await call.git.run(project.folder, command)).toString().split('\n')
        return names.filter((name) => name !== '').map((name) => ({ type: kind, name }))
      }),
    )
    return paginated(call, refs.flat(), (one) => one)
  },

  compare: async (call) => {
    const project = projectOf(call)
    const { git, query } = call
    const repository = repositoryOf(project)
    const [from, to] = await Promise.all(
      ['from', 'to'].map((name) => resolve(git, repository, query.get(name) ?? '', 'commit')),
    )
    if (!from || !to) throw notFound('Ref')
    const found = await readLog(git, repository, { from: to, skip: 0, count: 1000, filters: [`^${from}`] })
    // The oldest comes first, and `commit` is the newest.
    const commits = found.map((one) => commitReply(one, webOf(call, project))).reverse()
    const body = {
      commit: commits.at(-1) ?? null,
      commits,
      diffs: [],
      compare_timeout: false,
      compare_same_ref: from === to,
      web_url: `${webOf(call, project)}/-/compare/${query.get('from')}...${query.get('to')}`,
    }
    return { status: 200, body }
  },

  mergeBase: findMergeBase,
  createCommit,
  revertCommit,
}

async function findMergeBase(call: Call): Promise<Answer> {
  const project = projectOf(call)
  const repository = repositoryOf(project)
  const names = call.query.getAll('refs[]')
  if (names.length < 2) throw new GitlabProblem(400, 'Provide at least 2 refs')
  const found = await Promise.all(names.map((name) => resolve(call.git, repository, name, 'commit')))
  const missing = names.filter((_, index) => !found[index])
  const noun = missing.length === 1 ? 'ref' : 'refs'
  if (missing.length > 0) throw new GitlabProblem(400, `Could not find ${noun}: ${missing.join(', ')}`)
  let common = found[0]
  for (const one of found.slice(1)) common = common && one && (await mergeBase(call.git, repository, common, one))
  const commit = common && (await commitAt(call, project, common))
  if (!commit) throw notFound('Merge Base')
  return { status: 200, body: commitReply(commit, webOf(call, project)) }
}

async function commitAt(call: Call, project: EmulatedProject, sha: string) {
  return (await readLog(call.git, repositoryOf(project), { from: sha, skip: 0, count: 1 }))[0]
}

const webOf = (call: Call, { fullPath }: EmulatedProject): string => `${call.url()}/${fullPath}`
