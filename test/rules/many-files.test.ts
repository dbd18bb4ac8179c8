import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeRules } from '../../src/rules/make-rules.js'
import type { Artifact } from '../../src/spec/artifact.js'
import type { HeaderRule, VercelRules } from '../../src/spec/rules.js'
import { withRuleFiles } from '../../src/targets/netlify/rule-files.js'
import { foreseenRedirects } from '../../src/targets/vercel/foreseen-redirects.js'
import { withRules } from '../../src/targets/vercel/rule-routes.js'

const files = 600

/** Files with digests in their names, one of them without, so that no folder can be named as a whole. */
const pathsOf = (count: number) => [
  'assets/about.js',
  ...Array.from({ length: count - 1 }, (_, index) => {
    const digest = (0x8f3b2c1d + index * 0x10061).toString(16)
    return `assets/chunk-${digest}.js`
  }),
]
const artifactsOf = (paths: readonly string[]): Artifact[] =>
  paths.map((path) => {
    return { path, size: 1, mode: '100644', sha1: path, oid: path, read: async () => new Uint8Array() }
  })
const times = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, i) => make(i))

/** All that is made of rules, by what makes it. */
function workOf(fileCount: number, ruleCount: number) {
  const paths = pathsOf(fileCount)
  const artifacts = artifactsOf(paths)
  const headers = times(
    ruleCount,
    (index): HeaderRule => ({ for: `/docs-${index}/*`, headers: [['Cache-Control', 'no-store']], source: null }),
  )
  const vercel: VercelRules = {
    redirects: times(ruleCount, (index) => ({ source: `/old-${index}/:rest*`, destination: `/new-${index}/:rest*` })),
  }
  const made = () =>
    makeRules(
      { redirects: [], headers, files: [] },
      { netlify: null, vercel },
      { security: 'strict', cache: true, rules: [] },
      paths,
    )
  return {
    rules: made,
    netlify: async () => withRuleFiles(artifacts, await made()),
    vercel: async () => withRules({ version: 3 }, await made(), artifacts),
    foreseen: async () => foreseenRedirects(vercel, paths),
  }
}
type Maker = keyof ReturnType<typeof workOf>

/** How often an expression is held against a text. */
async function triesOf(maker: Maker, fileCount: number, ruleCount: number): Promise<number> {
  const work = workOf(fileCount, ruleCount)
  // Whatever tests, matches or replaces asks this one as soon as it is not the built-in one any more.
  const exec = vi.spyOn(RegExp.prototype, 'exec')
  await work[maker]()
  const { length } = exec.mock.calls
  exec.mockRestore()
  return length
}

describe('rules for many files', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it.each<Maker>(['rules', 'netlify', 'vercel', 'foreseen'])(
    'are held against each file, but not each rule against each file: %s',
    async (maker) => {
      const one = await triesOf(maker, files, 1)
      expect(one).toBeGreaterThan(files)
      expect(await triesOf(maker, files, 30)).toBeLessThan(one + files * 3)
      expect(await triesOf(maker, files * 2, 1)).toBeLessThan(one * 2.2)
    },
  )

  it.each<Maker>(['rules', 'netlify', 'vercel'])('give the page its turn in between: %s', async (maker) => {
    const yielded = vi.fn(async () => undefined)
    vi.stubGlobal('scheduler', { yield: yielded })
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 1
      return now
    })
    await workOf(files, 30).rules()
    const ofRules = yielded.mock.calls.length
    expect(ofRules).toBeGreaterThan(files / 11)
    if (maker === 'rules') return
    yielded.mockClear()
    await workOf(files, 30)[maker]()
    expect(yielded.mock.calls.length).toBeGreaterThan(ofRules + files / 20)
  })
})
