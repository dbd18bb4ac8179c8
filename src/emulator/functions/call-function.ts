import { type IncomingMessage, request as requestHttp } from 'node:http'
import { Readable } from 'node:stream'

/** What a function is called with. */
export interface FunctionCall {
  readonly port: number
  /** Path and query as the function is to see them. */
  readonly path: string
  readonly request: Request
  /** All that it is to get. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds after which it is given up. */
  readonly timeout: number
}

/** A function that did not answer in its time. */
export class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout'
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date'])

/** Calls a function that runs in a process of its own; its answer streams as it comes. */
export function callFunction({ port, path, request, headers, timeout }: FunctionCall): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = requestHttp({ host: '127.0.0.1', port, path, method: request.method, headers })
    const timer = setTimeout(() => outgoing.destroy(new FunctionTimeout('The function took too long')), timeout)
    const abort = (): void => void outgoing.destroy()
    request.signal.addEventListener('abort', abort, { once: true })
    outgoing.once('close', () => {
      clearTimeout(timer)
      request.signal.removeEventListener('abort', abort)
    })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => resolve(toResponse(answer, request.method)))
    if (request.body === null) outgoing.end()
    else
      Readable.fromWeb(request.body as never)
        .on('error', reject)
        .pipe(outgoing)
  })
}

function toResponse(answer: IncomingMessage, method: string): Response {
  const headers = new Headers()
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? ''
    if (!hopByHop.has(name.toLowerCase())) headers.append(name, answer.rawHeaders[index + 1] ?? '')
  }
  const status = answer.statusCode ?? 500
  const isEmpty = method === 'HEAD' || [204, 205, 304].includes(status)
  if (isEmpty) answer.resume()
  return new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), { status, headers })
}
