import { describe, expect, it } from 'vitest'
import { createHttpClient } from '../../src/git/push/http-client.js'
import { testContext } from '../support/context.js'
import { hurriedClock } from '../support/hurried-clock.js'
import { thrownBy } from '../support/thrown-by.js'

const url = 'http://127.0.0.1/owner/shop.git/git-upload-pack'
const connection = { provider: 'github', transport: 'direct', authorization: async () => 'Basic none' } as const

/** A client whose answers are these, one after the other; the last one for ever. */
function clientOf(...answers: string[]): { request: () => Promise<unknown>; asked: () => number } {
  let asked = 0
  const fetch = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    return new Response(answer, { headers: { 'content-type': 'application/x-git-upload-pack-result' } })
  }
  const client = createHttpClient(connection, testContext({ fetch, clock: hurriedClock() }))
  return { request: () => client.request({ url, method: 'POST' }), asked: () => asked }
}

describe('an answer of git', () => {
  it('that was cut between two packets is asked for again', async () => {
    const { request, asked } = clientOf('0008NAK\n', '0008NAK\n0000')
    expect(await request()).toMatchObject({ statusCode: 200 })
    expect(asked()).toBe(2)
  })

  it('that is cut each time ends with an error that says so', async () => {
    expect(await thrownBy(clientOf('0008NAK\n').request())).toMatchObject({ code: 'reply-malformed', retryable: true })
  })
})
