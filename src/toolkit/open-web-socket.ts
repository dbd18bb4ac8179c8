import type { OpenSocket } from '../spec/context.js'

/** What of the browser's `WebSocket` is used; that of the package `ws` has it, too. */
interface WebSocketLike {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'message' | 'close', listener: (event: { readonly data?: unknown }) => void): void
}

/** Opens sockets by the page's own `WebSocket`; `undefined` where there is none. */
export function browserSockets(): OpenSocket | undefined {
  const { WebSocket } = globalThis as { readonly WebSocket?: new (url: string) => WebSocketLike }
  return (
    WebSocket &&
    ((url, { opened, message, closed }) => {
      const socket = new WebSocket(url)
      socket.addEventListener('open', opened)
      socket.addEventListener('message', ({ data }) => typeof data === 'string' && message(data))
      // Follows each failure, too.
      socket.addEventListener('close', closed)
      return socket
    })
  )
}
