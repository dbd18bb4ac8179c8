import { describe, expect, it } from 'vitest'
import { matchesFilters } from '../../src/emulator/github/actions/filter-pattern.js'
import { createJobLog } from '../../src/emulator/github/actions/job-log.js'
import { combine } from '../../src/emulator/github/actions/matrix.js'
import { accessOf } from '../../src/emulator/github/actions/permissions.js'
import { createConcurrencyGroups, createSlots } from '../../src/emulator/github/actions/queues.js'

describe('filter patterns', () => {
  it.each<[string[], string, boolean]>([
    [['main'], 'main', true],
    [['main'], 'mainly', false],
    [['*'], 'a/b', false],
    [['**'], 'a/b', true],
    [['*.js'], 'src/a.js', false],
    [['**.js'], 'src/a.js', true],
    [['**/docs/**'], 'docs/a.md', true],
    [['docs/**/*.md'], 'docs/a.md', true],
    [['*.jsx?'], 'a.js', true],
    [['v[12].[0-9]+.[0-9]+'], 'v1.10.1', true],
    [['v[12].[0-9]+.[0-9]+'], 'v3.0.0', false],
    [['releases/**', '!releases/**-alpha'], 'releases/1-alpha', false],
    [['!a', 'a'], 'a', true],
    [['a.b'], 'a+b', false],
  ])('%j let %s pass: %s', (patterns, name, passes) => {
    expect(matchesFilters(patterns, name)).toBe(passes)
  })
})

describe('a matrix', () => {
  it('adds to what it has as GitHub documents', () => {
    const include = [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]
    expect(combine({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'], include })).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ])
  })

  it('may be a list alone, and is refused where it is none or too large', () => {
    expect(combine({ include: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }])
    expect(() => combine({ a: [1], exclude: [{ a: 1 }] })).toThrow('does not contain any values')
    expect(() => combine({ a: 'text' })).toThrow('no list')
    expect(() => combine({ a: Array(20).fill(0), b: Array(20).fill(0) })).toThrow('at most 256')
  })
})

describe('the token of a job', () => {
  it('may do what the job says, else what the workflow says, and nothing that is not named', () => {
    expect(accessOf(undefined, undefined, 'contents')).toBe('read')
    expect(accessOf(undefined, undefined, 'pages')).toBe('none')
    expect(accessOf({ pages: 'write' }, undefined, 'contents')).toBe('none')
    expect(accessOf({ pages: 'write' }, { contents: 'read' }, 'pages')).toBe('none')
    expect(accessOf('write-all', undefined, 'id-token')).toBe('write')
    expect(accessOf('read-all', undefined, 'pages')).toBe('read')
  })
})

describe('a log', () => {
  it('keeps no more than it may, and says so', () => {
    const log = createJobLog(() => 0)
    for (let line = 0; line < 50; line += 1) log.write('x'.repeat(100_000))
    expect(log.text.length).toBeLessThan(4.3 * 1024 * 1024)
    expect(log.text).toMatch(/##\[warning\]The log is longer than the emulator keeps\.\n$/)
  })

  it('hides the whole of a secret that begins with another, and each line of one with several', () => {
    const log = createJobLog(() => 0)
    log.mask('abc')
    log.mask('abcdef')
    log.mask('one\ntwo')
    log.write('abcdef abc one and two')
    expect(log.text).toBe('1970-01-01T00:00:00.0000000Z *** *** *** and ***\n')
  })
})

describe('queues', () => {
  it('hand a slot on in the order of asking, and forget who has left', async () => {
    const slots = createSlots(1)
    const never = new AbortController().signal
    const release = await slots.take(never)
    const order: string[] = []
    const leaving = new AbortController()
    const gone = slots.take(leaving.signal).catch((error: Error) => order.push(error.message))
    const second = slots.take(never).then((leave) => {
      order.push('second')
      leave()
    })
    const third = slots.take(never).then(() => order.push('third'))
    leaving.abort(new Error('left'))
    release()
    release()
    await Promise.all([gone, second, third])
    expect(order).toEqual(['left', 'second', 'third'])
  })

  it('let one of a group run and one wait', async () => {
    const groups = createConcurrencyGroups()
    const cancelled: string[] = []
    const member = (name: string) => ({ cancel: () => void cancelled.push(name) })
    const [first, second, third] = [member('first'), member('second'), member('third')]
    expect(groups.enter('g', first, false)).toBeUndefined()
    expect(groups.enter('other', second, false)).toBeUndefined()
    void groups.enter('g', second, false)
    const turn = groups.enter('g', third, true)
    expect(cancelled).toEqual(['second', 'first'])
    groups.leave('g', first)
    await turn
    groups.leave('g', third)
    expect(groups.enter('g', first, false)).toBeUndefined()
  })
})
