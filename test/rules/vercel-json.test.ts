import { getTransformedRoutes } from '@vercel/routing-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readVercelJson } from '../../src/rules/vercel-json.js'
import type { VercelRules } from '../../src/spec/rules.js'
import { joinPhases } from '../../src/targets/vercel/routes.js'
import { vercelRoutes } from '../../src/targets/vercel/vercel-routes.js'

const rulesOf = (config: object): VercelRules => {
  const { rules, mistakes } = readVercelJson(JSON.stringify(config))
  expect(mistakes).toEqual([])
  return rules as VercelRules
}

describe('a vercel.json', () => {
  // Where a newer edition of its parser would make something else of a source, Vercel's package says so.
  beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue())
  afterEach(() => void vi.restoreAllMocks())

  it.each<[string, object]>([
    ['redirects', { redirects: [{ source: '/a', destination: '/b' }] }],
    [
      'their statuses',
      {
        redirects: [
          { source: '/a', destination: '/b', permanent: false },
          { source: '/c', destination: '/d', statusCode: 301 },
        ],
      },
    ],
    [
      'names and the rest of a path',
      { redirects: [{ source: '/blog/:slug/:rest*', destination: '/news/:slug/:rest*?from=:slug' }] },
    ],
    [
      'patterns',
      {
        redirects: [
          { source: '/post/:id(\\d+)', destination: '/p/:id' },
          { source: '/(en|de)/:path+', destination: '/:path+' },
        ],
      },
    ],
    [
      'optional parts',
      {
        redirects: [
          { source: '/docs/:page?', destination: 'https://docs.example.com/:page' },
          { source: '/a{-:b}?', destination: '/x/:b' },
        ],
      },
    ],
    ['an escaped character', { redirects: [{ source: '/a\\(b\\).:ext', destination: '/c.:ext' }] }],
    ['negative patterns', { rewrites: [{ source: '/((?!api/|_next).*)', destination: '/index.html' }] }],
    [
      'rewrites, with what their path leaves unused',
      {
        rewrites: [
          { source: '/:user/:tab', destination: '/page.html' },
          { source: '/x/:y', destination: '/z/:y?a=1' },
        ],
      },
    ],
    [
      'a rewrite to another host',
      { rewrites: [{ source: '/api/:path*', destination: 'https://api.example.com:8080/v1/:path*' }] },
    ],
    [
      'headers',
      {
        headers: [
          {
            source: '/(.*)',
            headers: [
              { key: 'X-A', value: '1' },
              { key: 'Link', value: 'https://x.example/a' },
            ],
          },
        ],
      },
    ],
    ['headers with names', { headers: [{ source: '/u/:name', headers: [{ key: 'X-:name', value: 'is :name' }] }] }],
    [
      'conditions',
      {
        redirects: [
          {
            source: '/:path*',
            has: [
              { type: 'host', value: '(?<sub>.*)\\.old\\.example' },
              { type: 'header', key: 'X-Test' },
            ],
            missing: [{ type: 'cookie', key: 'c' }],
            destination: 'https://example.com/:sub/:path*',
          },
        ],
      },
    ],
    ['clean addresses', { cleanUrls: true, trailingSlash: true }],
    ['no slash at the end', { trailingSlash: false, cleanUrls: true }],
    [
      'routes',
      {
        routes: [
          { src: '/a/(.*)', dest: '/b/$1' },
          { handle: 'filesystem' },
          { src: '/(.*)', status: 404, dest: '/404.html' },
        ],
      },
    ],
  ])('becomes the routes that Vercel itself makes of it: %s', (_what, config) => {
    const { routes, error } = getTransformedRoutes(structuredClone(config))
    expect(error).toBeNull()
    expect(joinPhases(vercelRoutes(rulesOf(config)))).toEqual(routes)
  })

  it.each<[string, number, RegExp, string]>([
    ['a comma too much', 3, /a comma stands behind the last entry/, '{\n  "cleanUrls": true,\n}'],
    ['a comment', 2, /"\/" stands where a name in double quotes/, '{\n  // mine\n  "cleanUrls": true\n}'],
    ['a missing comma', 3, /"\\"" stands where "," or "}" is expected/, '{\n  "cleanUrls": true\n  "images": {}\n}'],
    ['an end too early', 2, /the end of the file stands where/, '{\n  "redirects": ['],
    ['something behind the end', 2, /"\]" stands behind the end/, '{}\n]'],
    ['a list in place of an object', 1, /expected an object/, '[]'],
    ['a text in place of true', 2, /cleanUrls: expected true or false/, '{\n  "cleanUrls": "yes"\n}'],
    [
      'a name that is no property',
      4,
      /redirects\[0\]\.dest: there is no such property/,
      '{\n  "redirects": [\n    { "source": "/a", "destination": "/b",\n      "dest": "/b" }\n  ]\n}',
    ],
    [
      'a missing destination',
      3,
      /redirects\[0\]\.destination: expected a text/,
      '{\n  "redirects": [\n    { "source": "/a" }\n  ]\n}',
    ],
    ['a mistyped property', 2, /redirect: there is no such property/, '{\n  "redirect": []\n}'],
    [
      'routes beside rewrites',
      3,
      /routes and rewrites can't be used together/,
      '{\n  "rewrites": [],\n  "routes": []\n}',
    ],
    [
      'a source without a slash',
      2,
      /headers\[0\]\.source does not start with "\/"/,
      '{"headers":\n[{"source": "a", "headers": []}]}',
    ],
    [
      'a source with an open bracket',
      1,
      /rewrites\[0\]\.source is no pattern: a bracket is not closed/,
      '{"rewrites":[{"source":"/(a","destination":"/b"}]}',
    ],
    [
      'a source with a group in a group',
      1,
      /no pattern: a group in a group/,
      '{"rewrites":[{"source":"/(a(b))","destination":"/b"}]}',
    ],
    [
      'a destination with an unknown name',
      3,
      /has ":slug", which its source does not give/,
      '{"redirects": [{\n"source": "/a/:id",\n"destination": "/b/:slug" }]}',
    ],
    [
      'two statuses',
      1,
      /has permanent and statusCode/,
      '{"redirects":[{"source":"/a","destination":"/b","permanent":true,"statusCode":301}]}',
    ],
    [
      'a schedule that is none',
      2,
      /crons\[0\]\.schedule: expected five fields/,
      '{"crons": [\n{"path": "/a", "schedule": "daily"}]}',
    ],
    ['images without sizes', 1, /images\.sizes/, '{"images": {"domains": []}}'],
    ['a route that is no expression', 1, /routes\[0\]\.src is no regular expression/, '{"routes":[{"src":"/(a"}]}'],
  ])('has %s told with its line', (_what, line, message, text) => {
    const { mistakes, rules } = readVercelJson(text)
    expect(rules).toBeNull()
    expect(mistakes[0]).toMatchObject({ line, message: expect.stringMatching(message) })
  })

  it('may have properties that are new, with a warning that names the line', () => {
    const { rules, warnings } = readVercelJson('{\n  "$schema": "x",\n  "somethingNew": 1,\n  "experimentalX": 1\n}')
    expect(rules).not.toBeNull()
    expect(warnings).toMatchObject([
      { message: expect.stringMatching(/^vercel\.json, line 3: "somethingNew" is not known/) },
    ])
  })

  it('is JSON as JSON.parse has it', () => {
    const value = { images: { sizes: [1, -2.5e3] }, env: { a: 'ä"\\\n\u2028', b: '', c: null }, public: false }
    const text = JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')
    expect(readVercelJson(text).mistakes).toEqual([])
    expect(readVercelJson(text).rules?.images).toEqual(value.images)
  })
})
