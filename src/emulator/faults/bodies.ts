import { setTimeout } from 'node:timers/promises'
import { ConnectionReset } from '../serve.js'
import type { EmulatorClock } from './faults.js'

/**
 * Counts the bytes of a request's body while they are read. The body is touched only then, so that a handler that does not read
 * it leaves it on the wire.
 */
export function countBody(request: Request, onBytes: (bytes: number) => void): Request {
  const { url, method } = request
  if (method === 'GET' || method === 'HEAD' || method === 'TRACE') return request
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        reader ??= request.body?.getReader()
        const { done = true, value } = (await reader?.read()) ?? {}
        if (done || !value) {
          controller.close()
          return
        }
        onBytes(value.byteLength)
        controller.enqueue(value)
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  const counted = new Request(url, { method, headers: request.headers, body, duplex: 'half' } as RequestInit)
  // A signal that is handed over would be copied, by a listener for each request.
  return Object.defineProperty(counted, 'signal', { get: () => request.signal })
}

/** Reads the body of a request to its end. */
export async function drain(request: Request): Promise<void> {
  const reader = request.body?.getReader()
  while (reader && !(await reader.read()).done);
}

/** An answer that has been read. */
export interface Finished {
  readonly response: Response
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Reads an answer to its end. */
export async function finish(response: Response): Promise<Finished> {
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
}

const withoutBody = [204, 205, 304]

/** Makes the answer once more, with these bytes. One that can't have a body becomes a 200 where there are any. */
export function rebuild({ response }: Finished, bytes: Uint8Array<ArrayBuffer>): Response {
  const { status, headers } = response
  if (!withoutBody.includes(status)) return new Response(bytes, { status, headers })
  return bytes.length === 0 ? new Response(null, { status, headers }) : new Response(bytes, { status: 200, headers })
}

/**
 * Waits, by the clock where it can sleep.
 *
 * @throws ConnectionReset when the client has left, for then there is nobody to answer.
 */
export async function waitFor(milliseconds: number, signal: AbortSignal, clock: EmulatorClock): Promise<void> {
  try {
    await (clock.sleep ? clock.sleep(milliseconds, signal) : setTimeout(milliseconds, undefined, { signal }))
  } catch (error) {
    throw signal.aborted ? new ConnectionReset() : error
  }
}
