import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/errors/auth-error.js'
import { answer, createWorld, type Sent } from './world.js'

const fresh = 'Bearer token-of-today'
const stale = 'Bearer token-of-yesterday'

/** Gives one value after the other, and then the last one again. */
function source(...values: string[]) {
  let asked = 0
  const authorization = async () => values[Math.min(asked++, values.length - 1)] ?? ''
  return { authorization, asked: () => asked }
}

const provider = ({ authorization }: Sent) => answer(authorization === fresh ? 200 : 401)

describe('a token that has run out', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('is asked for once more: %s', async (method) => {
    const world = createWorld(provider)
    const { authorization, asked } = source(stale, fresh)
    const deployment = world.deployment()
    expect(await world.run(deployment.send({ method, authorization }))).toMatchObject({ status: 200 })
    expect(world.sent.map((one) => one.authorization)).toEqual([stale, fresh])
    expect(asked()).toBe(2)
    expect(deployment.events).toMatchObject([
      { type: 'request-retry', attempt: 2, until: world.clock.now(), reason: 'status 401' },
    ])
  })

  it.each([
    ['given', undefined, 1],
    ['the same again', source(stale), 1],
    ['another one that has run out', source(stale, `${stale}-2`, fresh), 2],
  ])('is the error of a rejected token where there is %s', async (_what, given, times) => {
    const world = createWorld(provider)
    const sent = world.deployment().send(given ? { authorization: given.authorization } : {})
    await expect(world.run(sent)).rejects.toMatchObject({ name: 'AuthError', code: 'token-rejected' })
    expect(world.sent).toHaveLength(times)
  })

  it('is the error of the source where that gives none any more', async () => {
    const world = createWorld(provider)
    const error = new AuthError({ code: 'token-unavailable', message: 'none', hint: 'sign in' })
    let asked = 0
    const authorization = async () => {
      asked += 1
      if (asked > 1) throw error
      return stale
    }
    await expect(world.run(world.deployment().send({ authorization }))).rejects.toBe(error)
  })

  it('is an answer where the caller takes it for one', async () => {
    const world = createWorld(provider)
    const { authorization, asked } = source(stale, fresh)
    const reply = await world.run(world.deployment().send({ authorization, accept: [401] }))
    expect({ status: reply.status, asked: asked() }).toEqual({ status: 401, asked: 1 })
  })

  it('takes no try from what follows, and none is lost to what came before', async () => {
    const world = createWorld(({ authorization }, index) =>
      index < 4 ? answer(503) : answer(authorization === fresh ? 200 : 401),
    )
    const { authorization } = source(stale, stale, stale, stale, stale, fresh)
    expect(await world.run(world.deployment().send({ authorization }))).toMatchObject({ status: 200 })
    expect(world.sent).toHaveLength(6)
  })
})
