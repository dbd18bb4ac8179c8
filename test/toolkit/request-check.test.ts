import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { OptionsError } from '../../src/errors/options-error.js'
import type { Reply } from '../../src/spec/context.js'
import { parseReply } from '../../src/toolkit/parse-reply.js'
import { answer, createWorld } from './world.js'

const page = () => answer(200, { 'content-type': 'text/html' }, '<html>We are down for maintenance</html>')
const sites = () => answer(200, { 'content-type': 'application/json' }, '{"sites":3}')
const schema = z.object({ sites: z.number() })
const check = (reply: Reply) => void parseReply(reply, schema, { provider: 'netlify', purpose: 'list the sites' })

describe('an answer that is checked', () => {
  it.each([
    ['is a page', page],
    ['breaks off', () => answer(200, {}, '{"sites":')],
    ['has another shape', () => answer(200, {}, '{"sites":"many"}')],
  ])('and %s counts as lost: the request is repeated', async (_what, wrong) => {
    const world = createWorld((_sent, index) => (index < 2 ? wrong() : sites()))
    const deployment = world.deployment()
    const reply = await world.run(deployment.send({ check }))
    expect(parseReply(reply, schema, { provider: 'netlify', purpose: 'list the sites' })).toEqual({ sites: 3 })
    expect(deployment.events).toMatchObject([2, 3].map((attempt) => ({ attempt, reason: 'reply-malformed' })))
  })

  it('is the error of the check where it stays wrong', async () => {
    const world = createWorld(page)
    await expect(world.run(world.deployment().send({ check }))).rejects.toMatchObject({ code: 'reply-malformed' })
    expect(world.sent).toHaveLength(5)
  })

  it('is the error of the check where the request may not be repeated', async () => {
    const world = createWorld(page)
    const sent = world.deployment().send({ check, method: 'POST' })
    await expect(world.run(sent)).rejects.toMatchObject({ code: 'reply-malformed' })
    expect(world.sent).toHaveLength(1)
  })

  it('is not repeated for an error that will be the same again', async () => {
    const world = createWorld(page)
    const error = new OptionsError({ code: 'options-invalid', message: 'no', hint: 'change it' })
    const sent = world.deployment().send({
      check() {
        throw error
      },
    })
    await expect(world.run(sent)).rejects.toBe(error)
    expect(world.sent).toHaveLength(1)
  })

  it('is looked at with every status that is accepted, and with no other', async () => {
    const statuses: number[] = []
    const look = (reply: Reply) => void statuses.push(reply.status)
    const world = createWorld((_sent, index) => answer([503, 404, 500][index] ?? 201))
    const deployment = world.deployment()
    await world.run(deployment.send({ check: look, accept: [404] }))
    await world.run(deployment.send({ check: look }))
    expect(statuses).toEqual([404, 201])
  })
})
