import { TabshipError } from './tabship-error.js'

/** The deployment was canceled. Remedy: none needed. */
export class AbortedError extends TabshipError {
  override readonly name = 'AbortedError'
}
