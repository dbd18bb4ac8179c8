import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/toolkit/secret.js'
import { thrownBy } from '../support/thrown-by.js'

const token = 'tok_9f8e7d6c'

function raise(error: Error): never {
  throw error
}

describe('a secret', () => {
  it.each([
    ['a text', token],
    ['a function', () => token],
    ['a function that promises', async () => token],
  ])('made from %s is shown by nothing but reveal', async (_what, source) => {
    const secret = new Secret(source, 'netlify.auth')
    const shown = [
      inspect(secret, { showHidden: true, depth: 10 }),
      inspect({ deep: [secret] }, { showHidden: true, depth: 10 }),
      JSON.stringify({ secret }),
      String(secret),
      `${secret}`,
      inspect(structuredClone(secret), { showHidden: true }),
      inspect({ ...secret }),
      Object.entries(secret).join(),
      Object.getOwnPropertyNames(secret).join(),
    ]
    expect(shown.join('\n')).not.toContain('tok_')
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}')
    expect(await secret.reveal()).toBe(token)
  })

  it('asks its function anew each time, for tokens that are refreshed', async () => {
    let count = 0
    const secret = new Secret(() => `token-${++count}`, 'netlify.auth')
    expect([await secret.reveal(), await secret.reveal()]).toEqual(['token-1', 'token-2'])
  })

  it('is known as soon as it can be, without asking its function', async () => {
    expect(new Secret(token, 'netlify.auth').known()).toBe(token)
    let count = 0
    const secret = new Secret(async () => `token-${++count}`, 'netlify.auth')
    expect(secret.known()).toBeUndefined()
    for (const expected of ['token-1', 'token-2']) {
      await secret.reveal()
      expect(secret.known()).toBe(expected)
    }
    expect(inspect(secret, { showHidden: true })).not.toContain('token-')
  })

  it.each(['', 'two words', 'line\n', 'tøken', undefined, null, 3])(
    'can not be made from %j, and the message does not quote it',
    async (wrong) => {
      const details = { option: 'github.auth' }
      const invalid = { name: 'OptionsError', code: 'options-invalid', details }
      expect(() => new Secret(wrong as string, 'github.auth')).toThrow(
        expect.objectContaining({ ...invalid, message: expect.stringMatching(/^github\.auth must be a token/) }),
      )
      const late = new Secret(() => wrong as string, 'github.auth')
      await expect(late.reveal()).rejects.toMatchObject({
        name: 'AuthError',
        code: 'token-unavailable',
        details,
        message: expect.stringContaining('github.auth did not give'),
      })
      expect(late.known()).toBeUndefined()
      if (typeof wrong !== 'string' || wrong === '') return
      expect(inspect(await late.reveal().catch((error: unknown) => error))).not.toContain(wrong)
    },
  )

  it.each([
    ['throws', () => raise(new Error(`could not refresh ${token}`))],
    ['rejects', async () => raise(new Error(`could not refresh ${token}`))],
  ])('says so where its function %s, without the words of that, which may hold a token', async (_how, source) => {
    const error = await thrownBy(new Secret(source, 'github.auth').reveal())
    expect(error).toMatchObject({
      name: 'AuthError',
      code: 'token-unavailable',
      message: 'There is no token: the function given as github.auth failed.',
      hint: expect.stringContaining('Sign the user in again'),
      retryable: true,
      cause: { message: `could not refresh ${token}` },
    })
    expect(JSON.stringify(error) + error.message).not.toContain(token)
  })
})
