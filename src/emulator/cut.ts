import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import type { Http2Bindings, HttpBindings } from '@hono/node-server'

/** The two sides of a request as Node serves it, over HTTP/1.1 or HTTP/2. */
export type Bindings = HttpBindings | Http2Bindings

/** Sockets of HTTP/1.1 over which a whole answer has gone. */
export type AnsweredSockets = WeakSet<Socket>

/** Cuts the connection, or with HTTP/2 the stream; `after` is sent before, without an end. */
export async function cut(
  { incoming, outgoing }: Bindings,
  answered: AnsweredSockets,
  after?: Response | undefined,
): Promise<void> {
  if (after) await sendPart(after, outgoing)
  if ('stream' in incoming) {
    incoming.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  const { socket } = incoming
  // Browsers and curl quietly send a request again when a connection that has served them before ends without a word, for it
  // may have ended before the request came. An interim answer (102) tells them that this one did not.
  if (!outgoing.headersSent && answered.has(socket)) {
    if (!incoming.readableEnded) await finished(incoming.resume()).catch(() => undefined)
    await new Promise<void>((resolve) => {
      socket.once('close', resolve)
      socket.write('HTTP/1.1 102 Processing\r\n\r\n', () => resolve())
    })
  }
  socket.destroy()
}

/** Cuts the connection where the body of an answer fails, for an answer that just ended there would pass for a whole one. */
export function cutWhereItFails(response: Response, bindings: Bindings, answered: AnsweredSockets): Response {
  const { body, status, headers } = response
  if (body === null) return response
  const reader = body.getReader()
  const watched = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const read = await reader.read().catch(() => undefined)
      if (!read) await cut(bindings, answered)
      else if (read.done) controller.close()
      else controller.enqueue(read.value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(watched, { status, headers })
}

/** Resolves when the system has the bytes, or the client has gone. */
async function sendPart(part: Response, outgoing: Outgoing): Promise<void> {
  const bytes = new Uint8Array(await part.arrayBuffer())
  outgoing.writeHead(part.status, Object.fromEntries(part.headers))
  await new Promise<void>((resolve) => {
    outgoing.once('close', resolve)
    outgoing.write(bytes, () => resolve())
  })
}

/** What the answers of HTTP/1.1 and of HTTP/2 have in common. */
interface Outgoing {
  writeHead(status: number, headers: Record<string, string>): unknown
  write(bytes: Uint8Array, written: () => void): unknown
  once(event: 'close', listener: () => void): unknown
}
