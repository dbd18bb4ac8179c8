import { type Call, type Endpoint, repositoryOf } from '../endpoint.js'
import { allows, permissionOf } from '../permissions.js'
import { GithubProblem, notFound } from '../problem.js'
import type { EmulatedRepository } from '../repositories.js'
import { WorkflowError } from './expressions/tokens.js'
import type { RunRecord, WorkflowRecord } from './state.js'

/** An endpoint of Actions by its page in the documentation. */
export function endpoint(page: string, answer: Endpoint['answer'], writes = false): Endpoint {
  return {
    page: `actions/${page}`,
    accepts: 'repo',
    ...(writes && { signedIn: true, scope: 'repo' as const }),
    answer: async (call) => {
      call.actions.settle()
      try {
        return await answer(call)
      } catch (error) {
        if (error instanceof WorkflowError) throw new GithubProblem(422, error.message)
        throw error
      }
    },
  }
}

/** The repository, for who may start and stop its runs. @throws GithubProblem 403 for who may not, 404 for who may not see it. */
export function operatedRepositoryOf(call: Call): EmulatedRepository {
  const repository = repositoryOf(call)
  if (allows(permissionOf(repository, call.credential), 'push')) return repository
  throw new GithubProblem(403, 'Must have write access to repository.')
}

/** The run that the path names. */
export function runOf(call: Call, repository: EmulatedRepository): RunRecord {
  const found = call.actions.state.runs.find(
    (run) => run.repository === repository && String(run.id) === call.parameters.run_id,
  )
  if (!found) throw notFound()
  return found
}

/** The workflow that the path names by its number or by the name of its file. */
export async function workflowOf(call: Call, repository: EmulatedRepository): Promise<WorkflowRecord> {
  const named = call.parameters.workflow_id ?? ''
  const found = (await call.actions.workflows(repository)).find(
    (one) => String(one.id) === named || one.path === named || one.path === `.github/workflows/${named}`,
  )
  if (!found) throw notFound()
  return found
}
