import { describe, expect, it } from 'vitest'
import { readRedirects } from '../../src/rules/redirects-file.js'

const read = (text: string) => readRedirects(text, '_redirects')
const only = (line: string) => {
  const { rules, mistakes } = read(line)
  expect(mistakes).toEqual([])
  return rules[0]
}

describe('a line of _redirects', () => {
  it.each([
    ['/a /b', { from: '/a', to: '/b', status: 301, force: false }],
    ['/a   /b\t302 # moved', { to: '/b', status: 302 }],
    ['/* /index.html 200!', { from: '/*', status: 200, force: true }],
    ['/store id=:id tag=new /blog/:id 301', { query: { id: ':id', tag: 'new' }, to: '/blog/:id' }],
    ['/api/* https://api.example.com/:splat 200', { to: 'https://api.example.com/:splat' }],
    ['https://old.example.com/* https://example.com/:splat 301!', { from: 'https://old.example.com/*', force: true }],
    ['/* 200', { from: '/*', to: '/:splat', status: 200 }],
    ['/ /de 302 Country=de,at language=de', { conditions: { Country: ['de', 'at'], Language: ['de'] } }],
    ['/api/* https://x.example/:splat 200 Sign=API_KEY', { signed: 'API_KEY' }],
    ['/a /b#part', { to: '/b#part' }],
  ])('is read as Netlify reads it: %s', (line, expected) => {
    expect(only(line)).toMatchObject(expected)
  })

  it.each([
    ['/a', /"\/a" has no destination/],
    ['/a # /b', /"\/a" has no destination/],
    ['/a b', /"b" is no destination/],
    ['/a ftp://x.example/', /no destination/],
    ['a /b', /"a" is no path/],
    ['/.netlify/functions/x /b', /Netlify's own/],
    ['/a /b 301?', /"301\?" is no status/],
    ['/a /b 99', /99 is no status/],
    ['/a 404', /"\/a" has no destination/],
    ['/a /b 301 Counrty=de', /there is no condition "Counrty"/],
    ['/a /b 301 Country=', /"Country=" is no condition/],
    ['/a id /b', /"id" is no query parameter/],
    ['https://[ /b', /no address/],
  ])('is a mistake where Netlify would skip it: %s', (line, message) => {
    const { rules, mistakes } = read(`# rules\n\n${line}\n/fine /there\n`)
    expect(mistakes).toEqual([
      { line: 3, message: expect.stringMatching(message), hint: expect.stringMatching(/\.$|301/) },
    ])
    expect(rules.map(({ from }) => from)).toEqual(['/fine'])
  })

  it.each([
    ['/blog/*/old /new', /_redirects, line 2: an asterisk counts only at the end/],
    ['/blog/old /new/:splat', /line 2: nothing in "\/blog\/old" gives the :splat/],
    ['/blog/:slug /new/:name', /gives the :name of/],
  ])('is a warning where it may fit nothing: %s', (line, message) => {
    const { rules, mistakes, warnings } = read(`\n${line}`)
    expect(mistakes).toEqual([])
    expect(rules).toHaveLength(1)
    expect(warnings).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })])
  })

  it('may end as Windows ends lines, and begin with a byte order mark', () => {
    const { rules, mistakes } = read('\uFEFF/a /b 302\r\n/c /d\r\n')
    expect(mistakes).toEqual([])
    expect(rules.map(({ from, status, source }) => [from, status, source.line])).toEqual([
      ['/a', 302, 1],
      ['/c', 301, 2],
    ])
  })

  it('takes the port of an address for what it is', () => {
    expect(read('/api/* http://api.example.com:8080/:splat 200').warnings).toEqual([])
  })
})
