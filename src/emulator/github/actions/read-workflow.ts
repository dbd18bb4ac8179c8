import { WorkflowError } from './expressions/tokens.js'
import type { JobDefinition, Workflow } from './workflow.js'
import { workflowSchema } from './workflow-schema.js'

// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows; most never happen here.
const knownEvents: ReadonlySet<string> = new Set(
  [
    'branch_protection_rule check_run check_suite create delete deployment deployment_status discussion discussion_comment',
    'fork gollum image_version issue_comment issues label merge_group milestone page_build public pull_request',
    'pull_request_comment pull_request_review pull_request_review_comment pull_request_target push registry_package release',
    'repository_dispatch schedule status watch workflow_call workflow_dispatch workflow_run',
  ].flatMap((line) => line.split(' ')),
)

/**
 * Reads a workflow file.
 *
 * @throws WorkflowError where GitHub would call the file invalid.
 */
export async function readWorkflow(source: string): Promise<Workflow> {
  // Loaded on demand: most emulators never run a workflow.
  const { parseDocument } = await import('yaml')
  const document = parseDocument(source, { merge: true })
  const [problem] = document.errors
  if (problem) throw new WorkflowError(`You have an error in your yaml syntax: ${problem.message.split('\n')[0]}`)
  const read = workflowSchema.safeParse(document.toJS())
  if (!read.success) {
    const [issue] = read.error.issues
    const unexpected = issue?.code === 'unrecognized_keys' ? `Unexpected value '${issue.keys[0]}'` : issue?.message
    throw new WorkflowError(`${issue?.path.join('.') || 'The file'}: ${unexpected}`)
  }
  const workflow = read.data
  const unknown = Object.keys(workflow.on).find((event) => !knownEvents.has(event))
  if (unknown !== undefined) throw new WorkflowError(`on: Unexpected value '${unknown}'`)
  if (Object.keys(workflow.jobs).length === 0) throw new WorkflowError('jobs: There is no job')
  for (const [id, job] of Object.entries(workflow.jobs)) checkJob(id, job, workflow)
  checkOrder(workflow)
  return workflow
}

function checkJob(id: string, job: JobDefinition, { jobs }: Workflow): void {
  const fail = (what: string): never => {
    throw new WorkflowError(`jobs.${id}: ${what}`)
  }
  for (const needed of job.needs ?? []) {
    if (!Object.hasOwn(jobs, needed)) fail(`Job '${id}' depends on unknown job '${needed}'.`)
  }
  if (job.uses !== undefined) return
  if (job['runs-on'] === undefined) fail('Required property is missing: runs-on')
  if (!job.steps || job.steps.length === 0) fail('Required property is missing: steps')
  const known = new Set<string>()
  for (const step of job.steps ?? []) {
    if ((step.run === undefined) === (step.uses === undefined)) fail('A step has either run or uses')
    if (step.id === undefined) continue
    if (known.has(step.id)) fail(`The identifier '${step.id}' may not be used more than once within the same scope.`)
    known.add(step.id)
  }
}

function checkOrder({ jobs }: Workflow): void {
  const done = new Set<string>()
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id)) throw new WorkflowError(`jobs: ${[...trail, id].join(' needs ')}, which is a circle`)
    if (done.has(id)) return
    for (const needed of jobs[id]?.needs ?? []) visit(needed, [...trail, id])
    done.add(id)
  }
  for (const id of Object.keys(jobs)) visit(id, [])
}
