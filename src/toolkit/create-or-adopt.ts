import { RequestError } from '../errors/request-error.js'
import type { Context } from '../spec/context.js'
import { backoff, defaultRetryPolicy } from './retry.js'

/** Something that is to be made once, and how it is known again. */
export interface CreateOrAdopt<Made> {
  readonly context: Pick<Context, 'again' | 'clock' | 'report' | 'signal'>
  readonly provider: string
  /** What is being asked, as it reads after "could not": `create the site`. */
  readonly purpose: string
  /**
   * Sends the creating request once.
   * @param uncertain Whether an earlier request may have made it, so that "there is one of that name" may mean this very one.
   */
  create(uncertain: boolean): Promise<Made>
  /** Looks for what an earlier request made. */
  find(): Promise<Made | undefined>
  /**
   * Whether an earlier run may have made it: then it is looked for before anything is sent.
   * @default context.again
   */
  readonly again?: boolean
  /** Creating requests in all. @default 5 */
  readonly attempts?: number
}

/** What was made, and whether it was found instead of answered: by a request whose answer was lost, or by an earlier run. */
export interface CreatedOrAdopted<Made> {
  readonly made: Made
  readonly adopted: boolean
}

/** Milliseconds before it is looked for a second time: what was just made may not be listed yet. */
const pause = 1000

/**
 * Creates what must not be there twice. Where the answer to a creating request is lost, it is not known whether it was carried
 * out: after a pause it is looked for, twice, and only what is not found is created again.
 * @throws what `find` throws, what `create` throws where that is an answer, and the last lost answer after all attempts.
 */
export async function createOrAdopt<Made>(options: CreateOrAdopt<Made>): Promise<CreatedOrAdopted<Made>> {
  const { context, provider, purpose, create, find, attempts = 5 } = options
  const { clock, signal } = context

  async function look(): Promise<CreatedOrAdopted<Made> | undefined> {
    const found = await find()
    if (found !== undefined) return { made: found, adopted: true }
    await clock.sleep(pause, signal)
    const late = await find()
    return late === undefined ? undefined : { made: late, adopted: true }
  }

  const again = options.again ?? context.again
  const found = again ? await look() : undefined
  if (found) return found
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { made: await create(again || attempt > 1), adopted: false }
    } catch (error) {
      signal.throwIfAborted()
      if (!isAnswerLost(error)) throw error
      const wait = backoff(defaultRetryPolicy, attempt)
      // Events tell the time of day, which a clock that stands still without a network is behind of.
      const until = (clock.time?.() ?? clock.now()) + wait
      const reason = error.code === 'reply-status' ? `status ${String(error.details.status)}` : error.code
      if (attempt < attempts)
        context.report({ type: 'request-retry', provider, purpose, attempt: attempt + 1, until, reason })
      await clock.sleep(wait, signal)
      const adopted = await look()
      if (adopted) return adopted
      if (attempt >= attempts) throw error
    }
  }
}

/** Whether an error leaves it open if the request was carried out: a lost or broken answer, a time limit, a server's failure. */
export function isAnswerLost(error: unknown): error is RequestError {
  return error instanceof RequestError && (error.retryable || error.details.status === 408)
}
