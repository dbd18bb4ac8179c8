import type { Clock, RequestOptions } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import { accountOf, authorize } from './authorize.js'
import { type Budget, boundless } from './budget.js'
import type { Budgets } from './budgets.js'
import type { Connection } from './connection.js'
import type { Redactor } from './redactor.js'
import type { RetryPolicy } from './retry.js'
import { heldBack } from './unsent-error.js'

/** For whom a request is sent: whose signal ends it, and who is told of waits. */
export interface RequestCaller {
  readonly signal: AbortSignal
  report(event: EventBody): void
}

/** What a try may be sent with, now. */
export interface Pass {
  readonly authorization: string | undefined
  readonly budget: Budget
}

/** Where every try waits until it may be sent. */
export interface Gate {
  /**
   * Asks for the token of a request, once there is a network.
   * @throws AuthError `token-unavailable`, and what the function that gives the token throws.
   */
  authorize(options: RequestOptions, caller: RequestCaller): Promise<string | undefined>
  /**
   * Waits for the network, and for the end of what holds the account back.
   * @param known The token where it has just been asked for.
   * @throws QuotaError `rate-limited` where that end is too far away.
   */
  enter(options: RequestOptions, caller: RequestCaller, known: string | undefined): Promise<Pass>
}

/** What a gate is made with. */
export interface GateOptions {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly policy: RetryPolicy
  readonly connection: Connection
  readonly budgets: Budgets | undefined
}

/** Milliseconds: a wait that is longer is told. */
const silentWait = 2000

/** The gate of one deployment's requests. */
export function createGate({ clock, redactor, policy, connection, budgets }: GateOptions): Gate {
  const accounts = new Map<string, Promise<string>>()

  async function budgetOf({ provider, url }: RequestOptions, authorization: string | undefined): Promise<Budget> {
    if (!budgets) return boundless
    // Where there is no token, providers count by address, and each host counts for itself.
    if (authorization === undefined) return budgets.of(provider, new URL(url).host)
    const account = accounts.get(authorization) ?? accountOf(authorization)
    accounts.set(authorization, account)
    return budgets.of(provider, await account)
  }

  async function askToken(options: RequestOptions, { signal }: RequestCaller): Promise<string | undefined> {
    for (;;) {
      await connection.ready(signal)
      const seen = connection.observe()
      try {
        return await authorize(options, { clock, redactor, signal })
      } catch (error) {
        signal.throwIfAborted()
        // Without a network, an IDE can't renew the token either.
        if (!seen.broken) throw error
      } finally {
        seen.end()
      }
    }
  }

  return {
    authorize: askToken,
    async enter(options, caller, known) {
      const { provider, purpose } = options
      let given = known
      for (let waits = 1; ; waits += 1) {
        const authorization = given ?? (await askToken(options, caller))
        // A token may run out during a wait.
        given = undefined
        const budget = await budgetOf(options, authorization)
        await connection.ready(caller.signal)
        const hold = budget.held()
        if (!hold) return { authorization, budget }
        const left = hold.until - clock.now()
        // As often as a request is repeated: a provider that limits without an end is no reason to wait without an end.
        if (left > (options.patience ?? policy.patience) || waits > policy.attempts) throw heldBack(options, hold)
        const wait = left + budget.spread()
        const until = clock.now() + wait
        if (wait > silentWait) caller.report({ type: 'request-wait', provider, purpose, until, reason: hold.reason })
        await clock.sleep(wait, caller.signal)
      }
    },
  }
}
