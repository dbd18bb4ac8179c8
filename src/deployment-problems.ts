import { ConflictError } from './errors/conflict-error.js'
import { OptionsError } from './errors/options-error.js'

/** The error for a deployment of which nothing is written down here. */
export function deploymentUnknown(id: string): OptionsError {
  return new OptionsError({
    code: 'deployment-unknown',
    message: `This browser knows no deployment "${id}".`,
    hint: 'It may have been forgotten, or have run in another browser. See deployments(), or deploy anew.',
    details: { deployment: id },
  })
}

/**
 * The error for what another deployment is at.
 * @param id The other deployment's; `null` where it is not known.
 */
export function deploymentRunning(message: string, id: string | null, hint?: string): ConflictError {
  const wait = id === null ? 'Wait for its end.' : `Watch it with follow('${id}'), or wait for its end.`
  return new ConflictError({
    code: 'deployment-running',
    message,
    hint: hint ?? wait,
    retryable: true,
    details: { deployment: id },
  })
}
