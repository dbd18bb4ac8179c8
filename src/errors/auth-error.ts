import { TabshipError } from './tabship-error.js'

/** A token is missing, wrong or lacks a right. Remedy: give another token. */
export class AuthError extends TabshipError {
  override readonly name = 'AuthError'
}
