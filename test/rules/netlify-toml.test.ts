import { beforeAll, describe, expect, it } from 'vitest'
import { loadToml } from '../../src/project/toml.js'
import { type ReadNetlifyToml, readNetlifyToml, type Toml } from '../../src/rules/netlify-toml.js'

let toml: Toml
const read = (text: string): ReadNetlifyToml => readNetlifyToml(text, toml)

beforeAll(async () => {
  toml = await loadToml()
})

describe('a netlify.toml', () => {
  it('gives its redirects and headers with their lines', () => {
    const { rules, mistakes, warnings } = read(`
[build]
  command = "npm run build"
  publish = "dist"
[build.environment]
  NODE_VERSION = "20"
  SECRET = "hush"

[[redirects]]
  from = "/a/*"
  to = "/b/:splat"
  status = 302
  force = true
  query = {id = ":id"}
  conditions = {Country = ["de", "at"], Role = "admin"}

[[headers]]
  for = "/*"
  [headers.values]
    X-Frame-Options = "DENY"
    Cache-Control = '''
    max-age=0,
    no-cache'''
    Link = ["<a>", "<b>"]

[[redirects]]
  origin = "/old"
  destination = "/new"
`)
    expect([mistakes, warnings, rules?.rest]).toEqual([[], [], null])
    const { redirects, headers } = rules ?? {}
    const source = (line: number) => ({ file: 'netlify.toml', line })
    expect(redirects).toMatchObject([
      {
        ...{ from: '/a/*', to: '/b/:splat', status: 302, force: true, query: { id: ':id' } },
        ...{ conditions: { Country: ['de', 'at'], Role: ['admin'] }, source: source(9) },
      },
      { from: '/old', to: '/new', status: 301, force: false, source: source(26) },
    ])
    const values = [
      ['X-Frame-Options', 'DENY'],
      ['Cache-Control', 'max-age=0, no-cache'],
      ['Link', '<a>, <b>'],
    ]
    expect(headers).toEqual([{ for: '/*', headers: values, source: source(17) }])
  })

  it('keeps for the published one what no other file can say, and no command or variable', () => {
    const { rules } = read(`
[build]
command = "make"
environment = { KEY = "hush" }
[images]
remote_images = ["https://img.example.com/.*"]
[[redirects]]
from = "/api/*"
to = "https://api.example.com/:splat"
status = 200
headers = {X-From = "Netlify"}
[[redirects]]
from = "/a"
to = "/b"
`)
    const { rest, keepsRedirects } = rules ?? {}
    expect(keepsRedirects).toBe(true)
    expect(rest).toContain('https://img.example.com/.*')
    expect(rest).toContain('X-From')
    expect(rest?.match(/^from = /gm)).toHaveLength(2)
    expect(rest).not.toMatch(/hush|make/)
  })

  it.each<[string, number, RegExp, string]>([
    ['a syntax error', 3, /./, '[build]\npublish = "dist"\ncommand = npm run build\n'],
    [
      'one table in place of many',
      2,
      /redirects: expected tables, each with the heading \[\[redirects\]\]/,
      '\n[redirects]\nfrom = "/a"\nto = "/b"\n',
    ],
    [
      'a redirect from nowhere',
      4,
      /redirects\.1\.from: expected a text/,
      '[[redirects]]\nfrom = "/a"\nto = "/b"\n[[redirects]]\nto = "/b"\n',
    ],
    ['a redirect to nowhere', 1, /"\/a" has no destination/, '[[redirects]]\nfrom = "/a"\n'],
    [
      'a status in quotes',
      4,
      /redirects\.0\.status: expected a number without quotes/,
      '[[redirects]]\nfrom = "/a"\nto = "/b"\nstatus = "301"\n',
    ],
    ['a status that is none', 3, /42 is no status/, '[[redirects]]\nfrom = "/a"\nstatus = 42\nto = "/b"\n'],
    [
      'a condition that is none',
      1,
      /no condition "Land"/,
      '[[redirects]]\nfrom = "/a"\nto = "/b"\nconditions = {Land = ["de"]}\n',
    ],
    ['headers for nothing', 1, /headers\.0\.for: expected a text/, '[[headers]]\n[headers.values]\nX-A = "1"\n'],
    ['a table in the singular', 2, /no table "redirect"/, '\n[[redirect]]\nfrom = "/a"\nto = "/b"\n'],
    ['a table with a letter missing', 3, /no table "bild"/, '[dev]\nport = 1\n[bild]\npublish = "dist"\n'],
    ['a header of a number', 4, /headers\.0\.values\.X-A/, '[[headers]]\nfor = "/*"\n[headers.values]\nX-A = 1\n'],
    ['values that are many', 3, /headers\.0\.values/, '[[headers]]\nfor = "/*"\n[[headers.values]]\nX-A = "1"\n'],
    ['a folder that is a number', 2, /build\.publish: expected a text in quotes/, '[build]\npublish = 3\n'],
    ['a command of a context', 2, /context\.production\.command/, '[context.production]\ncommand = ["a"]\n'],
    ['a pattern of images', 2, /"\(" is no pattern/, '[images]\nremote_images = ["("]\n'],
    ['a plugin without a package', 1, /plugins\.0\.package/, '[[plugins]]\n[plugins.inputs]\na = 1\n'],
  ])('has %s told with its line', (_what, line, message, text) => {
    const { mistakes } = read(text)
    expect(mistakes[0]).toMatchObject({ line, message: expect.stringMatching(message) })
  })

  it('warns of a table that is like none that is known, for Netlify may know it', () => {
    expect(read('[build]\npublish = "dist"\n[weather]\nsun = true\n')).toMatchObject({
      mistakes: [],
      warnings: [{ message: 'netlify.toml, line 3: "weather" is not known.', hint: 'Netlify may pass over it.' }],
    })
  })

  it('warns of a path that is given no headers', () => {
    expect(read('\n[[headers]]\nfor = "/*"\n')).toMatchObject({
      mistakes: [],
      warnings: [{ message: 'netlify.toml, line 2: no headers are given for "/*".' }],
    })
  })

  it('warns of rules of one context, which Netlify does not know', () => {
    const { mistakes, warnings } = read('[build]\n\n[[context.production.redirects]]\nfrom = "/a"\nto = "/b"\n')
    expect(mistakes).toEqual([])
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/^netlify\.toml, line 3: redirects can't be/) }])
  })

  it('is not mistaken about lines by what stands in texts of several lines', () => {
    const text = '[build]\ncommand = """\n[[redirects]]\nfrom = "/x"\n"""\n[[redirects]]\nfrom = "/a"\n'
    expect(read(text).mistakes).toMatchObject([{ line: 6 }])
  })
})
