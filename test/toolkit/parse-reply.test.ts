import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { parseReply } from '../../src/toolkit/parse-reply.js'
import { Stage } from '../relay/stage.js'
import { createDesk } from './desk.js'

const schema = z.object({ id: z.string(), deploys: z.array(z.object({ state: z.enum(['new', 'ready']) })) })
const asked = { provider: 'netlify', purpose: 'create the site' }

/** Parses what a real server says. */
async function parsing(body: string, type = 'application/json'): Promise<z.output<typeof schema>> {
  await using stage = new Stage()
  const { url } = await stage.provider((_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  return parseReply(await createDesk().send({ url }), schema, asked)
}

describe('an answer', () => {
  it('is what its schema says, without what it does not know', async () => {
    const body = JSON.stringify({ id: 'é', deploys: [{ state: 'ready', more: 1 }], extra: true })
    expect(await parsing(body)).toEqual({ id: 'é', deploys: [{ state: 'ready' }] })
  })

  it('of HTML in place of JSON is malformed, and shows its beginning', async () => {
    const page = `<!doctype html>\n<title>Sign in to the Wi-Fi</title>${'<p>more'.repeat(1000)}`
    await expect(parsing(page, 'text/html; charset=utf-8')).rejects.toMatchObject({
      name: 'RequestError',
      code: 'reply-malformed',
      retryable: true,
      message: expect.stringMatching(
        /^netlify answered the request to create the site with not JSON but "<!doctype html> <title>Sign in to the Wi-Fi.{0,60}"$/,
      ),
      hint: expect.stringContaining('sign-in page'),
      details: { provider: 'netlify', status: 200, contentType: 'text/html; charset=utf-8' },
    })
  })

  it.each([
    ['a field that is missing', '{"deploys":[]}', 'id (expected string)'],
    ['a field of another type', '{"id":3,"deploys":[]}', 'id (expected string)'],
    ['a field deep inside', '{"id":"a","deploys":[{"state":"odd"}]}', 'deploys.0.state (expected new or ready)'],
    ['something else entirely', '[]', 'the whole body (expected object)'],
    ['null', 'null', 'the whole body (expected object)'],
  ])('with %s is malformed, and names it', async (_what, body, field) => {
    await expect(parsing(body)).rejects.toMatchObject({
      code: 'reply-malformed',
      message: `netlify answered the request to create the site with a body in which these fields are wrong: ${field}`,
    })
  })

  it.each(['', '{"id":'])('of "%s" is malformed', async (body) => {
    await expect(parsing(body)).rejects.toMatchObject({ code: 'reply-malformed' })
  })
})
