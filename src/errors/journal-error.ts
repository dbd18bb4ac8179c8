import { TabshipError } from './tabship-error.js'

/** A record of a deployment cannot be read or written. Remedy: see the message; the provider still has the truth. */
export class JournalError extends TabshipError {
  override readonly name = 'JournalError'
}
