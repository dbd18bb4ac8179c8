import { TabshipError } from '../errors/tabship-error.js'
import { onAbort } from '../toolkit/on-abort.js'

/** What stops the steps of a run: all of them, or those of one part. */
export interface Stops {
  /** @param part `undefined`: whatever belongs to none; its end is the end of every part. */
  of(part: string | undefined): AbortController
  /**
   * To be called when all steps have ended.
   * @throws why the run, or the first part of it, was stopped, where one was; a failure has those of other parts as `details.others`.
   */
  close(): void
}

/** @param signal Stops everything. */
export function createStops(signal: AbortSignal): Stops {
  const whole = new AbortController()
  const releases = [onAbort(signal, () => whole.abort(signal.reason))]
  const parts = new Map<string, AbortController>()
  const failures: unknown[] = []

  function partOf(name: string): AbortController {
    const known = parts.get(name)
    if (known) return known
    const part = new AbortController()
    parts.set(name, part)
    const follow = onAbort(whole.signal, () => part.abort(whole.signal.reason))
    releases.push(
      follow,
      onAbort(part.signal, () => {
        if (!whole.signal.aborted) failures.push(part.signal.reason)
      }),
    )
    return part
  }

  return {
    of: (part) => (part === undefined ? whole : partOf(part)),
    close() {
      for (const release of releases) release()
      whole.signal.throwIfAborted()
      const [first, ...others] = failures
      if (first === undefined) return
      if (TabshipError.isInstance(first) && others.length > 0) {
        const told = others.map((other) => (TabshipError.isInstance(other) ? other.toJSON() : String(other)))
        Object.assign(first, { details: { ...first.details, others: told } })
      }
      throw first
    },
  }
}
