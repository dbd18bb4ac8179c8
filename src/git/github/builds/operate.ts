import type { Context } from '../../../spec/context.js'
import type { HostBuildInput, HostBuildOutcome, HostPushInput, HostRun } from '../../../spec/host-build.js'
import { findArtifact } from './artifact.js'
import { beginRun, findRun, readRun, save } from './begin-run.js'
import type { BuildCheckpoint } from './checkpoint.js'
import { followRun, hostRunOf } from './follow-run.js'
import { beginPushRun, findPushRun } from './push-run.js'
import type { BuildTools } from './replies.js'
import { requireSecrets } from './require-secrets.js'

export { fetchArtifact } from './artifact.js'

/** Starts a run, or finds it, and follows it to its end. */
export async function runBuild(
  tools: BuildTools,
  host: string,
  input: HostBuildInput,
  context: Context<BuildCheckpoint>,
): Promise<HostBuildOutcome> {
  const { fullName } = input.repository
  if (context.saved === undefined) await requireSecrets(tools, { ...input, repository: fullName }, context)
  const { run, adopted } = await beginRun(tools, input, context)
  context.report({ type: 'run-start', host, run: hostRunOf(fullName, run), adopted })
  const outcome = await followRun(tools, { fullName, run }, input, context)
  if (outcome.result !== 'success') await save(run, fullName, context, true)
  return outcome
}

/** Finds the run that a push has started, and follows it to its end. */
export async function followPush(
  tools: BuildTools,
  host: string,
  input: HostPushInput,
  context: Context<BuildCheckpoint>,
): Promise<HostBuildOutcome> {
  const { repository } = input
  const { run, adopted } = await beginPushRun(tools, input, context)
  context.report({ type: 'run-start', host, run: hostRunOf(repository, run), adopted })
  const outcome = await followRun(tools, { fullName: repository, run }, input, context)
  if (outcome.result !== 'success') await save(run, repository, context, true)
  return outcome
}

/** Whether a run has ended well, and its output is still there. */
export async function isKept(tools: BuildTools, { id, repository }: HostRun, context: Context): Promise<boolean> {
  const run = await readRun(tools, repository, Number(id), context)
  if (run?.status !== 'completed' || run.conclusion !== 'success') return false
  return (await findArtifact(tools, repository, id, context)) !== undefined
}

/** Stops a run. Resumed, it is started again. */
export async function cancelRun(
  tools: BuildTools,
  begun: BuildCheckpoint,
  context: Context<BuildCheckpoint>,
): Promise<void> {
  const checkpoint = begun.kind === 'run' ? begun : await startedRun(tools, begun, context)
  if (checkpoint.kind !== 'run' || checkpoint.told) return
  const { repository, id } = checkpoint
  // Nobody has to be told that it came to nothing.
  await context.save({ ...checkpoint, told: true })
  const path = `/repos/${repository}/actions/runs/${id}/cancel`
  // 409: it has ended already.
  await tools.api.send(context, {
    purpose: 'cancel the build',
    method: 'POST',
    path,
    accept: [404, 409],
    idempotent: true,
  })
  context.report({ type: 'log-line', source: 'provider', text: `The run ${id} was told to stop.` })
}

/** A run that goes on by itself though nobody has found it yet: of a push, or of a request whose answer never came. */
async function startedRun(
  tools: BuildTools,
  begun: Exclude<BuildCheckpoint, { kind: 'run' }>,
  context: Context,
): Promise<BuildCheckpoint> {
  const { repository } = begun
  const run = begun.kind === 'push' ? await findPushRun(tools, begun, context) : await findRun(tools, begun, context)
  return run ? { kind: 'run', id: run.id, repository, attempt: run.run_attempt, told: false } : begun
}
