import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { excerpt, parseReply, saidIn } from '../../src/toolkit/parse-reply.js'
import { Stage } from '../relay/stage.js'
import { thrownBy } from '../support/thrown-by.js'
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
        /^Netlify answered the request to create the site with not JSON but "<!doctype html> <title>Sign in to the Wi-Fi.{0,60}"$/,
      ),
      hint: expect.stringContaining('sign-in page'),
      details: { provider: 'netlify', status: 200, contentType: 'text/html; charset=utf-8' },
    })
  })

  it.each([
    ['a field that is missing', '{"deploys":[]}', 'id (expected string)'],
    ['a field of another type', '{"id":3,"deploys":[]}', 'id (expected string)'],
    ['a field deep inside', '{"id":"a","deploys":[{"state":"odd"}]}', 'deploys.0.state (expected new or ready)'],
    ['something else entirely', '[]', 'the whole body (expected an object)'],
    ['null', 'null', 'the whole body (expected an object)'],
  ])('with %s is malformed, and names it', async (_what, body, field) => {
    await expect(parsing(body)).rejects.toMatchObject({
      code: 'reply-malformed',
      message: `Netlify answered the request to create the site with a body in which these fields are wrong: ${field}.`,
    })
  })

  it.each([
    ['text', (token: string, before: string) => `${before} ${token} more`],
    ['an attribute', (token: string, before: string) => `<p>${before}<a href="/?t=${token}&x=${'y'.repeat(400)}">`],
    ['an address', (token: string, before: string) => `${before} https://me:${token}@host/`],
    ['the midst of space', (token: string, before: string) => `${before}${' '.repeat(260)}${token}`],
    ['broken JSON', (token: string, before: string) => `{"a":"${before}","token":"${token}" ${'!'.repeat(400)}`],
  ])('that quotes a token in %s is shown with all of it, for the redactor, or nothing', async (_where, body) => {
    const token = 'nfp_Zz19.a-b~c+d/e_f=='
    for (let before = 0; before < 90; before += 1) {
      const error = await thrownBy(parsing(body(token, 'x'.repeat(before)), 'text/plain'))
      const shown = inspect(error).replaceAll(token, '')
      expect(shown).not.toContain('nfp')
      expect(shown).not.toContain('Zz19')
    }
  })

  it('is cut to the length of an excerpt, and marked where it is', () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    expect(excerpt(bytes('of ten at most'), 14)).toBe('of ten at most')
    expect(excerpt(bytes('of ten at most'), 10)).toBe('of ten …')
    expect(excerpt(bytes('x'.repeat(100)), 10)).toBe('…')
    for (let length = 1; length < 30; length += 1) {
      expect(excerpt(bytes('a! b? (c) d, e. f; g: h'), length).length).toBeLessThanOrEqual(length)
    }
  })

  it.each([
    ['{"message":"Not Found","errors":{"a":["b"]}}', 'Not Found'],
    [
      '{"errors":{"custom_domain":["must be unique","is odd"],"name":"is long"}}',
      'custom_domain must be unique, is odd; name is long',
    ],
    ['{"errors":[{"code":"custom"}]}', '{"errors":[{"code":"custom"}]}'],
    ['{"errors":{"a":[1]}}', '{"errors":{"a":[1]}}'],
  ])('that refuses by %s says why in words, where it has any', (body, said) => {
    expect(saidIn(new TextEncoder().encode(body))).toBe(said)
  })

  it.each(['', '{"id":'])('of "%s" is malformed', async (body) => {
    await expect(parsing(body)).rejects.toMatchObject({ code: 'reply-malformed' })
  })
})
