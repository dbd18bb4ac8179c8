import type { Cache, Clock, Context } from '../../src/spec/context.js'
import type { DnsSource } from '../../src/spec/dns.js'
import type { EventBody } from '../../src/spec/event.js'
import { createRedactor } from '../../src/toolkit/redactor.js'
import { createRequests } from '../../src/toolkit/request.js'
import { systemClock } from '../../src/toolkit/system-clock.js'

/** What an adapter is called with in a test. */
export interface TestContextOptions<Checkpoint = unknown> {
  readonly fetch: typeof fetch
  /** @default the system's */
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** Address of a relay. */
  readonly relay?: string
  /** What an earlier run saved last. @default nothing */
  readonly saved?: Checkpoint | undefined
  /** Whether an earlier run began the same. @default false */
  readonly again?: boolean
  /** What earlier deployments remembered. @default nothing */
  readonly cache?: Cache
  /** How the DNS is asked. @default a public resolver, which no test may ask */
  readonly dns?: DnsSource
  /** Called with each checkpoint before it counts as saved. */
  readonly onSave?: (checkpoint: Checkpoint) => void
}

/** A context with real requests that remembers what it was told. */
export interface TestContext<Checkpoint = unknown> extends Context<Checkpoint> {
  /** Everything that was reported, in order. */
  readonly events: EventBody[]
  /** Every checkpoint that was saved, in order. */
  readonly checkpoints: Checkpoint[]
  /** The reported events of one type. */
  eventsOf<Type extends EventBody['type']>(type: Type): Extract<EventBody, { type: Type }>[]
}

/** A cache that lasts as long as it is held. */
export function memoryCache(): Cache {
  const values = new Map<string, unknown>()
  return {
    read: async (key) => structuredClone(values.get(key)),
    write: async (key, value) => void values.set(key, value),
  }
}

/** Makes a context as the engine makes it for a step, without an engine. */
export function testContext<Checkpoint>(options: TestContextOptions<Checkpoint>): TestContext<Checkpoint> {
  const { fetch, clock = systemClock, signal = new AbortController().signal, relay } = options
  const { saved, again = false, onSave, cache = memoryCache(), dns } = options
  const events: EventBody[] = []
  const checkpoints: Checkpoint[] = []
  const report = (event: EventBody): void => void events.push(event)
  const requests = createRequests({ fetch, relay, clock, redactor: createRedactor() })
  return {
    events,
    checkpoints,
    eventsOf: (type) =>
      events.filter((event): event is Extract<EventBody, { type: typeof type }> => event.type === type),
    signal,
    clock,
    request: requests({ signal, report }),
    relay: relay !== undefined,
    cache,
    dns,
    again,
    saved,
    save: async (checkpoint) => {
      onSave?.(checkpoint)
      checkpoints.push(checkpoint)
    },
    report,
    progress: (done, total, unit) => report({ type: 'step-progress', done, total, unit }),
  }
}
