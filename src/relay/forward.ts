import { allow, type CompiledRule } from './allow-rule.js'
import { providerHeaders } from './headers.js'
import type { RelaySettings } from './options.js'
import { Refusal } from './refusal.js'

const redirectStatuses = [301, 302, 303, 307, 308]
const mostRedirects = 3
const slowestUpload = 64 // bytes a millisecond

/** A provider's answer whose body has not been read, and the address that gave it. */
export interface Answer {
  readonly response: Response
  readonly url: URL
  readonly body: ReadableStream<Uint8Array> | null
}

/**
 * Sends a request to the provider, streaming both ways: no body is ever held.
 * @throws Refusal when there is no answer that may be passed on
 */
export async function forward(
  request: Request,
  address: URL,
  rules: readonly CompiledRule[],
  settings: RelaySettings,
): Promise<Answer> {
  const controller = new AbortController()
  const leave = () => controller.abort(request.signal.reason)
  if (request.signal.aborted) leave()
  request.signal.addEventListener('abort', leave, { once: true })
  let late = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (milliseconds: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      late = true
      controller.abort()
    }, milliseconds)
  }
  const upload = limitUpload(request, settings.maxRequestBytes, () => wait(settings.timeLimit))
  wait(settings.timeLimit + Number(upload.length) / slowestUpload)
  try {
    const { response, url } = await follow(request, address, upload, rules, settings, controller.signal)
    const body = response.body === null ? null : watch(response.body, settings.timeLimit, controller)
    return { response, url, body }
  } catch (error) {
    controller.abort()
    if (upload.exceeded()) throw tooLarge(settings.maxRequestBytes)
    if (error instanceof Refusal) throw error
    if (late) {
      const message = `${address.host} did not answer in time.`
      throw new Refusal('relay-upstream-timeout', message, 'Try again later, or raise `timeLimit` of the relay.')
    }
    const message = `The relay could not reach ${address.host}.`
    throw new Refusal(
      'relay-upstream-unreachable',
      message,
      'Try again; if it persists, see the status of the provider.',
    )
  } finally {
    clearTimeout(timer)
  }
}

interface Upload {
  readonly body: ReadableStream<Uint8Array> | null
  /** As declared; `null` where it is not, or where there is no body. */
  readonly length: string | null
  exceeded(): boolean
}

/** A body of declared length goes on as the platform's own stream, which keeps the length; any other is counted as it flows. */
function limitUpload(request: Request, most: number, onChunk: () => void): Upload {
  const length = request.headers.get('content-length')
  if (request.method === 'GET' || request.method === 'HEAD' || request.body === null || length === '0') {
    return { body: null, length: null, exceeded: () => false }
  }
  if (length !== null) {
    if (!(Number(length) <= most)) throw tooLarge(most)
    return { body: request.body, length, exceeded: () => false }
  }
  let size = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength
      onChunk()
      if (size > most) controller.error(tooLarge(most))
      else controller.enqueue(chunk)
    },
  })
  return { body: request.body.pipeThrough(counter), length, exceeded: () => size > most }
}

function tooLarge(most: number): Refusal {
  const message = `The request is larger than the ${most} bytes that this relay passes on.`
  return new Refusal('relay-body-too-large', message, 'Send less at once, or raise `maxRequestBytes` of the relay.')
}

/** Follows redirects of reads as far as the rules reach. Elsewhere a redirect could lead a token out of them. */
async function follow(
  request: Request,
  address: URL,
  upload: Upload,
  rules: readonly CompiledRule[],
  settings: RelaySettings,
  signal: AbortSignal,
): Promise<{ response: Response; url: URL }> {
  const headers = providerHeaders(request)
  if (upload.length !== null) headers.set('content-length', upload.length)
  const { fetch: send } = settings
  let url = address
  for (let redirects = 0; ; redirects++) {
    const init: RequestInit & { duplex?: 'half' } = { method: request.method, headers, redirect: 'manual', signal }
    if (upload.body !== null) Object.assign(init, { body: upload.body, duplex: 'half' })
    const response = await send(url.href, init)
    const location = response.headers.get('location')
    if (!redirectStatuses.includes(response.status) || location === null) return { response, url }
    await response.body?.cancel()
    const next = redirectTarget(request.method, url, location, rules)
    if (redirects === mostRedirects) throw redirectRefused(url, `more than ${mostRedirects} times`, next.host)
    if (next.origin !== url.origin) headers.delete('authorization')
    url = next
  }
}

function redirectTarget(method: string, from: URL, location: string, rules: readonly CompiledRule[]): URL {
  if (!URL.canParse(location, from)) throw redirectRefused(from, 'to an address that can not be read', null)
  const next = new URL(location, from)
  if (method !== 'GET' && method !== 'HEAD') throw redirectRefused(from, 'a request that changes things', next.host)
  if (next.username !== '' || next.password !== '') throw redirectRefused(from, 'with user information', next.host)
  try {
    return allow(rules, { protocol: next.protocol, host: next.host, path: next.pathname + next.search }, method)
  } catch (error) {
    if (error instanceof Refusal) throw redirectRefused(from, 'to where this relay does not go', next.host)
    throw error
  }
}

/** Names hosts only: paths and queries of redirects hold signatures. */
function redirectRefused(from: URL, what: string, to: string | null): Refusal {
  const message = `${from.host} redirects ${what}${to === null ? '' : ` (${to})`}.`
  return new Refusal('relay-redirect-refused', message, 'Use the address that the resource has now.')
}

/** Passes a body on piece by piece as the page takes it; ends the request when the provider falls silent or the page goes. */
function watch(
  body: ReadableStream<Uint8Array>,
  timeLimit: number,
  upstream: AbortController,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const timer = setTimeout(() => upstream.abort(new Error('The provider fell silent.')), timeLimit)
        try {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } finally {
          clearTimeout(timer)
        }
      },
      async cancel(reason) {
        upstream.abort(reason)
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
