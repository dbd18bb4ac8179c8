import { OptionsError } from '../../../errors/options-error.js'
import { RequestError } from '../../../errors/request-error.js'
import { TabshipError } from '../../../errors/tabship-error.js'
import type { Context, Reply } from '../../../spec/context.js'
import type { HostBuildInput } from '../../../spec/host-build.js'
import { createOrAdopt } from '../../../toolkit/create-or-adopt.js'
import { parseReply, saidIn } from '../../../toolkit/parse-reply.js'
import { poll } from '../../../toolkit/poll.js'
import { explainRefusal } from '../rights/missing-right.js'
import type { Right } from '../rights/right.js'
import { findArtifact } from './artifact.js'
import type { BuildCheckpoint } from './checkpoint.js'
import { type BuildTools, dispatchSchema, type Run, runSchema, runsSchema } from './replies.js'
import { titleOf } from './workflow-file.js'

/** What it takes to start runs, to stop them and to let them go on. */
export const actionsRight: Right = { scopes: ['repo'], permission: 'Actions', purpose: 'run workflows' }

/** Milliseconds that GitHub may take to know a workflow that was just pushed. */
const registrationLimit = 20_000
/** Milliseconds that GitHub may take to list a run that was just started. */
const listingLimit = 4000
/** Milliseconds until GitHub shows a run that it says it has started. */
const appearanceLimit = 20_000
/** Milliseconds that a run may take to stop. */
const stopLimit = 10 * 60_000

/** Reads a run; `undefined` where it is gone. */
export async function readRun(
  { api }: BuildTools,
  fullName: string,
  id: number,
  context: Context,
): Promise<Run | undefined> {
  const request = { purpose: `read the run ${id}`, path: `/repos/${fullName}/actions/runs/${id}`, accept: [404] }
  const answer = await api.ask(context, runSchema, request)
  return 'value' in answer ? answer.value : undefined
}

/**
 * Starts the run of a deployment, or finds it. What an earlier try has saved is gone on with; a run that came to nothing is
 * started again.
 */
export async function beginRun(
  tools: BuildTools,
  input: HostBuildInput,
  context: Context<BuildCheckpoint>,
): Promise<{ readonly run: Run; readonly adopted: boolean }> {
  const { fullName } = input.repository
  const { saved } = context
  const known = saved?.kind === 'run' && saved.repository === fullName ? saved : undefined
  const standing = known && (await readRun(tools, fullName, known.id, context))
  if (known && standing) {
    const run = await startAgain(tools, fullName, { run: standing, ...known }, context)
    await save(run, fullName, context)
    return { run, adopted: true }
  }
  const intent = { repository: fullName, file: input.file, deployment: input.deployment }
  if (saved?.kind !== 'intent') await context.save({ kind: 'intent', ...intent })
  const { made, adopted } = await createOrAdopt<Run>({
    context,
    provider: 'github',
    purpose: 'start the build',
    again: saved !== undefined,
    create: () => dispatch(tools, input, context),
    find: () => findRun(tools, intent, context),
  })
  await save(made, fullName, context)
  return { run: made, adopted }
}

/** @param told Whether its user knows what became of it. */
export async function save(
  run: Run,
  repository: string,
  context: Context<BuildCheckpoint>,
  told: boolean = false,
): Promise<void> {
  await context.save({ kind: 'run', id: run.id, repository, attempt: run.run_attempt, told })
}

async function dispatch(tools: BuildTools, input: HostBuildInput, context: Context<BuildCheckpoint>): Promise<Run> {
  const { repository, commit, file, deployment } = input
  const { fullName } = repository
  const path = `/repos/${fullName}/actions/workflows/${encodeURIComponent(file)}/dispatches`
  const purpose = 'start the build'
  const inputs = { deployment, commit: commit.oid }
  const json = { ref: commit.branch, inputs, return_run_details: true }
  const end = context.clock.now() + (commit.branch === repository.defaultBranch ? registrationLimit : 0)
  for (let wait = 1000; ; wait *= 2) {
    const request = { purpose, method: 'POST', path, json, accept: [404, 422] } as const
    const reply = await tools.api.send(context, request).catch((error: unknown) => {
      throw explainRefusal(error, actionsRight, { fullName, web: tools.web, known: tools.scopes.known })
    })
    // Servers of an older version tell nothing of the run that they start.
    if (reply.status === 204)
      return appeared(() => findRun(tools, { repository: fullName, file, deployment }, context), context)
    if (reply.status === 200) {
      const { workflow_run_id: id } = parseReply(reply, dispatchSchema, { provider: 'github', purpose })
      await context.save({ kind: 'run', id, repository: fullName, attempt: 1, told: false })
      return appeared(() => readRun(tools, fullName, id, context), context)
    }
    // A workflow that was just pushed is not known at once, or known as it was before.
    if (context.clock.now() + wait > end) throw notStarted(input, reply)
    await context.clock.sleep(wait, context.signal)
  }
}

/** What GitHub has said to have started is not always shown at once. It is not started twice for that. */
async function appeared(look: () => Promise<Run | undefined>, { clock, signal }: Context): Promise<Run> {
  const run = await poll({
    ...{ clock, signal, timeLimit: appearanceLimit },
    ask: look,
    done: (found) => found !== undefined,
    key: () => '',
    expired: unlisted,
  })
  if (run) return run
  throw unlisted()
}

function unlisted(): TabshipError {
  return new TabshipError({
    code: 'run-unlisted',
    message: 'GitHub started the build, and does not tell of it.',
    hint: "Look at GitHub's status page, and resume the deployment: the run is found again.",
    retryable: true,
  })
}

/** Looks for the run of a deployment for a moment: what was just started is not always listed at once. */
export async function findRun(
  { api }: BuildTools,
  { repository, file, deployment }: Omit<Extract<BuildCheckpoint, { kind: 'intent' }>, 'kind'>,
  context: Context,
): Promise<Run | undefined> {
  const path = `/repos/${repository}/actions/workflows/${encodeURIComponent(file)}/runs`
  const query = 'event=workflow_dispatch&per_page=100'
  const request = { purpose: 'find the run of the build', path: `${path}?${query}`, accept: [404] }
  const { clock, signal } = context
  const end = clock.now() + listingLimit
  for (let wait = 500; ; wait *= 2) {
    const answer = await api.ask(context, runsSchema, request)
    const runs = 'value' in answer ? answer.value.workflow_runs : []
    const found = runs.find(({ display_title: title }) => title === titleOf(deployment))
    if (found || clock.now() + wait > end) return found
    await clock.sleep(wait, signal)
  }
}

/** Starts a run again that came to nothing, where its user was told so, and one whose output is gone. */
async function startAgain(
  tools: BuildTools,
  fullName: string,
  { run, attempt, told }: { readonly run: Run; readonly attempt: number; readonly told: boolean },
  context: Context,
): Promise<Run> {
  // An earlier try has started it again.
  if (run.run_attempt > attempt) return run
  const last = told ? await stopped(tools, fullName, run, context) : run
  if (last.status !== 'completed') return last
  const isLost = last.conclusion === 'success' && !(await findArtifact(tools, fullName, run.id, context))
  if (!isLost && (!told || last.conclusion === 'success')) return last
  return rerun(tools, fullName, run, context)
}

/** Starts a run that has ended again, or finds that it was. */
export async function rerun(tools: BuildTools, fullName: string, run: Run, context: Context): Promise<Run> {
  const path = `/repos/${fullName}/actions/runs/${run.id}/rerun`
  const purpose = 'start the build again'
  const isNew = (one: Run | undefined) => (one && one.run_attempt > run.run_attempt ? one : undefined)
  const { made } = await createOrAdopt<Run>({
    context,
    provider: 'github',
    purpose,
    again: false,
    async create() {
      await tools.api.send(context, { purpose, method: 'POST', path })
      return appeared(async () => isNew(await readRun(tools, fullName, run.id, context)), context)
    },
    find: async () => isNew(await readRun(tools, fullName, run.id, context)),
  })
  return made
}

/** A run that is being canceled takes its time to stop. */
export function stopped(tools: BuildTools, fullName: string, run: Run, context: Context): Promise<Run> {
  const { clock, signal } = context
  return poll({
    ...{ clock, signal, timeLimit: stopLimit },
    ask: async () => (await readRun(tools, fullName, run.id, context)) ?? run,
    done: ({ status }) => status === 'completed',
    key: ({ status }) => status ?? '',
    expired: () =>
      new RequestError({
        code: 'run-unstopped',
        message: `The run ${run.html_url} was canceled and has not stopped within ${stopLimit / 60_000} minutes.`,
        hint: 'Cancel it on its page, and resume the deployment.',
        retryable: true,
        details: { url: run.html_url },
      }),
  })
}

function notStarted({ repository, commit, file }: HostBuildInput, reply: Reply): OptionsError {
  const { fullName, defaultBranch } = repository
  const said = saidIn(reply.bytes)
  const elsewhere = commit.branch !== defaultBranch
  return new OptionsError({
    code: 'build-not-started',
    message: elsewhere
      ? `GitHub does not start ${file} on ${commit.branch}: it starts by hand only what its default branch, ${defaultBranch}, holds as well (it said: ${said}).`
      : `GitHub does not start ${file} of ${fullName} (it said: ${said}).`,
    hint: elsewhere
      ? `Deploy once to ${defaultBranch} with build.where 'actions', so that it holds the workflow.`
      : `Look whether Actions are turned on in the settings of the repository (${repository.url}/settings/actions), and whether the token may run workflows.`,
    details: { repository: fullName, branch: commit.branch, file, status: reply.status, said },
  })
}
