import * as z from 'zod/mini'
import type { Clock } from '../spec/context.js'
import type { Tabs } from '../spec/tabs.js'
import { type Budget, createBudget, type SharedBudget } from './budget.js'

/** The budgets of all providers and accounts, shared by the deployments of all tabs. */
export interface Budgets {
  /** @param account Says which one it is without showing its token; other tabs are told. */
  of(provider: string, account: string): Budget
  /** Leaves the channel. What was learnt stays. */
  close(): void
}

/** What budgets are made with. */
export interface BudgetsOptions {
  readonly clock: Clock
  /** From 0 to less than 1. @default Math.random */
  readonly random?: () => number
  /** Opens a channel to the other tabs. Without it, the budgets are this tab's. */
  readonly open?: Tabs['open']
  /**
   * Repetitions that a provider and account have in store. Half a repetition comes back with every answer, and 20 with every
   * minute. @default 200, for 48 uploads side by side that each use their four
   */
  readonly retries?: number
}

const hold = z.object({ until: z.number(), reason: z.string() })
const messages = z.discriminatedUnion('type', [
  /** A tab that opens wants to know. */
  z.object({ type: z.literal('ask') }),
  z.object({ type: z.literal('state'), key: z.string(), hold: z.optional(hold), retries: z.number() }),
  z.object({ type: z.literal('hold'), key: z.string(), hold }),
  z.object({ type: z.literal('retries'), key: z.string(), retries: z.number() }),
])

/**
 * Makes the budgets of a tab, and asks the other tabs what is known. Each budget holds requests back for as long as a provider
 * wants none, and limits how often all of them together repeat what failed, so that a provider that is down is left in peace.
 */
export function createBudgets(options: BudgetsOptions): Budgets {
  const { clock, random = Math.random, retries = 200 } = options
  const budgets = new Map<string, SharedBudget>()
  const channel = options.open?.('tabship-budgets', listen)
  const post = (message: z.infer<typeof messages>) => channel?.post(message)

  function budgetOf(key: string): SharedBudget {
    const known = budgets.get(key)
    if (known) return known
    const made = createBudget({
      clock,
      random,
      retries,
      tell: (change) => post('hold' in change ? { type: 'hold', key, ...change } : { type: 'retries', key, ...change }),
    })
    budgets.set(key, made)
    return made
  }

  function listen(data: unknown): void {
    const { data: message } = messages.safeParse(data)
    // Another version of the library, in a tab that is older or newer, may say what this one does not understand.
    if (!message) return
    if (message.type === 'ask') {
      for (const [key, budget] of budgets) post({ type: 'state', key, ...budget.state() })
      return
    }
    const budget = budgetOf(message.key)
    if (message.type === 'state') {
      if (message.hold) budget.apply({ hold: message.hold })
      budget.merge(message.retries)
    } else {
      budget.apply(message)
    }
  }

  post({ type: 'ask' })
  return {
    of: (provider, account) => budgetOf(`${provider}:${account}`),
    close: () => channel?.close(),
  }
}
