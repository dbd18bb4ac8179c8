import { type Call, callerOf, type Endpoints, repositoryOf } from '../endpoint.js'
import type { Answer } from '../headers.js'
import { pageOf } from '../paging.js'
import { githubTime } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import { endpoint, operatedRepositoryOf, workflowOf } from './actions-call.js'
import { dispatchReply, runReply, workflowReply } from './replies.js'
import type { RunRecord } from './state.js'

/** Workflows, started by hand and listed with their runs. */
export const workflowEndpoints: Endpoints = {
  'actions/list-repo-workflows': endpoint('workflows#list-repository-workflows', async (call) => {
    const repository = repositoryOf(call)
    const all = await call.actions.workflows(repository)
    const { items, headers } = pageOf(call, all)
    const branch = await defaultBranch(repository)
    const workflows = items.map((one) => workflowReply(one, call.urls(), branch))
    return { status: 200, body: { total_count: all.length, workflows }, headers }
  }),
  'actions/get-workflow': endpoint('workflows#get-a-workflow', async (call) => {
    const repository = repositoryOf(call)
    const workflow = await workflowOf(call, repository)
    return { status: 200, body: workflowReply(workflow, call.urls(), await defaultBranch(repository)) }
  }),
  'actions/create-workflow-dispatch': endpoint('workflows#create-a-workflow-dispatch-event', dispatch, true),
  'actions/list-workflow-runs': endpoint('workflow-runs#list-workflow-runs-for-a-workflow', async (call) => {
    const repository = repositoryOf(call)
    const workflow = await workflowOf(call, repository)
    return listRuns(call, repository, (run) => run.workflow === workflow)
  }),
  'actions/list-workflow-runs-for-repo': endpoint('workflow-runs#list-workflow-runs-for-a-repository', async (call) =>
    listRuns(call, repositoryOf(call), () => true),
  ),
}

async function dispatch(call: Call): Promise<Answer> {
  const repository = operatedRepositoryOf(call)
  const workflow = await workflowOf(call, repository)
  const { ref, inputs = {}, return_run_details: details = false } = call.body
  const order = { ref: String(ref), inputs: inputs as Readonly<Record<string, unknown>>, actor: callerOf(call).user }
  const run = await call.actions.dispatch(workflow, order)
  if (details !== true) return { status: 204, body: undefined }
  return { status: 200, body: dispatchReply(run, call.urls()) }
}

async function listRuns(
  call: Call,
  repository: EmulatedRepository,
  isWanted: (run: RunRecord) => boolean,
): Promise<Answer> {
  const { query } = call
  const is = (name: string, ...values: (string | null | undefined)[]): boolean => {
    const wanted = query.get(name)
    return wanted === null || values.includes(wanted)
  }
  const found = call.actions.state.runs.filter(call.actions.isListed).filter((run) => {
    const branch = run.head ?? run.ref.replace(/^refs\/(?:heads|tags)\//, '')
    const named = is('branch', branch) && is('event', run.event) && is('actor', run.actor.login)
    const state = is('head_sha', run.sha) && is('status', run.status, run.conclusion)
    return run.repository === repository && isWanted(run) && named && state && wasCreated(query.get('created'), run)
  })
  const { items, headers } = pageOf(call, found.reverse())
  const branch = await defaultBranch(repository)
  const workflowRuns = items.map((run) => runReply(run, call.urls(), branch))
  return { status: 200, body: { total_count: found.length, workflow_runs: workflowRuns }, headers }
}

/** https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates */
function wasCreated(range: string | null, { createdAt }: RunRecord): boolean {
  if (range === null) return true
  const at = githubTime(createdAt)
  const [, from, to] = /^(.*)\.\.(.*)$/.exec(range) ?? []
  if (from !== undefined) return (from === '*' || at >= from) && (to === '*' || at.slice(0, to?.length) <= (to ?? ''))
  const [, sign = '', day = ''] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? []
  const cut = at.slice(0, day.length)
  if (sign === '>') return cut > day
  if (sign === '<') return cut < day
  if (sign === '>=') return cut >= day
  return sign === '<=' ? cut <= day : cut === day
}
