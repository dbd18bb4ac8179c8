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

describe('a stream of text', () => {
  const secrets = ['tok_12345678', 'tok_12345678_more', 'a/b+c=d"e f g', 'aabaabaa']

  function streamed(redactor: Redactor, pieces: readonly string[]): string[] {
    const stream = redactor.stream()
    return [...pieces.map((piece) => stream.push(piece)), stream.end()]
  }

  it('shows no secret, wherever it is split', () => {
    const text = `x tok_12345678 aaabaabaa tok_12345678_more ${encodeURIComponent('a/b+c=d"e f g')} tok_1234567 aab`
    const shown = 'x [secret] a[secret] [secret] [secret] tok_1234567 aab'
    const redactor = knowing(...secrets)
    for (let one = 0; one <= text.length; one += 1) {
      for (let other = one; other <= text.length; other += 1) {
        const pieces = [text.slice(0, one), text.slice(one, other), text.slice(other)]
        expect(streamed(redactor, pieces).join('')).toBe(shown)
      }
    }
    expect(streamed(redactor, [...text]).join('')).toBe(shown)
  })

  it('holds back only what may begin a secret', () => {
    const pieces = ['building to', 'day, tok_', '12345678', '_less', ' tok_12345678']
    expect(streamed(knowing(...secrets), pieces)).toEqual([
      'building ',
      'today, ',
      '',
      '[secret]_less',
      ' ',
      '[secret]',
    ])
  })

  it('is handed on as it comes where nothing is known', () => {
    expect(streamed(createRedactor(), ['tok_', '12345678'])).toEqual(['tok_', '12345678', ''])
  })

  it('hides what becomes known in the meantime, and starts anew after its end', () => {
    const redactor = createRedactor()
    const stream = redactor.stream()
    expect(stream.push('tok_')).toBe('tok_')
    redactor.remember('tok_12345678')
    expect([stream.push('tok_1234'), stream.push('5678')]).toEqual(['', '[secret]'])
    expect([stream.push('tok_1234'), stream.end(), stream.push('5678')]).toEqual(['', 'tok_1234', '5678'])
  })
})
