import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../src/events/index.js'
import { bodies, deployment, oneOfEach, stamp } from './made-events.js'

describe('the schema of events', () => {
  it.each(oneOfEach.map((event) => ['outcome' in event ? `${event.type} (${event.outcome})` : event.type, event]))(
    'accepts %s as it is, also after a journey as JSON',
    (_type, event) => {
      expect(eventSchema.parse(event)).toEqual(event)
      expect(eventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event)
    },
  )

  it.each(Object.values(bodies).map((body) => [body.type, body]))(
    'misses every field of %s that is not there',
    (_type, body) => {
      const event: Record<string, unknown> = { ...stamp, ...body }
      for (const field of Object.keys(event)) {
        const { [field]: _left, ...rest } = event
        expect(eventSchema.safeParse(rest).success, `without ${field}`).toBe(false)
        expect(eventSchema.safeParse({ ...event, [field]: Symbol('wrong') }).success, `with a wrong ${field}`).toBe(
          false,
        )
      }
    },
  )

  it('refuses a type that it does not know', () => {
    for (const type of ['deployment-begin', '', '__proto__', null]) {
      expect(eventSchema.safeParse({ ...stamp, type, title: 'x' }).success).toBe(false)
    }
    for (const value of [null, undefined, 'step-start', 3, []]) expect(eventSchema.safeParse(value).success).toBe(false)
  })

  it.each([
    ['a negative number', { ...stamp, sequence: -1, ...bodies['step-cancel'] }, ['sequence']],
    ['a fraction for a count', { ...stamp, ...bodies['upload-start'], files: 1.5 }, ['files']],
    ['a unit that there is not', { ...stamp, ...bodies['step-progress'], unit: 'crumbs' }, ['unit']],
    [
      'a reason that there is not',
      { ...stamp, ...bodies['files-exclude'], files: [{ path: 'a', reason: 'whim' }] },
      ['files', 0, 'reason'],
    ],
    [
      'an end without what its outcome brings',
      { ...stamp, ...bodies['deployment-end'], outcome: 'failure' },
      ['error'],
    ],
  ])('refuses %s and names the field', (_what, event, path) => {
    expect(eventSchema.safeParse(event).error?.issues.map((issue) => issue.path)).toContainEqual(path)
  })

  it('drops fields that it does not know, at every depth', () => {
    const event = { ...stamp, ...bodies['site-ready'], extra: 1 }
    const parsed = eventSchema.parse({ ...event, site: { ...event.site, extra: 2 } })
    expect(parsed).toEqual({ ...stamp, ...bodies['site-ready'] })
  })

  it('keeps whatever the details of an error hold', () => {
    const details = { log: ['a'], deep: { status: 3 } }
    const event = { ...stamp, ...bodies['step-error'] }
    const parsed = eventSchema.parse({ ...event, error: { ...event.error, details } })
    expect(parsed).toMatchObject({ error: { details } })
  })

  it('accepts a whole deployment', () => {
    expect(deployment.map((event) => eventSchema.parse(event))).toEqual(deployment)
  })
})
