interface Scheduler {
  yield?(): Promise<void>
}

/**
 * Lets the page paint and answer before the work goes on. Timers are the last choice, because browsers slow them down to
 * one a second in a tab that is not in front, where a deployment should still go on.
 */
export function yieldToPage(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: Scheduler }
  if (scheduler?.yield) return scheduler.yield()
  if (typeof MessageChannel === 'undefined') return new Promise((resolve) => setTimeout(resolve, 0))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/**
 * Returns a function to call between two pieces of work: it yields to the page once `milliseconds` have passed since it
 * last did, and costs next to nothing otherwise.
 *
 * @param milliseconds Longest block of work. @default 10
 */
export function createPacer(milliseconds = 10): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < milliseconds) return
    await yieldToPage()
    since = performance.now()
  }
}
