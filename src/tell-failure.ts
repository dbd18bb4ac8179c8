import type { RunEnvironment } from './engine/run-steps.js'
import { createContext } from './engine/step-context.js'
import { AbortedError } from './errors/aborted-error.js'
import { TabshipError } from './errors/tabship-error.js'
import { toTabshipError } from './errors/to-tabship-error.js'
import type { Graph } from './graph.js'
import type { Session } from './session.js'
import { withTimeLimit } from './toolkit/with-time-limit.js'

/** Milliseconds that a deployment that has failed waits for somebody to hear of it. */
const patience = 10_000

/** Tells git hosts that show what is live that a publication came to nothing. What can't be told does not hide the failure. */
export async function tellFailure(
  graph: Graph,
  thrown: unknown,
  { session, environment }: { readonly session: Session; readonly environment: RunEnvironment },
): Promise<void> {
  const error = toTabshipError(thrown)
  const said = error instanceof AbortedError ? 'The deployment was canceled.' : session.redactor.redact(error.message)
  const { clock, wallClock = clock } = environment
  for (const host of graph.hostDeployments) {
    const { signal } = new AbortController()
    try {
      await withTimeLimit({ clock: wallClock, milliseconds: patience, signal, expired }, (signal) =>
        host.fail(said, createContext(environment, { signal, report: (event) => session.emit(null, event) })),
      )
    } catch (cause) {
      const { message, hint } = toTabshipError(cause)
      const what = 'The git host was not told that the publication failed'
      session.emit(null, { type: 'warning', code: 'failure-untold', message: `${what}: ${message}`, hint })
    }
  }
}

function expired(): TabshipError {
  return new TabshipError({
    code: 'step-timeout',
    message: `it did not answer within ${patience / 1000} s.`,
    hint: 'It shows the publication as under way until the next one.',
  })
}
