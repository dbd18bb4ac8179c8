import { RequestError } from '../errors/request-error.js'
import type { Clock, Reply, RequestOptions, SendRequest } from '../spec/context.js'
import type { Network } from '../spec/network.js'
import type { Budget } from './budget.js'
import type { Budgets } from './budgets.js'
import { createCarrier } from './carrier.js'
import { alwaysOnline, createConnection, type Observation } from './connection.js'
import { createGate, type Pass, type RequestCaller } from './gate.js'
import { nameOf, sentenceNameOf } from './name-of.js'
import type { Redactor } from './redactor.js'
import { replyError } from './reply-error.js'
import * as retry from './retry.js'
import type { sendWithProgress } from './send-with-progress.js'
import { notRepeated } from './unsent-error.js'
import { withTimeLimit } from './with-time-limit.js'

export type { RequestCaller } from './gate.js'

/** What the requests of one deployment are sent with. */
export interface RequestEnvironment {
  readonly fetch: typeof fetch
  /** Sends what is to be watched while it leaves. @default fetch, which tells nothing before the end */
  readonly upload?: typeof sendWithProgress
  /** Address of the IDE's relay, for hosts that send no CORS headers. */
  readonly relay: string | undefined
  readonly clock: Clock
  readonly redactor: Redactor
  readonly policy?: retry.RetryPolicy
  /** What is shared with other deployments and tabs. Without it, limits are each request's own. */
  readonly budgets?: Budgets
  /** Without it, the device is taken to be online. */
  readonly network?: Network
  /** From 0 to less than 1. @default Math.random */
  readonly random?: () => number
}

/**
 * The only place that fetches. Gives, for each caller, a function that sends a request, repeats it where that is safe, and
 * throws a typed error for every answer that is none. One call serves one deployment, whose repetitions are counted together.
 */
export function createRequests(environment: RequestEnvironment): (caller: RequestCaller) => SendRequest {
  const { clock, redactor, budgets, network, policy = retry.defaultRetryPolicy, random = Math.random } = environment
  const carrier = createCarrier(environment.fetch, environment.relay, environment.upload)
  const connection = network ? createConnection({ clock, random, network }) : alwaysOnline
  const gate = createGate({ clock, redactor, policy, connection, budgets })
  /** Of the whole deployment. */
  const counts = { retries: 0, answers: 0 }

  /** One try: a reply of any status, or the error of a lost answer where the request may be repeated after one. */
  async function tryOnce(
    options: RequestOptions,
    caller: RequestCaller,
    { authorization, budget }: Pass,
    seen: Observation,
  ): Promise<Reply | RequestError> {
    const { timeLimit: milliseconds = 30_000 } = options
    const expired = () => timedOut(options, milliseconds)
    const headers = headersOf(options, authorization)
    const cargo = { headers, body: bodyOf(options), offline: () => seen.broken, report: caller.report }
    try {
      const reply = await withTimeLimit({ clock, milliseconds, signal: caller.signal, expired }, (signal) =>
        carrier.send(options, { ...cargo, signal }),
      )
      const limit = retry.statedLimit(reply, clock)
      if (limit) budget.hold({ until: clock.now() + limit.wait, reason: limit.reason })
      if (retry.isAnswer(reply, options)) options.check?.(reply)
      return reply
    } catch (error) {
      // An abort is the caller's; everything else that was thrown is the network's.
      caller.signal.throwIfAborted()
      if (!(error instanceof RequestError) || !error.retryable || !retry.isIdempotent(options)) throw error
      return error
    }
  }

  /** The wait before the next try, in milliseconds; throws where there is none. */
  function waitAfter(outcome: Reply | RequestError, options: RequestOptions, budget: Budget, failures: number): number {
    const lost = outcome instanceof RequestError
    const asked = lost ? undefined : retry.requestedWait(outcome, clock)
    const error = lost ? outcome : replyError(outcome, options, asked, environment)
    const may = lost || retry.mayRepeat(outcome, options, asked)
    if (!may || failures >= policy.attempts || (asked ?? 0) > (options.patience ?? policy.patience)) throw error
    if (counts.retries >= retry.mostRetries(policy, counts.answers))
      throw notRepeated(error, 'deployment', failures - 1)
    // Where the provider itself says when to come back, coming back then harms nobody.
    const invited = !lost && asked !== undefined && retry.isLimit(outcome.status, asked)
    if (!invited && !budget.takeRetry()) throw notRepeated(error, 'provider', failures - 1)
    counts.retries += 1
    // A time that has passed, by a clock that differs, is no reason to ask without a pause.
    return Math.max(asked ?? 0, retry.backoff(policy, failures, random)) + (invited ? budget.spread() : 0)
  }

  return (caller) => async (options) => {
    const { provider, purpose } = options
    let mayRenew = options.authorization !== undefined
    let renewed: string | undefined
    let failures = 0
    for (let attempt = 2; ; attempt += 1) {
      const pass = await gate.enter(options, caller, renewed)
      renewed = undefined
      const seen = connection.observe()
      const outcome = await tryOnce(options, caller, pass, seen).finally(seen.end)
      const lost = outcome instanceof RequestError
      if (!lost && retry.isAnswer(outcome, options)) {
        counts.answers += 1
        pass.budget.giveBack()
        return outcome
      }
      const repeat = (until: number, reason: string) =>
        caller.report({ type: 'request-retry', provider, purpose, attempt, until, reason })
      if (lost && seen.broken) {
        // Nobody's fault, so it does not count.
        await connection.ready(caller.signal)
        repeat(clock.now(), 'offline')
        continue
      }
      const reason = lost ? outcome.code : `status ${outcome.status}`
      if (reason === 'status 401' && mayRenew) {
        mayRenew = false
        renewed = await gate.authorize(options, caller)
        if (renewed !== pass.authorization) {
          repeat(clock.now(), reason)
          continue
        }
      }
      failures += 1
      const wait = waitAfter(outcome, options, pass.budget, failures)
      repeat(clock.now() + wait, reason)
      options.onRetry?.()
      await clock.sleep(wait, caller.signal)
    }
  }
}

function headersOf(options: RequestOptions, authorization: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { ...options.headers }
  if (options.json !== undefined) headers['content-type'] ??= 'application/json'
  if (authorization !== undefined) headers.authorization = authorization
  return headers
}

function bodyOf(options: RequestOptions): RequestOptions['body'] {
  return options.json === undefined ? options.body : JSON.stringify(options.json)
}

function timedOut(options: RequestOptions, milliseconds: number): RequestError {
  return new RequestError({
    code: 'request-timeout',
    message: `${sentenceNameOf(options.provider)} did not answer the request to ${options.purpose} within ${Math.round(milliseconds / 1000)} s.`,
    hint: `Look at the status page of ${nameOf(options.provider)} and try again.`,
    retryable: true,
    details: { provider: options.provider },
  })
}
