import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/errors/auth-error.js'
import { RequestError } from '../../src/errors/request-error.js'
import { type CreateOrAdopt, createOrAdopt } from '../../src/toolkit/create-or-adopt.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'

const lost = (code = 'network-unreachable'): RequestError =>
  new RequestError({ code, message: 'lost', hint: 'again', retryable: true })
const status = (number: number): RequestError => {
  const details = { status: number }
  return new RequestError({ code: 'reply-status', message: 'no', hint: '', retryable: number >= 500, details })
}

/** A host on which each create goes as told, and each look at it finds what is told; nothing once they are used up. */
function start(
  creations: readonly (string | Error)[],
  findings: readonly (string | undefined)[],
  options: Partial<CreateOrAdopt<string>> & { signal?: AbortSignal } = {},
) {
  const { signal, ...rest } = options
  const clock = hurriedClock()
  const context = testContext({ fetch, clock, ...(signal && { signal }) })
  const log: string[] = []
  const [left, seen] = [[...creations], [...findings]]
  const result = createOrAdopt<string>({
    context,
    provider: 'netlify',
    purpose: 'create the site shop',
    create: async (uncertain) => {
      log.push(uncertain ? 'create, uncertain' : 'create')
      const outcome = left.shift() ?? lost()
      if (typeof outcome === 'string') return outcome
      throw outcome
    },
    find: async () => {
      log.push('find')
      return seen.shift()
    },
    ...rest,
  })
  result.catch(() => undefined) // each test looks at it when it likes
  return { result, log, context, clock }
}

describe('creating or adopting', () => {
  it('creates at once where nothing stands in the way, and looks for nothing', async () => {
    const { result, log } = start(['site'], [])
    expect(await result).toEqual({ made: 'site', adopted: false })
    expect(log).toEqual(['create'])
  })

  it('adopts what a request made whose answer was lost', async () => {
    const { result, log } = start([lost(), 'a second one'], ['site'])
    expect(await result).toEqual({ made: 'site', adopted: true })
    expect(log).toEqual(['create', 'find'])
  })

  it('looks twice, since what was just made may not be listed yet', async () => {
    const { result, log, clock } = start([lost(), 'a second one'], [undefined, 'site'])
    const before = clock.now()
    expect(await result).toEqual({ made: 'site', adopted: true })
    expect(log).toEqual(['create', 'find', 'find'])
    expect(clock.now() - before).toBeGreaterThanOrEqual(1000)
  })

  it('creates again what it does not find, and says when', async () => {
    const { result, log, context } = start([lost('reply-malformed'), 'site'], [])
    expect(await result).toEqual({ made: 'site', adopted: false })
    expect(log).toEqual(['create', 'find', 'find', 'create, uncertain'])
    const retries = context.eventsOf('request-retry')
    expect(retries).toMatchObject([
      { provider: 'netlify', purpose: 'create the site shop', attempt: 2, reason: 'reply-malformed' },
    ])
    expect(retries[0]?.until).toBeLessThanOrEqual(context.clock.now())
  })

  it.each([
    ['a lost connection', lost()],
    ['an answer that broke off', lost('reply-incomplete')],
    ['a time limit', lost('request-timeout')],
    ['a relay that is away', lost('relay-unreachable')],
    ['a broken answer', lost('reply-malformed')],
    ['status 408', status(408)],
    ['status 500', status(500)],
    ['status 504', status(504)],
  ])('does not know after %s whether it was carried out', async (_, error) => {
    const { result } = start([error], ['site'])
    expect(await result).toEqual({ made: 'site', adopted: true })
  })

  it.each([
    ['a refusal', status(422)],
    ['a relay that refuses', new RequestError({ code: 'relay-refused', message: 'no', hint: '' })],
    ['a wrong token', new AuthError({ code: 'token-rejected', message: 'no', hint: '', retryable: true })],
    ['a mistake', new TypeError('not a function')],
  ])('takes %s for an answer', async (_, error) => {
    const { result, log } = start([error, 'site'], ['site'])
    await expect(result).rejects.toBe(error)
    expect(log).toEqual(['create'])
  })

  it('names the status where that is why it asks again', async () => {
    const { result, context } = start([status(502), 'site'], [])
    await result
    expect(context.eventsOf('request-retry')).toMatchObject([{ reason: 'status 502' }])
  })

  it('tells the time of day at which it asks again, however far behind its own clock is', async () => {
    const clock = hurriedClock()
    const behind = 3_600_000
    const context = testContext({ fetch, clock: { ...clock, time: () => clock.now() + behind } })
    const begun = clock.now()
    const { result } = start([lost(), 'site'], [], { context })
    expect(await result).toEqual({ made: 'site', adopted: false })
    const [retry] = context.eventsOf('request-retry')
    expect(retry?.until).toBeGreaterThan(begun + behind)
    // The wait is as long as it is told: no hour was slept through.
    expect(clock.now()).toBeLessThan(begun + 60_000)
    expect(retry?.until).toBeLessThanOrEqual(clock.now() + behind)
  })

  it('begins with a look where an earlier run may have made it', async () => {
    const { result, log } = start(['a second one'], ['site'], { again: true })
    expect(await result).toEqual({ made: 'site', adopted: true })
    expect(log).toEqual(['find'])
    const missing = start(['site'], [], { again: true })
    expect(await missing.result).toEqual({ made: 'site', adopted: false })
    expect(missing.log).toEqual(['find', 'find', 'create, uncertain'])
  })

  it('learns from the context whether an earlier run began, unless it is told', async () => {
    const context = testContext({ fetch, clock: hurriedClock(), again: true })
    expect(await start(['new'], ['site'], { context }).result).toEqual({ made: 'site', adopted: true })
    expect(await start(['new'], ['site'], { context, again: false }).result).toEqual({ made: 'new', adopted: false })
  })

  it('gives up after so many attempts with the last lost answer, but not before it has looked', async () => {
    const [first, last] = [lost(), lost('request-timeout')]
    const { result, log, context } = start([first, last], [], { attempts: 2 })
    await expect(result).rejects.toBe(last)
    expect(log).toEqual(['create', 'find', 'find', 'create, uncertain', 'find', 'find'])
    expect(context.eventsOf('request-retry').map(({ attempt }) => attempt)).toEqual([2])
    const found = start([first, last], [undefined, undefined, 'site'], { attempts: 2 })
    expect(await found.result).toEqual({ made: 'site', adopted: true })
  })

  it('makes five attempts where it is not told', async () => {
    const { result, log } = start([], [])
    expect(await thrownBy(result)).toMatchObject({ code: 'network-unreachable' })
    expect(log.filter((one) => one.startsWith('create'))).toHaveLength(5)
  })

  it('says that it can not look, and creates nothing then', async () => {
    const find = async (): Promise<never> => {
      throw lost('relay-unreachable')
    }
    const { result, log } = start([lost(), 'site'], [], { find })
    await expect(result).rejects.toMatchObject({ code: 'relay-unreachable' })
    expect(log).toEqual(['create'])
  })

  it('stops where it is aborted, with the reason of the abort', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const create = async (): Promise<never> => {
      controller.abort(reason)
      throw lost()
    }
    const { result, log } = start([], ['site'], { create, signal: controller.signal })
    await expect(result).rejects.toBe(reason)
    expect(log).toEqual([])
  })
})
