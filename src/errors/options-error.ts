import { TabshipError } from './tabship-error.js'

/** An option, a file or a setting is wrong. Remedy: change what the message names. */
export class OptionsError extends TabshipError {
  override readonly name = 'OptionsError'
}
