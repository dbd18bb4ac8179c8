import { describe, expect, it } from 'vitest'
import { createRedactor, type Redactor } from '../../src/toolkit/redactor.js'

function knowing(...secrets: string[]): Redactor {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.remember(secret)
  return redactor
}

describe('a redactor', () => {
  it('replaces a secret wherever it turns up, however deep', () => {
    const value = {
      text: 'a tok_12345678 and tok_12345678!',
      list: ['tok_12345678', 3, null, { deep: ['https://u:tok_12345678@host/'] }],
      tok_12345678: true,
    }
    expect(knowing('tok_12345678').redact(value)).toEqual({
      text: 'a [secret] and [secret]!',
      list: ['[secret]', 3, null, { deep: ['https://u:[secret]@host/'] }],
      '[secret]': true,
    })
  })

  it('leaves what it is given as it was', () => {
    const value = { text: 'tok_12345678' }
    knowing('tok_12345678').redact(value)
    expect(value.text).toBe('tok_12345678')
  })

  it('hands on the very value where there is nothing to replace', () => {
    const value = { text: 'nothing to see', list: [1] }
    expect(knowing('tok_12345678').redact(value)).toBe(value)
    expect(createRedactor().redact(value)).toBe(value)
  })

  it('knows a secret in the forms that it takes in addresses and in JSON', () => {
    const secret = 'a/b+c=d"e\\f g'
    const redactor = knowing(secret)
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      `{"m":${JSON.stringify(secret)}}`,
    ]) {
      const shown = redactor.redact({ text: form }).text
      expect(shown).toContain('[secret]')
      expect(shown).not.toMatch(/b\+c|b%2Bc/)
    }
  })

  it('leaves no rest of a secret that begins with another one', () => {
    const text = 'tok_12345678_more and tok_12345678'
    for (const redactor of [
      knowing('tok_12345678', 'tok_12345678_more'),
      knowing('tok_12345678_more', 'tok_12345678'),
    ]) {
      expect(redactor.redact(text)).toBe('[secret] and [secret]')
    }
  })

  it('does not take short texts for secrets, which would only mangle what is told', () => {
    const redactor = knowing('', 'build', '1234567')
    expect(redactor.redact('build 1234567 files')).toBe('build 1234567 files')
    redactor.remember('12345678')
    expect(redactor.redact('12345678 files')).toBe('[secret] files')
  })
})
