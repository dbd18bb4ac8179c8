import { memoryContentStore } from './artifacts/content-store.js'
import { type DeployOptions, parseDeployOptions, type Settings } from './deploy-options.js'
import { createEventLog } from './engine/event-log.js'
import { type RunEnvironment, runSteps } from './engine/run-steps.js'
import type { Step } from './engine/step.js'
import { AbortedError } from './errors/aborted-error.js'
import { toTabshipError } from './errors/to-tabship-error.js'
import { createGraph, type Facts } from './graph.js'
import { planOf } from './plan.js'
import type { ContentStore } from './spec/artifact.js'
import type { DeploymentEvent, DeploymentResult, EventBody } from './spec/event.js'
import type { Plan } from './spec/plan.js'
import { detectStep } from './steps/detect.js'
import { outputStep } from './steps/output.js'
import { sourceStep } from './steps/source.js'
import { onAbort } from './toolkit/on-abort.js'
import { createRedactor } from './toolkit/redactor.js'
import { createRequests } from './toolkit/request.js'
import { systemClock } from './toolkit/system-clock.js'

/** A deployment that is under way, or over. */
export interface Deployment {
  readonly id: string
  /** Everything that happens, in order; may be read more than once, and late readers get all. Ends after `deployment-end`. */
  readonly events: AsyncIterable<DeploymentEvent>
  /** Resolves with the result; rejects with a `TabshipError`. Unhandled, it stays silent: the events tell the same. */
  readonly done: Promise<DeploymentResult>
  /** Stops the build, the requests and the remote deployment; `done` then rejects with an `AbortedError`. */
  cancel(reason?: string): void
}

/**
 * Deploys the project in the container: builds it, commits it, publishes it and proves that it is live.
 *
 * Never throws: wrong options too are told by the terminal event and by `done`.
 * @example
 * const deployment = deploy({
 *   container,
 *   git: github({ auth: githubToken, repository: 'acme/shop' }),
 *   targets: [netlify({ auth: netlifyToken, site: 'acme-shop' })],
 * })
 * for await (const event of deployment.events) render(event)
 * const { url } = await deployment.done
 */
export function deploy(options: DeployOptions): Deployment {
  const id = crypto.randomUUID()
  const clock = options?.clock ?? systemClock
  const log = createEventLog<DeploymentEvent>()
  const redactor = createRedactor()
  const controller = new AbortController()
  const start = clock.now()
  let sequence = 0
  let over = false

  function emit(step: string | null, body: EventBody): void {
    // What a step that was given up reports late belongs to no deployment any more.
    if (over) return
    over = body.type === 'deployment-end'
    const event: DeploymentEvent = { sequence, time: clock.now(), deployment: id, step, ...body }
    sequence += 1
    log.append(redactor.redact(event))
    if (over) log.close()
  }

  const cancel = (reason = 'the deployment was canceled') => {
    controller.abort(
      new AbortedError({
        code: 'aborted',
        message: reason,
        hint: 'Nothing has to be done. Deploy again when you like.',
      }),
    )
  }

  async function run(): Promise<DeploymentResult> {
    const settings = parseDeployOptions(options)
    const stop = () => cancel('the deployment was aborted by its signal')
    if (settings.signal?.aborted) stop()
    settings.signal?.addEventListener('abort', stop, { once: true })
    const { targets, git, relay } = settings
    emit(null, { type: 'deployment-start', targets: targets.map(({ name }) => name), git: git?.name ?? null })
    try {
      const send = settings.fetch ?? globalThis.fetch.bind(globalThis)
      const requestsFor = createRequests({ fetch: send, relay, clock, redactor })
      const environment = { clock, signal: controller.signal, emit, requestsFor, finished: new Map() }
      return await deployWith(settings, environment, start)
    } finally {
      settings.signal?.removeEventListener('abort', stop)
    }
  }

  const done = run().then(
    (result) => {
      emit(null, { type: 'deployment-end', outcome: 'success', result, duration: clock.now() - start })
      return result
    },
    (thrown: unknown) => {
      const error = toTabshipError(thrown)
      Object.assign(error, redactor.redact({ message: error.message, hint: error.hint, details: error.details }))
      const outcome = error instanceof AbortedError ? 'canceled' : 'failure'
      emit(null, { type: 'deployment-end', outcome, error: error.toJSON(), duration: clock.now() - start })
      throw error
    },
  )
  done.catch(() => undefined) // the terminal event tells it to those who only read the events
  return { id, events: log, done, cancel }
}

async function deployWith(settings: Settings, environment: RunEnvironment, date: number): Promise<DeploymentResult> {
  const store = memoryContentStore()
  const facts = await survey(settings, store, environment)
  const graph = createGraph(settings, facts, { store, date })
  const plan = planOf(graph.steps, facts.project.notes)
  environment.emit(null, { type: 'plan-create', plan })
  const nothing = { url: null, plan, releases: [], commits: [], verifications: [] }
  if (settings.dryRun) return { outcome: 'planned', ...nothing }
  await approved(settings, plan, environment.signal)

  const outputs = await runSteps(graph.steps, { ...environment, finished: graph.finished })
  const all = <Output>(steps: readonly Step<Output>[]) => steps.map((step) => outputOf(outputs, step))
  const releases = all(graph.releases)
  return {
    outcome: 'deployed',
    url: releases[0]?.url ?? null,
    plan,
    releases,
    commits: all(graph.commits),
    verifications: all(graph.verifications),
  }
}

/** Finds out what the plan is made from. Only reads, and only in the container. */
async function survey(settings: Settings, store: ContentStore, environment: RunEnvironment): Promise<Facts> {
  const { container, git, commit, files } = settings
  const detect = detectStep(container, settings.project)
  const committed = git !== undefined && commit.content !== 'artifacts'
  const source = committed ? sourceStep({ container, exclude: files.exclude, store, detect }) : null
  const first = await runSteps(source ? [detect, source] : [detect], environment)
  const project = outputOf(first, detect)
  const output = project.buildCommand === null ? outputStep({ container, ...files, store }, project, []) : null
  const second = output && (await runSteps([output], environment))
  return { project, source: source && outputOf(first, source), output: output && second && outputOf(second, output) }
}

async function approved({ approve }: Settings, plan: Plan, signal: AbortSignal): Promise<void> {
  if (approve === undefined) return
  let release: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => reject(signal.reason))
  })
  const answer = await Promise.race([Promise.resolve(plan).then(approve), aborted]).finally(release)
  if (answer === true) return
  throw new AbortedError({
    code: 'plan-declined',
    message: 'the plan was not approved',
    hint: 'Nothing was done. Change the options and deploy again.',
  })
}

function outputOf<Output>(outputs: ReadonlyMap<Step<unknown>, unknown>, step: Step<Output>): Output {
  return outputs.get(step) as Output
}
