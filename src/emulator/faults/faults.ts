import type { Clock } from '../../spec/context.js'
import type { Random } from '../random.js'
import { ConnectionReset, type Handler } from '../serve.js'
import { countBody, drain, type Finished, finish, rebuild, waitFor } from './bodies.js'
import { createRequestLog, type OpenRequest, type RequestLog } from './request-log.js'
import { type ArmedRule, armRule, type EmulatedProvider, type Fault, type FaultRule } from './rules.js'
import type { Moment, Voice } from './voice.js'
import { createVoices, gatewayPage, portalPage, type ReadableApis } from './voices.js'

/** The emulator's time; without `sleep`, late answers wait for real milliseconds. */
export type EmulatorClock = Pick<Clock, 'now'> & Partial<Pick<Clock, 'sleep'>>

/** What goes wrong in an emulator. Of the rules that are due for a request, the one that was added first has it. */
export interface Faults {
  /**
   * Lets requests fail from now on.
   *
   * @returns a function that takes the rule away again
   * @throws TypeError that says what is wrong with the rule
   */
  add(rule: FaultRule): () => void
  /** The rules that are there now, with how many requests each has hit. */
  list(): readonly { readonly rule: FaultRule; readonly hits: number }[]
  /** Takes all rules away. */
  clear(): void
}

/** Faults, with what the emulator needs to let them happen. */
export interface FaultInjection {
  readonly faults: Faults
  readonly log: RequestLog
  /** Makes the handler of a provider that logs its requests and fails where a rule says so. */
  inject(provider: EmulatedProvider, handler: Handler): Handler
}

/**
 * Makes an injection without rules.
 *
 * @param cors which answers pages may read
 * @param random where rules draw from whether they hit
 */
export function createFaultInjection(
  clock: EmulatorClock,
  cors: ReadableApis,
  random: (name: string) => Random,
): FaultInjection {
  const rules = new Set<ArmedRule>()
  let armed = 0
  const log = createRequestLog(undefined, () => clock.now())
  const voices = createVoices(cors)
  return {
    log,
    faults: {
      add: (rule) => {
        armed += 1
        const added = armRule(rule, random(`fault ${armed}`).number)
        rules.add(added)
        return () => void rules.delete(added)
      },
      list: () => [...rules].map(({ rule, hits }) => ({ rule, hits })),
      clear: () => {
        rules.clear()
        armed = 0
      },
    },
    inject: (provider, handler) => async (request) => {
      const { pathname, search, hostname } = new URL(request.url)
      const arrival = { provider, method: request.method, path: pathname + search }
      let fault: Fault | undefined
      for (const rule of rules) fault = rule.meet(arrival, fault !== undefined) ?? fault
      // Browsers remember preflights for a time of their own, so they would make every count a matter of luck.
      if (request.method === 'OPTIONS' && !fault) return dated(await handler(request), clock, 0)
      const entry = log.add({ ...arrival, host: hostname, fault: fault?.kind ?? null })
      const counted = countBody(request, (bytes) => {
        entry.bytes += bytes
      })
      try {
        const response = await strike(fault, { request: counted, handler, voice: voices[provider], clock, entry })
        entry.status = response.status
        return dated(response, clock, 0)
      } finally {
        log.end(entry)
      }
    },
  }
}

interface Incoming {
  readonly request: Request
  readonly handler: Handler
  readonly voice: Voice
  readonly clock: EmulatorClock
  readonly entry: OpenRequest
}

async function strike(fault: Fault | undefined, incoming: Incoming): Promise<Response> {
  const { request, voice, clock, entry } = incoming
  switch (fault?.kind) {
    case undefined:
      return carryOut(incoming)
    case 'refuse':
      throw new ConnectionReset()
    case 'reset-before':
      await drain(request)
      throw new ConnectionReset()
    case 'reset-after':
      await carryOutWhole(incoming)
      throw new ConnectionReset()
    case 'status':
      await (fault.carriedOut ? carryOutWhole(incoming) : drain(request))
      return failure(fault, incoming)
    case 'slow': {
      const finished = await carryOutWhole(incoming)
      await waitFor(fault.milliseconds, request.signal, clock)
      return rebuild(finished, finished.bytes)
    }
    case 'truncate': {
      const finished = await carryOutWhole(incoming)
      if (finished.bytes.length === 0) throw new ConnectionReset()
      entry.status = finished.response.status
      throw new ConnectionReset({ after: dated(half(finished, 'promised'), clock, 0) })
    }
    case 'malformed-json':
      return half(await carryOutWhole(incoming), 'whole')
    case 'html':
      await (fault.carriedOut ? carryOutWhole(incoming) : drain(request))
      return unstored(voice.page(request, 200, portalPage))
    case 'expired-token':
      await drain(request)
      return unstored(voice.tokenRefused(request, momentOf({}, clock)))
    case 'clock-skew':
      return skewed(await carryOut(incoming), clock, fault.by)
  }
}

async function carryOut({ handler, request, entry }: Incoming): Promise<Response> {
  const response = await handler(request)
  entry.carriedOut = true
  return response
}

/** Carries out and reads the answer to its end, for git has not finished before that. */
async function carryOutWhole({ handler, request, entry }: Incoming): Promise<Finished> {
  const finished = await finish(await handler(request))
  entry.carriedOut = true
  return finished
}

function failure(fault: Fault & { kind: 'status' }, { request, voice, clock }: Incoming): Response {
  const { status, retryAfter, clockSkew = 0 } = fault
  const isGateway = status >= 502 && status <= 504
  const moment = momentOf(fault, clock)
  const response = isGateway ? voice.page(request, status, gatewayPage(status)) : voice.problem(request, status, moment)
  if (typeof retryAfter === 'number') response.headers.set('Retry-After', String(retryAfter))
  else if (retryAfter) {
    // A date has whole seconds: rounded up, so that it never comes too soon.
    const time = Math.ceil((moment.now + moment.wait) / 1000) * 1000
    response.headers.set('Retry-After', new Date(time).toUTCString())
  }
  return dated(unstored(response), clock, clockSkew)
}

/** Most limits are told of in minutes. */
const minute = 60_000

function momentOf(
  { retryAfter, clockSkew = 0 }: Pick<Fault & { kind: 'status' }, 'retryAfter' | 'clockSkew'>,
  clock: EmulatorClock,
): Moment {
  const seconds = typeof retryAfter === 'object' ? retryAfter.date : retryAfter
  return { now: clock.now() + clockSkew, wait: seconds === undefined ? minute : seconds * 1000 }
}

/** An answer with half of its body, whose length is told as it is or as it was promised. */
function half(finished: Finished, length: 'promised' | 'whole'): Response {
  const { response, bytes } = finished
  // There is no half of nothing: what has no body gets the beginning of one.
  const part = bytes.length === 0 ? new TextEncoder().encode('{') : bytes.slice(0, bytes.length / 2)
  const cut = unstored(rebuild(finished, part))
  const streamed = response.body !== null && !isJson(response) && !response.headers.has('Content-Length')
  if (streamed) return cut
  cut.headers.set('Content-Length', String(length === 'promised' ? bytes.length : part.length))
  return cut
}

function isJson(response: Response): boolean {
  return /^application\/json\b/i.test(response.headers.get('Content-Type') ?? '')
}

/** Keeps browsers from giving what is broken to a later request. */
function unstored(response: Response): Response {
  for (const name of ['ETag', 'Last-Modified']) response.headers.delete(name)
  response.headers.set('Cache-Control', 'no-store')
  return response
}

function skewed(response: Response, clock: EmulatorClock, by: number): Response {
  const { headers } = response
  for (const name of ['X-RateLimit-Reset', 'RateLimit-Reset']) {
    const reset = headers.get(name)
    if (reset !== null) headers.set(name, String(Number(reset) + Math.round(by / 1000)))
  }
  for (const name of ['Retry-After', 'RateLimit-ResetTime']) {
    const told = headers.get(name) ?? ''
    const time = Date.parse(told)
    if (/[a-z]/i.test(told) && !Number.isNaN(time)) headers.set(name, new Date(time + by).toUTCString())
  }
  return dated(response, clock, by)
}

/** The emulator's clock may not be the system's, with whose time the server would date the answer. */
function dated(response: Response, clock: EmulatorClock, by: number): Response {
  const own = Date.parse(response.headers.get('Date') ?? '')
  // What a relay passes on bears its provider's date.
  const date = Number.isNaN(own) ? clock.now() : own
  if (by !== 0 || !response.headers.has('Date')) response.headers.set('Date', new Date(date + by).toUTCString())
  return response
}
