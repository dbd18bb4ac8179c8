import { toTabshipError } from './errors/to-tabship-error.js'
import type { EventBody } from './spec/event.js'

/** The warning for a journal that does not take what it should: the deployment goes on, for it is worth more than its record. */
export function notKept(thrown: unknown): EventBody {
  const { message, hint } = toTabshipError(thrown)
  return {
    type: 'warning',
    code: 'journal-not-written',
    message: `What this deployment does cannot be written down: ${message}`,
    hint: `${hint} The deployment goes on, but a closed tab may lose it.`,
  }
}
