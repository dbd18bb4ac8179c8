import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import type { Schema } from '../../src/spec/schema.js'
import { parseOptions } from '../../src/toolkit/parse-options.js'

const schema = z.strictObject({
  site: z.string(),
  size: z.optional(z.number().check(z.positive('a number above 0'))),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
  build: z.optional(z.object({ env: z.record(z.string(), z.string()) })),
})

const wrongIn = (schema: Schema<unknown>, options: unknown): unknown => {
  try {
    return parseOptions(schema, options, 'netlify')
  } catch (error) {
    return error
  }
}
const wrong = (options: unknown): unknown => wrongIn(schema, options)

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
    ['is no object at all', undefined, 'netlify: expected an object'],
  ])('of which one %s are refused by name', (_what, options, message) => {
    expect(wrong(options)).toMatchObject({
      name: 'OptionsError',
      code: 'options-invalid',
      retryable: false,
      message: `Wrong options: ${message}.`,
      details: { fields: [message] },
    })
  })

  it.each<[string, z.ZodMiniType, unknown, string]>([
    ['a text that is too long', z.string().check(z.maxLength(3)), 'four', 'at most 3 characters'],
    ['a text that is empty', z.string().check(z.minLength(1)), '', 'at least 1 character'],
    ['a list that is too long', z.array(z.string()).check(z.maxLength(1)), ['a', 'b'], 'a list of at most 1'],
    ['a list that is empty', z.array(z.string()).check(z.minLength(1)), [], 'a list of at least 1'],
    ['a number that is too large', z.int().check(z.maximum(43_200)), 50_000, 'a number of at most 43200'],
    ['a number that is too small', z.int().check(z.minimum(0)), -1, 'a number of at least 0'],
    ['a number at a bound that it may not reach', z.int().check(z.positive()), 0, 'a number above 0'],
    ['no list', z.array(z.string()), 'a', 'a list'],
    ['a list in place of names with values', z.record(z.string(), z.string()), [], 'an object'],
    ['a fraction', z.int(), 1.5, 'a whole number'],
    ['no address', z.url(), 'api', 'an address such as https://example.com'],
    [
      'an address of another kind',
      z.url({ protocol: /^https?$/ }),
      'ftp://a.b',
      'an address such as https://example.com',
    ],
    ['none of two kinds', z.union([z.string(), z.array(z.string()).check(z.minLength(1))]), 3, 'string or a list'],
    [
      'out of the bounds of one of two kinds',
      z.union([z.literal('all'), z.int().check(z.positive())]),
      0,
      'a number above 0',
    ],
  ])('say of %s what is allowed', (_what, field, value, wanted) => {
    const fields = [`netlify.field: expected ${wanted}`]
    expect(wrongIn(z.strictObject({ field }), { field: value })).toMatchObject({ details: { fields } })
  })

  it('say of settings that may also be false what is wrong inside of them', () => {
    const verify = z.union([z.literal(false), z.strictObject({ wait: z.number() })])
    const tell = (value: unknown) => wrongIn(z.strictObject({ verify }), { verify: value })
    expect(tell({ wait: 'long' })).toMatchObject({ details: { fields: ['netlify.verify.wait: expected number'] } })
    expect(tell({ wait: 1, wiat: 2 })).toMatchObject({
      details: { fields: ['netlify.verify: there is no option wiat'] },
    })
    expect(tell(true)).toMatchObject({ details: { fields: ['netlify.verify: expected false or an object'] } })
  })

  it('say of the name of an entry that it is the name, and what names are allowed', () => {
    const variables = z.record(z.string().check(z.regex(/^[a-z]+$/, 'small letters')), z.string())
    expect(wrongIn(z.strictObject({ variables }), { variables: { '1A': 'x' } })).toMatchObject({
      message: 'Wrong options: netlify.variables.1A: the name "1A" is not allowed, expected small letters.',
    })
  })

  it('say the same where a page has loaded the large edition of zod, too', () => {
    const bounds = { length: { maximum: 1, inclusive: true, origin: 'array' }, name: { expected: 'string' } }
    const issues = [
      { code: 'too_big', path: ['list'], message: 'Too big: expected array to have <=1 items', ...bounds.length },
      {
        code: 'invalid_type',
        path: ['name'],
        message: 'Invalid input: expected string, received number',
        ...bounds.name,
      },
    ]
    const large = {
      parse(): never {
        throw Object.assign(new Error('zod'), { issues })
      },
    }
    const fields = ['netlify.list: expected a list of at most 1', 'netlify.name: expected string']
    expect(wrongIn(large, {})).toMatchObject({ details: { fields } })
  })

  it('are refused with all that is wrong at once, and a hint that lists it', () => {
    expect(wrong({ site: 3, transport: 'pigeon' })).toMatchObject({
      message: expect.stringMatching(/netlify\.site: .*; netlify\.transport: /),
      hint: 'Correct netlify.site, netlify.transport.',
    })
  })

  it.each([
    [{ site: 'a', siteId: 'b' }, 'Write netlify.site in place of netlify.siteId.'],
    [{ site: 'a', Size: 3 }, 'Write netlify.size in place of netlify.Size.'],
    [{ site: 3, owner: 'b' }, 'Correct netlify.site. The options of netlify are site, size, transport, build, limits.'],
    [{ site: 'a', limits: { fils: 1 } }, 'Write netlify.limits.files in place of netlify.limits.fils.'],
  ])('that there are not have a hint at what may be meant, or at all that there are: %o', (options, hint) => {
    const limits = z.optional(z.union([z.literal(false), z.strictObject({ files: z.optional(z.number()) })]))
    expect(wrongIn(z.extend(schema, { limits }), options)).toMatchObject({ hint })
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
