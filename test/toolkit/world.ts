import { vi } from 'vitest'
import type { Reply, RequestOptions } from '../../src/spec/context.js'
import type { EventBody } from '../../src/spec/event.js'
import type { Network } from '../../src/spec/network.js'
import type { Channel, Tabs } from '../../src/spec/tabs.js'
import { type Budgets, type BudgetsOptions, createBudgets } from '../../src/toolkit/budgets.js'
import { createRedactor } from '../../src/toolkit/redactor.js'
import { createRequests, type RequestEnvironment } from '../../src/toolkit/request.js'
import { type SimulatedClock, settled, simulatedClock } from '../support/simulated-clock.js'

/** A request as a provider sees it. */
export interface Sent {
  readonly at: number
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly signal: AbortSignal
}

/** What a provider does with the request of this index: answers, or fails as `fetch` does. */
export type Provider = (sent: Sent, index: number) => Response | Promise<Response>

/** The tabs of one browser, whose deployments ask one provider. Time stands still until the test moves it. */
export interface World {
  readonly clock: SimulatedClock
  readonly network: Network & { online: boolean; readonly watched: number }
  /** What the provider was sent. */
  readonly sent: Sent[]
  /** Everything that tabs told each other. */
  readonly posted: unknown[]
  /** Opens a tab: what its deployments share. */
  tab(options?: Partial<BudgetsOptions>): Budgets
  deployment(options?: Partial<RequestEnvironment>): Deployment
  /** Lets everything run that needs no time, the hashes of tokens included. */
  quiet(): Promise<void>
  /** Moves the time on in small steps until the promise is settled, at most an hour. */
  run<Result>(promise: Promise<Result>): Promise<Result>
}

/** The requests of one deployment. */
export interface Deployment {
  /** What was reported, in order. */
  readonly events: EventBody[]
  send(options?: Partial<RequestOptions>): Promise<Reply>
  abort(reason: unknown): void
}

/** Hashes under way: they take real time, during which that of the tests must stand. */
let hashing = 0
const digest = crypto.subtle.digest.bind(crypto.subtle)
vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (algorithm, data) => {
  hashing += 1
  try {
    return await digest(algorithm, data)
  } finally {
    hashing -= 1
  }
})

export const url = 'https://api.example/sites'

export function createWorld(provider: Provider): World {
  const clock = simulatedClock()
  const { advance } = clock
  clock.advance = async (milliseconds) => {
    await quiet()
    await advance(milliseconds)
  }
  const sent: Sent[] = []
  const posted: unknown[] = []
  const network = switchable()
  const open = memoryChannels(posted)

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const signal = init?.signal ?? new AbortController().signal
    const headers = new Headers(init?.headers)
    const method = init?.method ?? 'GET'
    const authorization = headers.get('authorization') ?? undefined
    const one = { at: clock.now(), method, url: String(input), authorization, signal }
    sent.push(one)
    return provider(one, sent.length - 1)
  }

  async function quiet(): Promise<void> {
    do await settled()
    while (hashing > 0)
    await settled()
  }

  return {
    clock,
    network,
    sent,
    posted,
    quiet,
    tab: (options) => createBudgets({ clock, open, ...options }),
    deployment(options) {
      const events: EventBody[] = []
      const controller = new AbortController()
      const requestsFor = createRequests({
        fetch,
        relay: undefined,
        clock,
        redactor: createRedactor(),
        ...options,
      })
      const send = requestsFor({ signal: controller.signal, report: (event) => events.push(event) })
      return {
        events,
        abort: (reason) => controller.abort(reason),
        send: (options) => send({ provider: 'netlify', purpose: 'list the sites', method: 'GET', url, ...options }),
      }
    },
    async run(promise) {
      const state = { over: false }
      const end = () => {
        state.over = true
      }
      promise.then(end, end)
      await quiet()
      const last = clock.now() + 3_600_000
      while (!state.over && clock.now() < last) await clock.advance(500)
      return promise
    },
  }
}

/** A network that the test turns off and on. */
export function switchable(): Network & { online: boolean; readonly watched: number } {
  const callbacks = new Set<() => void>()
  let online = true
  return {
    get online() {
      return online
    },
    set online(value) {
      online = value
      for (const call of [...callbacks]) call()
    },
    get watched() {
      return callbacks.size
    },
    watch(callback) {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
  }
}

/** Channels as a browser has them: what is posted is copied, arrives later, and never at the one that posted it. */
function memoryChannels(posted: unknown[]): Tabs['open'] {
  const listeners = new Map<Channel, { name: string; listen: (message: unknown) => void }>()
  return (name, listen) => {
    const channel: Channel = {
      post(message) {
        posted.push(structuredClone(message))
        for (const [other, entry] of listeners) {
          if (other !== channel && entry.name === name) setImmediate(() => entry.listen(structuredClone(message)))
        }
      },
      close: () => void listeners.delete(channel),
    }
    listeners.set(channel, { name, listen })
    return channel
  }
}

/** An answer with a status. */
export function answer(status = 200, headers: Record<string, string> = {}, body = 'ok'): Response {
  return new Response(body, { status, headers })
}

/** What `fetch` throws where no answer comes. */
export function lost(): never {
  throw new TypeError('Failed to fetch')
}

/** An answer that never comes; the request ends with its signal. */
export function silence({ signal }: Sent): Promise<Response> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
