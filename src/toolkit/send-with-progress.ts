/** A request as `fetch` takes it, whose headers are plain and whose body is whole. */
export interface ProgressInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob | Uint8Array<ArrayBuffer> | string
  readonly signal: AbortSignal
}

/** Statuses whose answers have no body (Fetch Standard, "null body status"). */
const withoutBody = new Set([101, 103, 204, 205, 304])

/** Whether the page can tell how many bytes of a request have left. */
export function canTellProgress(): boolean {
  return typeof XMLHttpRequest !== 'undefined'
}

/**
 * Sends a request as `fetch` does and tells how many bytes of its body have left, which `fetch` tells no page: uploads in
 * streams need HTTP/2 all the way, and say only what was read ahead. Cookies go along to the page's own origin alone.
 * @throws TypeError where there is no answer, as `fetch` does; the signal's reason.
 */
export function sendWithProgress(url: string, init: ProgressInit, onSent: (bytes: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method, headers, body, signal } = init
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    const settle = (act: () => void) => () => {
      signal.removeEventListener('abort', stop)
      act()
    }
    request.open(method, url)
    request.responseType = 'arraybuffer'
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded))
    request.addEventListener(
      'load',
      settle(() => resolve(responseOf(request))),
    )
    request.addEventListener(
      'error',
      settle(() => reject(new TypeError('Failed to fetch'))),
    )
    request.addEventListener(
      'abort',
      settle(() => reject(signal.reason)),
    )
    signal.throwIfAborted()
    signal.addEventListener('abort', stop)
    request.send(body)
  })
}

function responseOf(request: XMLHttpRequest): Response {
  const { status, statusText } = request
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split(/\r\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return new Response(withoutBody.has(status) ? null : (request.response as ArrayBuffer), {
    status,
    statusText,
    headers,
  })
}
