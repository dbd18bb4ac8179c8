import { mergeBase, readRef } from '../read-git.js'
import { type Call, callerOf, type Endpoints, paginated, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { GitlabProblem, notFound } from './problem.js'
import { mergeRequestReply } from './project-replies.js'
import type { EmulatedProject, MergeRequest } from './projects.js'

/** Proposals to merge a branch. */
export const mergeRequestEndpoints: Endpoints = {
  listMergeRequests: async (call) => {
    const project = projectOf(call)
    const { mergeRequests } = project
    const isSought = ({ source, target }: MergeRequest): boolean =>
      [call.query.get('source_branch') ?? source, call.query.get('target_branch') ?? target].join() ===
      [source, target].join()
    const sought = ['merged', 'closed', 'locked'].includes(call.query.get('state') ?? '') ? [] : mergeRequests
    // The newest comes first ("Merge requests API", `order_by` and `sort`).
    const shown = await Promise.all(sought.filter(isSought).map((one) => show(call, project, one)))
    return paginated(call, shown.reverse(), (one) => one)
  },

  getMergeRequest: async (call) => {
    const project = projectOf(call)
    const found = project.mergeRequests.find(({ iid }) => String(iid) === call.parameters.merge_request_iid)
    if (!found) throw notFound()
    return { status: 200, body: await show(call, project, found) }
  },

  createMergeRequest: async (call) => create(call, projectOf(call, 30)),
}

async function create(call: Call, project: EmulatedProject): Promise<Answer> {
  const { user } = callerOf(call)
  const { title, description, source_branch: source, target_branch: target } = call.body
  const repository = repositoryOf(project)
  if (!(await readRef(call.git, repository, `refs/heads/${source}`)))
    throw new GitlabProblem(400, { message: [`Source branch "${source}" does not exist`] })
  if (source === target)
    throw new GitlabProblem(400, {
      message: ["Validate branches You can't use same project/branch for source and target"],
    })
  const open = project.mergeRequests.find((one) => one.source === source && one.target === target)
  if (open) {
    const message = `Another open merge request already exists for this source branch: !${open.iid}`
    throw new GitlabProblem(409, { message: [message] })
  }
  const made: MergeRequest = {
    id: call.mergeRequestIds(),
    iid: project.mergeRequests.length + 1,
    title: String(title),
    description: description === undefined ? null : String(description),
    source: String(source),
    target: String(target),
    author: user,
    createdAt: call.now(),
  }
  project.mergeRequests.push(made)
  return { status: 201, body: await show(call, project, made) }
}

async function show(call: Call, project: EmulatedProject, one: MergeRequest): Promise<unknown> {
  const head = await readRef(call.git, repositoryOf(project), `refs/heads/${one.source}`)
  const preparedAt = one.createdAt + call.delays.preparing
  const isPrepared = call.now() >= preparedAt
  const isChecked = call.now() >= preparedAt + call.delays.checking
  const state = isChecked ? await judge(call, project, one) : isPrepared ? 'checking' : 'preparing'
  const facts = { sha: head?.sha ?? '', state, preparedAt: isPrepared ? preparedAt : null }
  return mergeRequestReply(project, one, facts, call.url())
}

/** Whether it can be merged, in the words of `detailed_merge_status` ("Merge requests API", section "Merge status"). */
async function judge(call: Call, project: EmulatedProject, { source, target, title }: MergeRequest): Promise<string> {
  const repository = repositoryOf(project)
  const at = async (name: string) => (await readRef(call.git, repository, `refs/heads/${name}`))?.sha
  const [ours, theirs] = [await at(target), await at(source)]
  const base = ours && theirs && (await mergeBase(call.git, repository, ours, theirs))
  if (!ours || !theirs || base === theirs) return 'commits_status'
  if (!base) return 'conflict'
  const merged = (await call.git.run(project.folder, ['merge-tree', base, ours, theirs])).toString()
  if (/^\+<{7} /m.test(merged) || /^removed in /m.test(merged)) return 'conflict'
  return /^draft:/i.test(title) ? 'draft_status' : 'mergeable'
}
