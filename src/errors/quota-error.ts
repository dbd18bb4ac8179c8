import { TabshipError } from './tabship-error.js'

/** A limit of the provider is used up. Remedy: wait until the time in `details`, or raise the limit. */
export class QuotaError extends TabshipError {
  override readonly name = 'QuotaError'
}
