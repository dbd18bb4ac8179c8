import type { Reply, RequestOptions } from '../../src/spec/context.js'
import type { EventBody } from '../../src/spec/event.js'
import { createRedactor, type Redactor } from '../../src/toolkit/redactor.js'
import { createRequests, type RequestEnvironment } from '../../src/toolkit/request.js'
import { type SimulatedClock, simulatedClock } from '../support/simulated-clock.js'

/** Sends requests for a test, and lets the waits between tries pass at once. */
export interface Desk {
  readonly clock: SimulatedClock
  readonly redactor: Redactor
  readonly events: EventBody[]
  /** The waits between tries, in milliseconds. */
  waits(): number[]
  send(options: Partial<RequestOptions> & Pick<RequestOptions, 'url'>): Promise<Reply>
  abort(reason: unknown): void
}

/** @param onRetry What happens in place of the wait; by default it passes. */
export function createDesk(options: Partial<RequestEnvironment> = {}, onRetry?: (desk: Desk) => void): Desk {
  const clock = simulatedClock()
  const redactor = createRedactor()
  const controller = new AbortController()
  const events: EventBody[] = []
  const waits: number[] = []
  const requestsFor = createRequests({ fetch, relay: undefined, clock, redactor, ...options })
  const send = requestsFor({
    signal: controller.signal,
    report(event) {
      events.push(event)
      if (event.type !== 'request-retry') return
      waits.push(event.until - clock.now())
      if (onRetry) onRetry(desk)
      else void clock.advance(event.until - clock.now())
    },
  })
  const desk: Desk = {
    clock,
    redactor,
    events,
    waits: () => waits,
    send: (options) => send({ provider: 'netlify', purpose: 'list the sites', method: 'GET', ...options }),
    abort: (reason) => controller.abort(reason),
  }
  return desk
}
