import { describe, expect, it } from 'vitest'
import {
  evaluate,
  evaluateCondition,
  interpolate,
  interpolateAll,
  type Scope,
} from '../../src/emulator/github/actions/expressions/evaluate.js'

const scope: Scope = {
  contexts: {
    github: { ref: 'refs/heads/main', event: { commits: [{ id: 'a', by: { name: 'x' } }, { id: 'b' }] } },
    env: { NAME: 'shop', EMPTY: '' },
    matrix: { node: 20, os: ['linux', 'windows'] },
    needs: { build: { result: 'success', outputs: { 'page-url': 'http://a' } }, test: { result: 'failure' } },
    steps: {},
  },
  status: { success: true, failure: false, cancelled: false },
  hashFiles: (patterns) => patterns.join('+'),
}
const failed: Scope = { ...scope, status: { success: false, failure: true, cancelled: false } }

describe('expressions', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['-1.5e2', -150],
    ['0xff', 255],
    ["'it''s'", "it's"],
    ['github.ref', 'refs/heads/main'],
    ['GitHub.REF', 'refs/heads/main'],
    ["github['ref']", 'refs/heads/main'],
    ['needs.build.outputs.page-url', 'http://a'],
    ['steps.none.outputs.nothing', null],
    ['matrix.os[1]', 'windows'],
    ['matrix.os[9]', null],
    ['github.event.commits.*.id', ['a', 'b']],
    ['github.event.commits[*].by.name', ['x']],
    ['needs.*.result', ['success', 'failure']],
  ])('read the value %s', (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value)
  })

  it.each<[string, unknown]>([
    ["'A' == 'a'", true],
    ["1 == '1'", true],
    ["null == ''", true],
    ["true == 'x'", false],
    ["matrix.node >= '18'", true],
    ["'b' > 'A'", true],
    ['matrix.os == matrix.os', true],
    ['1 == 2 || 3', 3],
    ["env.EMPTY && 'unread' || 'other'", 'other'],
    ["env.NAME && 'set'", 'set'],
    ['!env.EMPTY', true],
    ['!(1 < 2) || false', false],
    ['1 < 2 == true', true],
    ['!!needs.test', true],
  ])('weigh %s', (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value)
  })

  it.each<[string, unknown]>([
    ["contains('Hello', 'LL')", true],
    ["contains(matrix.os, 'LINUX')", true],
    ["contains(needs.*.result, 'failure')", true],
    ["contains(fromJSON('[1, 2]'), 3)", false],
    ["startsWith(github.ref, 'refs/HEADS/')", true],
    ["endsWith(github.ref, 'main')", true],
    ["format('{0} {{x}} {1}', 'a', 2)", 'a {x} 2'],
    ["join(matrix.os, ', ')", 'linux, windows'],
    ["join('one')", 'one'],
    ['toJSON(matrix.os)', '[\n  "linux",\n  "windows"\n]'],
    [`fromJSON('{"a": [true]}').a[0]`, true],
    ["hashFiles('**/package-lock.json', 'a')", '**/package-lock.json+a'],
    ['always() && !cancelled() && success()', true],
  ])('call %s', (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value)
  })

  it.each([
    ['secrets.TOKEN', "Unrecognized named-value: 'secrets'"],
    ['nothing()', "Unrecognized function: 'nothing'"],
    ['constructor()', "Unrecognized function: 'constructor'"],
    ["contains('a')", 'Too few parameters'],
    ["format('{1}', 'a')", 'format string is invalid'],
    ["fromJSON('{')", 'Error parsing fromJson'],
    ['1 ==', 'Unexpected end of expression'],
    ['a b', "Unexpected symbol: 'b'"],
    ['"double"', 'Unexpected symbol: \'"double"\''],
    ['(1', 'Unexpected end'],
  ])('refuse %s', (expression, message) => {
    expect(() => evaluate(expression, scope)).toThrow(message)
  })

  it('can be refused the status and the files where they are not known yet', () => {
    const early: Scope = { contexts: {} }
    expect(() => evaluate('success()', early)).toThrow('Unrecognized function')
    expect(() => evaluate("hashFiles('a')", early)).toThrow('Unrecognized function')
  })
})

describe('texts with expressions', () => {
  it('take the values in as text', () => {
    expect(interpolate(`on \${{ matrix.node }} for \${{env.NAME}}: \${{ null }}\${{ true }}`, scope)).toBe(
      'on 20 for shop: true',
    )
    expect(interpolate(`\${{ format('{0}}}', 'a') }}!`, scope)).toBe('a}!')
    expect(interpolate('plain', scope)).toBe('plain')
    expect(interpolate(`\${{ matrix }} \${{ matrix.os }}`, scope)).toBe('Object Array')
  })

  it('that are nothing but one keep its type', () => {
    expect(interpolate(`\${{ fromJSON('[1, 2]') }}`, scope)).toEqual([1, 2])
    expect(interpolateAll({ node: [`\${{ matrix.node }}`, `v\${{ matrix.node }}`] }, scope)).toEqual({
      node: [20, 'v20'],
    })
  })

  it('are refused where one is not closed', () => {
    expect(() => interpolate(`\${{ env.NAME`, scope)).toThrow('not closed')
  })
})

describe('conditions', () => {
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, false],
    ["github.ref == 'refs/heads/main'", true, false],
    [`\${{ github.ref == 'refs/heads/other' }}`, false, false],
    ['always()', true, true],
    ['failure()', false, true],
    [`\${{ !cancelled() }}`, true, true],
    ["always() && needs.test.result == 'success'", false, false],
    // Text beside an expression makes it all a text, which is true.
    [`\${{ false }} && false`, true, false],
  ])('%s is %s while all goes well and %s after a failure', (condition, well, afterFailure) => {
    expect(evaluateCondition(condition, scope)).toBe(well)
    expect(evaluateCondition(condition, failed)).toBe(afterFailure)
  })
})
