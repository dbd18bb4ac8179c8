import type { Settings } from './deploy-settings.js'
import type { RunEnvironment } from './engine/run-steps.js'
import { createCache } from './journal/cache.js'
import type { Session } from './session.js'
import type { Clock } from './spec/context.js'
import type { DeploymentStorage } from './spec/storage.js'
import { type Budgets, createBudgets } from './toolkit/budgets.js'
import { browserNetwork } from './toolkit/network.js'
import { browserSockets } from './toolkit/open-web-socket.js'
import { pausingClock } from './toolkit/pausing-clock.js'
import { createRequests } from './toolkit/request.js'
import { canTellProgress, sendWithProgress } from './toolkit/send-with-progress.js'

/** What the steps of a deployment run on: its time, which stands still without a network, and its way to the providers. */
export function openEnvironment(
  session: Session,
  settings: Pick<Settings, 'relay' | 'network' | 'fetch' | 'openSocket' | 'dns'>,
  storage: DeploymentStorage,
  clock: Clock,
): { readonly environment: RunEnvironment; close(): void } {
  const { relay, network = browserNetwork() } = settings
  const { redactor, signal, emit } = session
  const send = settings.fetch ?? globalThis.fetch.bind(globalThis)
  // Who gives a `fetch` wants everything to go through it.
  const upload = settings.fetch === undefined && canTellProgress() ? { upload: sendWithProgress } : {}
  const budgets = budgetsOf(storage, clock)
  const requestsFor = createRequests({ fetch: send, ...upload, relay, clock, redactor, budgets, network })
  const pausing = pausingClock(clock, network, (event) => emit(null, event))
  const cache = createCache(storage.journal, clock)
  return {
    environment: {
      ...{ clock: pausing, wallClock: clock, signal, emit, requestsFor, cache },
      relay: relay !== undefined,
      dns: settings.dns,
      openSocket: settings.openSocket ?? (settings.fetch === undefined ? browserSockets() : undefined),
      conceal: (text) => redactor.remember(text),
      finished: new Map(),
    },
    close: () => pausing.close(),
  }
}

/** One for each storage, for as long as the page lives: what a provider asked of one deployment holds for the next. */
const shared = new WeakMap<DeploymentStorage, Budgets>()

function budgetsOf(storage: DeploymentStorage, clock: Clock): Budgets {
  const known = shared.get(storage)
  if (known) return known
  const made = createBudgets({ clock, open: (name, listen) => storage.tabs.open(name, listen) })
  shared.set(storage, made)
  return made
}
