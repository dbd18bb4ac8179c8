import type { HttpClient } from 'isomorphic-git'
import { RequestError } from '../../errors/request-error.js'
import type { Context, Reply, Transport } from '../../spec/context.js'
import { sentenceNameOf } from '../../toolkit/name-of.js'
import { excerpt } from '../../toolkit/parse-reply.js'
import { joined } from './pkt-line.js'

/** How a git server is reached. */
export interface GitConnection {
  readonly provider: string
  readonly transport: Transport
  readonly authorization: () => Promise<string>
}

/** Milliseconds for one exchange; a pack may be large and the line slow. */
export const packTimeLimit: number = 15 * 60_000

/** Sends isomorphic-git's requests the way all others go: with the relay, the retries, the limits and the redaction. */
export function createHttpClient(connection: GitConnection, context: Context): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const push = url.includes('git-receive-pack')
      const reply = await context.request({
        ...connection,
        purpose: push ? 'push to the repository' : 'read the repository',
        method: method === 'POST' ? 'POST' : 'GET',
        url,
        headers,
        ...(body && { body: await concatenate(body) }),
        // Asking for objects changes nothing; a push is sent once, and adopted if its answer is lost.
        idempotent: !(push && method === 'POST'),
        timeLimit: packTimeLimit,
        check: (reply) => checkGit(reply, connection.provider),
      })
      return {
        url,
        method,
        headers: Object.fromEntries(reply.headers),
        body: once(reply.bytes),
        statusCode: reply.status,
        statusMessage: '',
      }
    },
  }
}

/**
 * Smart HTTP names its types (gitprotocol-http, "Smart Clients"), and all that it says is in packets; anything else was not
 * said by a git server, or not to its end.
 */
export function checkGit(reply: Reply, provider: string): void {
  const type = reply.headers.get('content-type') ?? ''
  if (!type.startsWith('application/x-git-') || !isPacketed(reply.bytes)) throw notGit(reply, provider)
}

/**
 * Whether bytes are whole packets: four hexadecimal digits with the length, themselves counted (gitprotocol-common, "pkt-line").
 * The last of an answer is a flush packet, by which one that was cut between two packets is known.
 */
function isPacketed(bytes: Uint8Array): boolean {
  let offset = 0
  let length = Number.NaN
  while (offset < bytes.length) {
    const digits = String.fromCharCode(...bytes.subarray(offset, offset + 4))
    if (!/^[0-9a-f]{4}$/i.test(digits)) return false
    // 0 to 3 end a list and have no content.
    length = Number.parseInt(digits, 16)
    offset += Math.max(4, length)
  }
  return length === 0 && offset === bytes.length
}

function notGit(reply: Reply, provider: string): RequestError {
  return new RequestError({
    code: 'reply-malformed',
    message: `${sentenceNameOf(provider)} answered not as a git server does but with "${excerpt(reply.bytes, 80)}".`,
    hint: 'Something in between may answer in its place (a proxy, a sign-in page), or the address of the git server is wrong.',
    retryable: true,
    details: { provider, status: reply.status, contentType: reply.headers.get('content-type') },
  })
}

async function* once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes
}

async function concatenate(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of parts) chunks.push(chunk)
  return joined(chunks)
}
