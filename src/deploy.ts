import { memoryContentStore } from './artifacts/content-store.js'
import { type DeployOptions, isClock, parseDeployOptions, type Settings } from './deploy-options.js'
import { createEventLog } from './engine/event-log.js'
import { type RunEnvironment, runSteps } from './engine/run-steps.js'
import { outputOf, type Step } from './engine/step.js'
import { AbortedError } from './errors/aborted-error.js'
import { OptionsError } from './errors/options-error.js'
import type { TabshipError } from './errors/tabship-error.js'
import { toTabshipError } from './errors/to-tabship-error.js'
import { createGraph, type Given } from './graph.js'
import { planOf, warningsOf } from './plan.js'
import { redactOutput } from './redact-output.js'
import type { DeploymentEvent, DeploymentResult, EventBody } from './spec/event.js'
import type { Plan } from './spec/plan.js'
import { createStanding, type Standing } from './standing.js'
import { surveyProject } from './survey.js'
import { onAbort } from './toolkit/on-abort.js'
import { createRedactor, type Redactor } from './toolkit/redactor.js'
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
  const clock = isClock(options?.clock) ? options.clock : systemClock
  const log = createEventLog<DeploymentEvent>()
  const redactor = createRedactor()
  const withoutSecrets = redactOutput(redactor)
  const standing = createStanding()
  const controller = new AbortController()
  const start = clock.now()
  let sequence = 0
  let over = false

  function emit(step: string | null, body: EventBody): void {
    // What a step that was given up reports late belongs to no deployment any more.
    if (over) return
    over = body.type === 'deployment-end'
    standing.note(body)
    for (const part of withoutSecrets(body)) {
      const event: DeploymentEvent = { sequence, time: clock.now(), deployment: id, step, ...part }
      sequence += 1
      log.append(redactor.redact(event))
    }
    if (over) log.close()
  }

  const cancel = (message = 'The deployment was canceled.') => controller.abort(aborted('aborted', message))

  async function run(): Promise<DeploymentResult> {
    const settings = parseDeployOptions(options)
    const release =
      settings.signal && onAbort(settings.signal, () => cancel('The deployment was aborted by its signal.'))
    const { targets, git, relay } = settings
    for (const secret of secretsOf(settings)) redactor.remember(secret)
    const names = targets.map(({ name }) => name)
    emit(null, { type: 'deployment-start', version: 1, targets: names, git: git?.name ?? null })
    try {
      const send = settings.fetch ?? globalThis.fetch.bind(globalThis)
      const requestsFor = createRequests({ fetch: send, relay, clock, redactor })
      const environment = { clock, signal: controller.signal, emit, requestsFor, finished: new Map() }
      return await deployWith(settings, environment, { deployment: id, date: start })
    } finally {
      release?.()
    }
  }

  const done = run().then(
    (result) => {
      emit(null, { type: 'deployment-end', outcome: 'success', result, duration: clock.now() - start })
      return result
    },
    (thrown: unknown) => {
      const error = withStanding(toTabshipError(thrown), standing, redactor)
      const outcome = error instanceof AbortedError ? 'canceled' : 'failure'
      emit(null, { type: 'deployment-end', outcome, error: error.toJSON(), duration: clock.now() - start })
      throw error
    },
  )
  done.catch(() => undefined) // the terminal event tells it to those who only read the events
  return { id, events: log, done, cancel }
}

/** What no event may show, even before it is first sent. */
function secretsOf({ targets, git, build }: Settings): string[] {
  const tokens = [...targets, ...(git ? [git] : [])].flatMap((port) => port.secrets?.() ?? [])
  return [...tokens, ...build.secrets.flatMap((name) => build.env[name] ?? [])]
}

async function deployWith(
  settings: Settings,
  environment: RunEnvironment,
  identity: Pick<Given, 'deployment' | 'date'>,
): Promise<DeploymentResult> {
  const store = memoryContentStore()
  const facts = await surveyProject(settings, store, environment)
  const graph = createGraph(settings, facts, { store, ...identity })
  const plan = planOf(graph.steps, warningsOf(facts.project))
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

async function approved({ approve }: Settings, plan: Plan, signal: AbortSignal): Promise<void> {
  if (approve === undefined) return
  let release: () => void = () => undefined
  const over = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => reject(signal.reason))
  })
  const asked = Promise.resolve(plan).then(approve).catch(approveFailed)
  const answer = await Promise.race([asked, over]).finally(release)
  if (answer !== true) throw aborted('plan-declined', 'The plan was not approved.')
}

function approveFailed(cause: unknown): never {
  throw new OptionsError({
    code: 'approve-failed',
    message: `The option deploy.approve failed: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Mend the function that is given as approve. Nothing was done.',
    cause,
  })
}

function aborted(code: string, message: string): AbortedError {
  return new AbortedError({ code, message, hint: 'Nothing is running any more. Deploy again when you like.' })
}

/** Adds what stands to an error that ends a deployment, and takes every secret out of what it says. */
function withStanding(error: TabshipError, { done }: Standing, redactor: Redactor): TabshipError {
  const stands = error instanceof AbortedError && done.length > 0
  const hint = stands ? `${error.hint} This was done before and stands: ${done.join('; ')}.` : error.hint
  const details = done.length > 0 ? { ...error.details, done: [...done] } : error.details
  return Object.assign(error, redactor.redact({ message: error.message, hint, details }))
}
