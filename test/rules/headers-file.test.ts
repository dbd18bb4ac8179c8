import { describe, expect, it } from 'vitest'
import { readHeaders } from '../../src/rules/headers-file.js'

const read = (text: string) => readHeaders(text, '_headers')

describe('the file _headers', () => {
  it('is read as Netlify reads it, with values that hold colons', () => {
    const text =
      '# all\n/*\n  X-Frame-Options: DENY\n\n\tLink: <https://example.com/a>; rel=preload\n/a/:b/*\n  X-A:1\n'
    expect(read(text)).toEqual({
      rules: [
        {
          for: '/*',
          headers: [
            ['X-Frame-Options', 'DENY'],
            ['Link', '<https://example.com/a>; rel=preload'],
          ],
          source: { file: '_headers', line: 2 },
        },
        { for: '/a/:b/*', headers: [['X-A', '1']], source: { file: '_headers', line: 6 } },
      ],
      mistakes: [],
      warnings: [],
    })
  })

  it.each([
    ['X-Frame-Options DENY', /neither a path nor a header/],
    ['  X-Empty:', /the header X-Empty has no value/],
    ['  : DENY', /"" is no name of a header/],
    ['  X Frame: DENY', /"X Frame" is no name of a header/],
    ['https://example.com/*', /is an address, not a path/],
    ['/a X-Frame-Options: DENY', /a path and a header in one line/],
  ])('has a mistake where Netlify would skip the line: %s', (line, message) => {
    const { rules, mistakes } = read(`/*\n  X-A: 1\n${line}\n`)
    expect(mistakes).toEqual([expect.objectContaining({ line: 3, message: expect.stringMatching(message) })])
    expect(rules).toHaveLength(1)
  })

  it('has a mistake where no path stands above a header', () => {
    expect(read('X-A: 1\n/*\n X-B: 2').mistakes).toMatchObject([{ line: 1, message: 'no path stands above "X-A"' }])
  })

  it('may name paths that get nothing', () => {
    expect(read('/a\n/b\n  X-B: 2\n').rules.map((rule) => rule.for)).toEqual(['/b'])
  })
})
