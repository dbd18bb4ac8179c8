import type { DeploymentState } from 'tabship'

/** What people decided on the host's own machines, and may decide anew. */
const decided: ReadonlySet<string> = new Set(['build-rejected', 'build-canceled', 'build-blocked'])

/** Whether it makes sense to go on with what has failed: where a build failed, the files have to change first. */
export function isWorthAnotherTry(error: DeploymentState['error']): boolean {
  return error !== null && (error.retryable || decided.has(error.code))
}
