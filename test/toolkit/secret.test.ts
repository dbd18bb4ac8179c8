import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/toolkit/secret.js'

const token = 'tok_9f8e7d6c'

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

  it.each(['', 'two words', 'line\n', 'tøken', undefined, null, 3])(
    'can not be made from %j, and the message does not quote it',
    async (wrong) => {
      const told = { name: 'OptionsError', code: 'options-invalid', details: { option: 'github.auth' } }
      const message = expect.stringMatching(/^github\.auth must be a token/)
      expect(() => new Secret(wrong as string, 'github.auth')).toThrow(expect.objectContaining({ ...told, message }))
      const late = new Secret(() => wrong as string, 'github.auth')
      await expect(late.reveal()).rejects.toMatchObject({ ...told, message })
      if (typeof wrong !== 'string' || wrong === '') return
      expect(inspect(await late.reveal().catch((error: unknown) => error))).not.toContain(wrong)
    },
  )

  it('hands on the error of its function', async () => {
    const refused = () => Promise.reject(new Error('signed out'))
    await expect(new Secret(refused, 'github.auth').reveal()).rejects.toThrow('signed out')
  })
})
