import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { parseOptions } from '../../src/toolkit/parse-options.js'

const schema = z.strictObject({
  site: z.string(),
  size: z.optional(z.number().check(z.positive('a number above 0'))),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
  build: z.optional(z.object({ env: z.record(z.string(), z.string()) })),
})

const wrong = (options: unknown): unknown => {
  try {
    return parseOptions(schema, options, 'netlify')
  } catch (error) {
    return error
  }
}

describe('options', () => {
  it('that are right are filled up with what is usual', () => {
    expect(parseOptions(schema, { site: 'shop' }, 'netlify')).toEqual({ site: 'shop', transport: 'auto' })
  })

  it.each([
    ['is missing', {}, 'netlify.site: expected string'],
    ['is of another type', { site: 3 }, 'netlify.site: expected string'],
    ['is out of bounds', { site: 'a', size: -1 }, 'netlify.size: expected a number above 0'],
    [
      'is none of the choices',
      { site: 'a', transport: 'pigeon' },
      'netlify.transport: expected auto or direct or relay',
    ],
    ['is wrong inside', { site: 'a', build: { env: { PORT: 3 } } }, 'netlify.build.env.PORT: expected string'],
    ['does not exist', { site: 'a', sight: 'b' }, 'netlify: there is no option sight'],
    ['is no object at all', undefined, 'netlify: expected object'],
  ])('of which one %s are refused by name', (_what, options, message) => {
    expect(wrong(options)).toMatchObject({
      name: 'OptionsError',
      code: 'options-invalid',
      retryable: false,
      message: `Wrong options: ${message}.`,
      details: { fields: [message] },
    })
  })

  it('are refused with all that is wrong at once, and a hint that lists it', () => {
    expect(wrong({ site: 3, transport: 'pigeon' })).toMatchObject({
      message: expect.stringMatching(/netlify\.site: .*; netlify\.transport: /),
      hint: 'Correct netlify.site, netlify.transport.',
    })
  })

  it('let pass what is no matter of the schema', () => {
    const broken = {
      parse(): never {
        throw new RangeError('the schema is broken')
      },
    }
    expect(() => parseOptions(broken, {}, 'netlify')).toThrow(RangeError)
  })
})
