import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { type GitStream, streamGit } from './git-stream.js'

/** One request to git's own smart HTTP server. */
export interface GitBackendRequest {
  readonly request: Request
  /** Folder that holds the bare repositories. */
  readonly root: string
  /** Path below `root` and the service asked of it: `/owner/name.git/info/refs`. */
  readonly path: string
  /** Who pushes, for hooks and the reflog; `null`: nobody, and git itself refuses pushes. */
  readonly user: string | null
  /** The whole environment of the process, beside what CGI adds. */
  readonly environment: Readonly<Record<string, string>>
  /** Called when the process has ended and before the answer does, so that a client that has it sees what came of it. */
  readonly ended?: () => void | Promise<void>
}

/**
 * Answers a request with `git http-backend` (git-http-backend(1)), as a web server does over CGI (RFC 3875): both bodies are
 * streamed. A client that leaves ends the process.
 *
 * @throws where git can't be started or ends without an answer.
 */
export async function runGitBackend(options: GitBackendRequest): Promise<Response> {
  const { request } = options
  // A group of its own, so that what http-backend starts (receive-pack, index-pack) ends with it.
  const detached = process.platform !== 'win32'
  const child = streamGit(['http-backend'], { env: variables(options), cwd: process.cwd(), detached })
  request.signal.addEventListener('abort', child.stop)
  const finish = async (): Promise<void> => {
    await child.closed
    request.signal.removeEventListener('abort', child.stop)
    await options.ended?.()
  }
  feed(request, child)

  const output = child.output[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const head = await readHead(output)
  if (!head) {
    await finish()
    throw new Error(`git http-backend ended without an answer: ${(await child.closed).trim() || 'it said nothing'}`)
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      if (head.rest.length > 0) controller.enqueue(new Uint8Array(head.rest))
    },
    pull: async (controller) => {
      const { done, value } = await output.next()
      if (!done) {
        controller.enqueue(new Uint8Array(value))
        return
      }
      await finish()
      controller.close()
    },
    cancel: async () => {
      child.stop()
      await finish()
    },
  })
  return new Response(body, { status: head.status, headers: head.headers })
}

/** The meta-variables of RFC 3875 that http-backend reads. */
function variables({ request, root, path, user, environment }: GitBackendRequest): Record<string, string> {
  const { headers } = request
  const given: Record<string, string | null> = {
    REQUEST_METHOD: request.method,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: new URL(request.url).search.slice(1),
    CONTENT_TYPE: headers.get('content-type'),
    CONTENT_LENGTH: headers.get('content-length'),
    HTTP_CONTENT_ENCODING: headers.get('content-encoding'),
    GIT_PROTOCOL: headers.get('git-protocol'),
    GIT_HTTP_MAX_REQUEST_BUFFER: '100M',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: user,
  }
  const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null)
  return { ...environment, ...Object.fromEntries(set) }
}

function feed(request: Request, { input, stop }: GitStream): void {
  if (!request.body) {
    input.on('error', () => {}).end()
    return
  }
  const source = Readable.fromWeb(request.body as unknown as NodeReadableStream)
  pipeline(source, input).catch((error: NodeJS.ErrnoException) => {
    // git answers a request that it refuses without reading all of it; anything else is a client that left.
    if (error.code !== 'EPIPE') stop()
  })
}

interface Head {
  readonly status: number
  readonly headers: Headers
  /** What came of the body together with the headers. */
  readonly rest: Buffer
}

async function readHead(output: AsyncIterator<Buffer>): Promise<Head | undefined> {
  let read: Buffer = Buffer.alloc(0)
  for (;;) {
    const { done, value } = await output.next()
    if (done) return undefined
    read = Buffer.concat([read, value])
    const at = read.indexOf('\r\n\r\n')
    if (at >= 0) return { ...parseHead(read.toString('latin1', 0, at)), rest: read.subarray(at + 4) }
  }
}

function parseHead(text: string): Omit<Head, 'rest'> {
  const headers = new Headers()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const status = Number.parseInt(headers.get('status') ?? '200', 10)
  headers.delete('status')
  return { status, headers }
}
