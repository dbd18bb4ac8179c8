import type { Clock } from '../spec/context.js'

/** What holds back all requests of an account. */
export interface Hold {
  /** Milliseconds since the epoch at which it ends. */
  readonly until: number
  readonly reason: string
}

/** What all requests to one provider for one account share. */
export interface Budget {
  /** What holds requests back now. */
  held(): Hold | undefined
  /** Holds all requests back. A hold that ends sooner than the one there is changes nothing. */
  hold(hold: Hold): void
  /** Milliseconds that one of those who wait stays longer, drawn anew each time, so that they don't all leave at once. */
  spread(): number
  /** Takes one repetition; `false` where there is none left. */
  takeRetry(): boolean
  /** Gives half a repetition back, for a request that was answered. */
  giveBack(): void
}

/** What a budget tells the other tabs. */
export type BudgetChange = { readonly hold: Hold } | { readonly retries: number }

/** A budget with what keeps it equal to the same one in other tabs. */
export interface SharedBudget extends Budget {
  /** What another tab changed. */
  apply(change: BudgetChange): void
  /** What a tab that knows nothing yet must be told. */
  state(): { readonly hold: Hold | undefined; readonly retries: number }
  /** Takes over what another tab knows, as far as it is stricter. */
  merge(retries: number): void
}

/** How budgets are kept. */
export interface BudgetOptions {
  readonly clock: Clock
  /** From 0 to less than 1. */
  readonly random: () => number
  /** Repetitions at the start, and at the most. */
  readonly retries: number
  /** Tells the other tabs. */
  tell(change: BudgetChange): void
}

/** Milliseconds within which those who waited for the end of a hold leave. */
const spread = 2000
/** Milliseconds: GitHub's window. After it a request is sent to hear it again, should a provider have meant something else. */
const longestHold = 3_600_000
/** Repetitions that come back by themselves: enough to find out that a provider which was down is up again. */
const retriesPerMinute = 20
const retriesPerAnswer = 0.5

/** The budget of one provider and account. */
export function createBudget({ clock, random, retries: most, tell }: BudgetOptions): SharedBudget {
  let current: Hold | undefined
  let left = most
  let since = clock.now()

  function change(by: number): void {
    const now = clock.now()
    const refill = (Math.max(0, now - since) / 60_000) * retriesPerMinute
    left = Math.max(0, Math.min(most, Math.min(most, left + refill) + by))
    since = now
  }

  function prolong({ until, reason }: Hold): boolean {
    const end = Math.min(until, clock.now() + longestHold)
    if (end <= (current?.until ?? clock.now())) return false
    current = { until: end, reason }
    return true
  }

  const held = () => {
    if (current && current.until <= clock.now()) current = undefined
    return current
  }

  return {
    held,
    hold(hold) {
      if (prolong(hold)) tell({ hold })
    },
    spread: () => Math.round(random() * spread),
    takeRetry() {
      change(0)
      if (left < 1) return false
      change(-1)
      tell({ retries: -1 })
      return true
    },
    giveBack() {
      change(0)
      // A full budget is the rule: ten thousand uploads must not become ten thousand messages.
      if (left >= most) return
      change(retriesPerAnswer)
      tell({ retries: retriesPerAnswer })
    },
    apply(told) {
      if ('hold' in told) prolong(told.hold)
      else change(told.retries)
    },
    state() {
      change(0)
      return { hold: held(), retries: left }
    },
    merge(retries) {
      change(0)
      left = Math.min(left, Math.max(0, retries))
    },
  }
}

/** A budget without an end, for requests that share nothing. */
export const boundless: Budget = {
  held: () => undefined,
  hold: () => undefined,
  spread: () => 0,
  takeRetry: () => true,
  giveBack: () => undefined,
}
