import { AuthError } from '../../../errors/auth-error.js'
import { RequestError } from '../../../errors/request-error.js'
import { commitRight, workflowRight } from './check-access.js'
import { missingRight, type RightsPlace } from './missing-right.js'

/**
 * What a refused push really says of a token: which right it lacks, and where to get one that has it.
 * @param isPrivate Whether the repository is.
 * @returns the error to throw in its place
 */
export function explainPush(error: unknown, isPrivate: boolean, place: RightsPlace): unknown {
  const workflow = workflowIn(error)
  if (workflow !== undefined && !place.known?.includes('workflow'))
    return missingRight([workflowRight(workflow)], place, error)
  const isForbidden = error instanceof AuthError && error.code === 'token-forbidden' && error.details.status === 403
  // Of a token with scopes they have been looked at by now: what is refused then has another reason, which GitHub tells.
  if (!isForbidden || place.known !== undefined || /archived|saml|\bsso\b/i.test(error.message)) return error
  return missingRight([commitRight(place.fullName, isPrivate)], place, error)
}

/**
 * The workflow that most likely was refused, by the API, which says "not found"; or that certainly was, by git, in GitHub's words:
 * "refusing to allow … to create or update workflow `…` without `workflow` scope", or "`workflows` permission".
 */
function workflowIn(error: unknown): string | undefined {
  if (error instanceof AuthError && error.code === 'token-forbidden' && typeof error.details.workflow === 'string')
    return error.details.workflow
  if (!(error instanceof RequestError) || error.code !== 'push-refused') return undefined
  return /create or update workflow `([^`]+)` without `workflows?`/.exec(String(error.details.said))?.[1]
}
