import type { ErrorInfo } from '../spec/error.js'
import { TabshipError } from './tabship-error.js'

/** Turns whatever was thrown into an error of Tabship; a foreign one becomes `unexpected` and keeps its message and cause. */
export function toTabshipError(thrown: unknown): TabshipError {
  if (TabshipError.isInstance(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new TabshipError({
    code: 'unexpected',
    message: `Something failed that Tabship did not foresee: ${message}.`,
    hint: 'This is a defect of Tabship or of an adapter. Report it with this message and the events before it.',
    cause: thrown,
  })
}

/** The JSON form of whatever was thrown. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  return toTabshipError(thrown).toJSON()
}
