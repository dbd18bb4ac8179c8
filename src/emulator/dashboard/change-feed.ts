/** Tells of changes, as server-sent events. */
const change = new TextEncoder().encode('event: change\ndata: {}\n\n')

/**
 * Makes a stream of server-sent events: one at once, and one for each change. Whoever reads slowly gets one for many.
 *
 * @param onChange calls its listener for each change, and gives a function that ends that
 */
export function createChangeFeed(onChange: (listener: () => void) => () => void): Response {
  let stop = (): void => undefined
  let isBehind = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(change)
      stop = onChange(() => {
        isBehind = (controller.desiredSize ?? 0) <= 0
        if (!isBehind) controller.enqueue(change)
      })
    },
    pull: (controller) => {
      if (!isBehind) return
      isBehind = false
      controller.enqueue(change)
    },
    cancel: () => stop(),
  })
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } })
}
