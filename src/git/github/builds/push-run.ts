import { OptionsError } from '../../../errors/options-error.js'
import type { Context } from '../../../spec/context.js'
import type { HostPushInput } from '../../../spec/host-build.js'
import { poll } from '../../../toolkit/poll.js'
import { readRun, rerun, save, stopped } from './begin-run.js'
import type { BuildCheckpoint } from './checkpoint.js'
import { type BuildTools, type Run, runsSchema } from './replies.js'

/** Milliseconds until GitHub lists a run that a push has started. */
const listingLimit = 90_000

/** A run that is followed, and whether it was there before. */
interface BegunRun {
  readonly run: Run
  readonly adopted: boolean
}

/**
 * Finds the run that a push has started; nothing has to be asked for it to begin. One that came to nothing is started again where
 * its user was told so, or where `input.again` asks for it.
 *
 * @throws OptionsError `run-missing`
 */
export async function beginPushRun(
  tools: BuildTools,
  input: HostPushInput,
  context: Context<BuildCheckpoint>,
): Promise<BegunRun> {
  const { repository, branch, commit, file } = input
  const { saved } = context
  const known = saved?.kind === 'run' && saved.repository === repository ? saved : undefined
  const standing = known && (await readRun(tools, repository, known.id, context))
  if (known && standing) {
    const isOver = known.told && standing.run_attempt <= known.attempt
    const last = isOver ? await stopped(tools, repository, standing, context) : standing
    return keep(isOver && last.conclusion !== 'success' ? await rerun(tools, repository, last, context) : last, true)
  }
  if (saved?.kind !== 'push') await context.save({ kind: 'push', repository, branch, commit, file })
  const { clock, signal } = context
  const found = await poll({
    ...{ clock, signal, timeLimit: listingLimit, first: 500 },
    ask: () => findPushRun(tools, input, context),
    done: (run) => run !== undefined,
    key: () => '',
    expired: () => missing(input),
  })
  if (!found) throw missing(input)
  const isWanted = input.again === 'always' || (input.again === 'failed' && found.conclusion !== 'success')
  const isOver = isWanted && found.status === 'completed'
  return keep(isOver ? await rerun(tools, repository, found, context) : found, input.again !== 'never')

  async function keep(run: Run, adopted: boolean): Promise<BegunRun> {
    await save(run, repository, context)
    return { run, adopted }
  }
}

/** The run of a workflow that a push has started; `undefined` where there is none yet. */
export async function findPushRun(
  { api }: BuildTools,
  { repository, branch, commit, file }: Omit<HostPushInput, 'again'>,
  context: Context,
): Promise<Run | undefined> {
  const query = new URLSearchParams({ event: 'push', branch, head_sha: commit, per_page: '100' })
  // Not by its workflow: until it has run, one that only this branch holds is not known.
  const request = { purpose: 'find the run of the push', path: `/repos/${repository}/actions/runs?${query}` }
  const { workflow_runs: runs } = await api.json(context, runsSchema, request)
  return runs.find(({ path }) => path?.split('@')[0] === `.github/workflows/${file}`)
}

function missing({ repository, branch, commit, file }: HostPushInput): OptionsError {
  return new OptionsError({
    code: 'run-missing',
    message: `The push of ${commit.slice(0, 7)} to ${branch} of ${repository} has started no run of ${file}.`,
    hint: 'Look whether Actions are turned on in the settings of the repository, and resume the deployment.',
    details: { repository, branch, commit, file },
  })
}
