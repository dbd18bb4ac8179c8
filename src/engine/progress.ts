import type { Clock, Context } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'

/** Milliseconds between two progress events of one step: a bar needs no more, and ten thousand files must not make as many. */
const interval = 100

/** Thins out progress reports; the last one of a step is never lost. */
export function createProgress(
  clock: Clock,
  report: (event: EventBody) => void,
): { report: Context['progress']; flush(): void } {
  let reportedAt = Number.NEGATIVE_INFINITY
  let pending: EventBody | undefined
  const flush = () => {
    if (pending) report(pending)
    pending = undefined
  }
  return {
    flush,
    report(done, total, unit) {
      pending = { type: 'step-progress', done, total, unit }
      if (clock.now() - reportedAt < interval && done < total) return
      reportedAt = clock.now()
      flush()
    },
  }
}
