import { TabshipError } from '../../src/errors/tabship-error.js'

/** The error that the work ends with. Fails the test where it ends well, or with an error that is not Tabship's. */
export async function thrownBy(work: Promise<unknown>): Promise<TabshipError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (!outcome) throw new Error('an error was expected, but the work ended well')
  if (!TabshipError.isInstance(outcome.error)) throw outcome.error
  return outcome.error
}
