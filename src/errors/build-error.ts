import { TabshipError } from './tabship-error.js'

/** A command in the container failed or gave nothing usable. Remedy: mend the project; the log is in `details`. */
export class BuildError extends TabshipError {
  override readonly name = 'BuildError'
}
