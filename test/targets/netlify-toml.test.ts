import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { completeBuild } from '../../src/targets/netlify/complete-toml.js'

const wanted = { command: 'node build.mjs --title "shop"', publish: 'dist' }
const kept = { ...wanted, publish: 'public' }

/** What stands there, what of `[build]` comes of it, and how it begins. */
const files: readonly (readonly [what: string, text: string, build: Record<string, unknown>])[] = [
  ['none', '', wanted],
  ['of other tables', '[[redirects]]\nfrom = "/a" # [build]\nto = "/b"\n', wanted],
  ['without an end of the last line', 'a = """\n[build]\npublish = "no"\n"""', wanted],
  ['with one of both', '# ours\n[build] # here\npublish = "public"\n[other]\npublish = "no"\n', kept],
  ['with the table last', '[build]', wanted],
  ['with ends of lines of Windows', "[build]\r\n  publish = 'public'\r\n", kept],
  ['with a table below it', '[build.environment]\nA = "1"\n', { ...wanted, environment: { A: '1' } }],
  ['with keys of several names', 'build.publish = "public"\n[a]\n', kept],
  ['in one line', 'build = { publish = "public", ignore = "a, command = b" }\n', { ...kept, ignore: 'a, command = b' }],
  ['with a mark of the order of bytes', '\uFEFFbuild.publish = "public"\n', kept],
  ['in one line, and empty', 'build = {}\n', wanted],
  ['of several lines', 'a = [\n  "]",\n  [1],\n]\n[build]\nignore = "x"\n', { ...wanted, ignore: 'x' }],
]

describe('a netlify.toml', () => {
  it.each(files)('%s gets what it lacks, and keeps all that it has', (_what, text, build) => {
    const complete = completeBuild(text, wanted)
    expect(parse(complete.replace('\uFEFF', ''))).toEqual({ ...parse(text.replace('\uFEFF', '')), build })
    expect(complete.lastIndexOf('\uFEFF')).toBe(text.lastIndexOf('\uFEFF'))
    let rest = complete
    for (const line of text
      .replace('\uFEFF', '')
      .split('\n')
      .filter((one) => !one.startsWith('build = {'))) {
      expect(rest).toContain(line)
      rest = rest.slice(rest.indexOf(line) + line.length)
    }
    expect(completeBuild(complete, wanted)).toBe(complete)
  })
})
