import { TabshipError } from './tabship-error.js'

/** Something else is where this deployment wanted to write. Remedy: decide whose it is; nothing was overwritten. */
export class ConflictError extends TabshipError {
  override readonly name = 'ConflictError'
}
