import { TabshipError } from './tabship-error.js'

/** A provider could not be reached or gave an answer that is none. Remedy: try again, or look at its status page. */
export class RequestError extends TabshipError {
  override readonly name = 'RequestError'
}
