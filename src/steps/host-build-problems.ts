import { relevantLines } from '../container/relevant-lines.js'
import { BuildError } from '../errors/build-error.js'
import type { HostBuildOutcome } from '../spec/host-build.js'

const codes = {
  failure: 'build-failed',
  empty: 'output-missing',
  timeout: 'build-timeout',
  canceled: 'build-canceled',
  rejected: 'build-rejected',
  blocked: 'build-blocked',
} as const

/** The error for a run that came to nothing. */
export function buildFailed(
  { result, run, job, step, log: lines }: HostBuildOutcome,
  name: string,
  outputDirectory: string,
): BuildError {
  const what = result as keyof typeof codes
  const log = relevantLines(lines)
  const place = step !== null ? ` in "${step}"` : job !== null ? ` in the job "${job}"` : ''
  const said = log[0] === undefined ? '' : `: ${log[0]}`
  const messages = {
    failure: `The build on ${name} failed${place}${said}.`,
    empty: `The build on ${name} has ended, and there is nothing in ${outputDirectory}.`,
    timeout: `The build on ${name} took too long${place}, and was stopped.`,
    canceled: `The build on ${name} was canceled there.`,
    rejected: `The build on ${name} was not let go on: it was rejected.`,
    blocked: `${name} wants something of you before it builds.`,
  }
  const hints = {
    failure: `Mend the project${log.length > 0 ? '; the log says where' : `; its log is at ${run.url}`}.`,
    empty: `Set project.outputDirectory to the folder that the build writes to; the log is at ${run.url}.`,
    timeout: `Look at ${run.url}, and raise build.timeLimit where the build needs longer.`,
    canceled: 'Resume the deployment to start it again.',
    rejected: 'What was committed stands, and nothing was published. Resume the deployment to ask again.',
    blocked: `See to it at ${run.url}, and resume the deployment.`,
  }
  return new BuildError({
    code: codes[what],
    message: messages[what],
    hint: hints[what],
    // By what it takes, it is tried again: the project may stay as it is.
    retryable: result === 'canceled' || result === 'rejected' || result === 'blocked',
    details: { url: run.url, job, step, log },
  })
}
