import type { Cache, Context } from '../spec/context.js'
import type { EventBody } from '../spec/event.js'
import type { RunEnvironment } from './run-steps.js'

/** What one step, or one part of its work, is told and tells. */
export interface ContextParts {
  readonly signal: AbortSignal
  report(event: EventBody): void
  /** @default nothing is reported */
  readonly progress?: Context['progress']
  /** @default nothing was saved, and nothing is kept */
  readonly saving?: Pick<Context, 'again' | 'saved' | 'save'>
}

const nothingSaved: Pick<Context, 'again' | 'saved' | 'save'> = {
  again: false,
  saved: undefined,
  save: async () => undefined,
}

const noCache: Cache = { read: async () => undefined, write: async () => undefined }

/** Makes what a step works with. */
export function createContext(environment: RunEnvironment, parts: ContextParts): Context {
  const { clock, requestsFor, relay = false, cache = noCache, dns, openSocket, conceal } = environment
  const { signal, report, progress = () => undefined, saving = nothingSaved } = parts
  const tools = { dns, openSocket, ...(conceal && { conceal }) }
  return {
    signal,
    clock,
    request: requestsFor({ signal, report }),
    relay,
    cache,
    ...tools,
    ...saving,
    report,
    progress,
  }
}
