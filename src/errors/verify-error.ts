import { TabshipError } from './tabship-error.js'

/** What the address serves is not what was built. Remedy: compare `details.expected` with `details.received`. */
export class VerifyError extends TabshipError {
  override readonly name = 'VerifyError'
}
