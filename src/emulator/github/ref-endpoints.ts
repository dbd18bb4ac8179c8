import { refReply } from './commit-replies.js'
import { type Call, type Endpoints, filledRepositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GithubProblem } from './problem.js'
import { isAncestor, listRefs, readRef } from './read-git.js'
import { checkTarget, isRefName, moveRef } from './refs.js'
import { defaultBranch, type EmulatedRepository } from './repositories.js'

/** Refs: made, moved, deleted and listed. */
export const refEndpoints: Endpoints = {
  'git/create-ref': { page: 'git/refs#create-a-reference', signedIn: true, scope: 'repo', answer: createRef },
  'git/update-ref': { page: 'git/refs#update-a-reference', signedIn: true, scope: 'repo', answer: updateRef },
  'git/delete-ref': { page: 'git/refs#delete-a-reference', signedIn: true, scope: 'repo', answer: deleteRef },
  'git/list-matching-refs': {
    page: 'git/refs#list-matching-references',
    answer: async (call) => {
      const repository = await filledRepositoryOf(call)
      const prefix = `refs/${call.parameters.ref}`
      const refs = (await listRefs(call.git, repository)).filter(({ ref }) => ref.startsWith(prefix))
      const context = { ...call, repository, urls: call.urls() }
      return { status: 200, body: refs.map(({ ref, sha, type }) => refReply(ref, { sha, type }, context)) }
    },
  },
}

async function createRef(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const { ref = '', sha = '' } = call.body as { ref?: string; sha?: string }
  if (!(await isRefName(call, repository, ref))) throw new GithubProblem(422, `${ref} is not a valid ref name.`)
  if (await readRef(call.git, repository, ref)) throw new GithubProblem(422, 'Reference already exists')
  await checkTarget(call, repository, ref, sha)
  await moveRef(call, repository, { ref, from: null, to: sha })
  return answer(call, repository, ref, 201)
}

async function updateRef(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const { sha = '', force = false } = call.body as { sha?: string; force?: boolean }
  const ref = `refs/${call.parameters.ref}`
  const current = await readRef(call.git, repository, ref)
  if (!current) throw new GithubProblem(422, 'Reference does not exist')
  await checkTarget(call, repository, ref, sha)
  if (!force && !(await isAncestor(call.git, repository, current.sha, sha))) {
    throw new GithubProblem(422, 'Update is not a fast forward')
  }
  await moveRef(call, repository, { ref, from: current.sha, to: sha })
  return answer(call, repository, ref, 200)
}

async function deleteRef(call: Call): Promise<Answer> {
  const repository = await filledRepositoryOf(call, 'push')
  const ref = `refs/${call.parameters.ref}`
  const current = await readRef(call.git, repository, ref)
  if (!current) throw new GithubProblem(422, 'Reference does not exist')
  if (ref === `refs/heads/${await defaultBranch(repository)}`) {
    throw new GithubProblem(422, 'Cannot delete the default branch')
  }
  await moveRef(call, repository, { ref, from: current.sha, to: null })
  return { status: 204, body: undefined }
}

async function answer(call: Call, repository: EmulatedRepository, ref: string, status: number): Promise<Answer> {
  const object = await readRef(call.git, repository, ref)
  if (!object) throw new GithubProblem(422, 'Reference does not exist')
  const context = { ...call, repository, urls: call.urls() }
  const body = refReply(ref, object, context)
  return { status, body, ...(status === 201 && { headers: { Location: String(body.url) } }) }
}
