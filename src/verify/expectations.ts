import type { Artifact } from '../spec/artifact.js'
import type { Warning } from '../spec/plan.js'
import type { Verification } from '../spec/release.js'
import type { TargetAdvice } from '../spec/target.js'
import { appliesTo, parseRedirects, type RedirectRule } from './redirects.js'

/** What an address must be answered with. */
export interface Expectation {
  /** Path of the address below that of the site, percent-encoded, with a leading slash. */
  readonly path: string
  /** `null`: any that is no error. */
  readonly status: number | null
  /** The file whose bytes must come; `null` where only the status counts. */
  readonly artifact: Artifact | null
}

/** Everything that is fetched to prove that a release is live. */
export interface Expectations {
  readonly files: readonly Expectation[]
  readonly fallback: Expectation | null
  readonly kind: Verification['fallback']
  /** What the files alone show to be wrong, or beyond proof. */
  readonly warnings: readonly Warning[]
}

const rewriteMissing: Warning = {
  code: 'rewrite-missing',
  message: 'Links into this single-page app are answered with 404 when they are opened directly.',
  hint: 'Add a file public/_redirects with the line "/* /index.html 200".',
}
const pageMissing: Warning = {
  code: 'page-missing',
  message: 'The output holds no index.html, so the address of the site itself answers 404.',
  hint: 'Check project.outputDirectory.',
}
const nothingCompared: Warning = {
  code: 'nothing-compared',
  message: 'The rules of the project answer for every file, so nothing could be compared.',
  hint: 'Open the address, or check _redirects.',
}

/** Files that hosts read for themselves and do not serve. */
const hostFiles = new Set(['_headers', '_redirects', 'netlify.toml'])
/** Files compared at the most: the page, what it refers to, then others; all of a small site, a sample of a large one. */
const most = 25
/** Bytes compared at the most besides the page: a visitor on a slow line fetches them within the time limit. */
const mostBytes = 10_000_000
/** Bytes of a file that is compared rather than a larger one. */
const small = 500_000

/**
 * Decides what to fetch.
 * @param probe Path that no build has, to see what an unknown address is answered with.
 */
export async function expectationsOf(
  artifacts: readonly Artifact[],
  options: {
    readonly routing: 'spa' | 'static'
    /** Where a server answers, too. @default nowhere */
    readonly renders?: 'first-page' | 'others' | undefined
    readonly advice?: TargetAdvice | undefined
  },
  probe: string,
): Promise<Expectations> {
  const { routing, renders, advice } = options
  const byPath = new Map(artifacts.map((artifact) => [artifact.path, artifact]))
  const text = async (path: string) => new TextDecoder().decode(await byPath.get(path)?.read())
  const rules = parseRedirects(await text('_redirects'))
  const chosen = choose(artifacts, byPath, rules, await text('index.html'))
  const files = chosen.map((artifact) => ({ path: addressOf(artifact.path), status: 200, artifact }))
  const warnings: Warning[] = []
  const hasPage = byPath.has('index.html')
  if (renders) {
    // What a server makes of other paths is not ours to judge; of its first page, only that it is one.
    const first: Expectation[] = hasPage || renders === 'others' ? [] : [{ path: '/', status: null, artifact: null }]
    if (!hasPage && renders === 'others') warnings.push(pageMissing)
    return { files: [...first, ...files], fallback: null, kind: 'server', warnings }
  }
  if (!hasPage && !rules.some((one) => appliesTo(one, '/'))) warnings.push(pageMissing)
  if (files.length === 0) warnings.push(nothingCompared)

  const path = `/${probe}`
  const rule = rules.find((one) => appliesTo(one, path))
  if (rule || byPath.has('netlify.toml')) {
    const page = rule && !rule.conditional && byPath.get(rule.to.replace(/^\//, '') || 'index.html')
    if (page && rule.status === 200) {
      return { files, fallback: { path, status: 200, artifact: page }, kind: 'spa', warnings }
    }
    if (page && rule.status === 404) {
      return { files, fallback: { path, status: 404, artifact: page }, kind: 'not-found-page', warnings }
    }
    // What else the rules of the project do with an unknown path is not ours to judge.
    return { files, fallback: null, kind: 'host', warnings }
  }
  const artifact = byPath.get('404.html') ?? null
  const kind = artifact ? 'not-found-page' : 'host'
  if (routing === 'spa' && !artifact)
    warnings.push({ ...rewriteMissing, hint: advice?.rewriteMissing ?? rewriteMissing.hint })
  return { files, fallback: { path, status: 404, artifact }, kind, warnings }
}

/** The page first, then what it refers to, then others from all over the site, small ones before large ones. */
function choose(
  artifacts: readonly Artifact[],
  byPath: ReadonlyMap<string, Artifact>,
  rules: readonly RedirectRule[],
  html: string,
): Artifact[] {
  // A forced rewrite of everything to one page is no exception that a file makes: it hides all the others.
  const shadowing = rules.filter((rule) => rule.forced && !(rule.from === '/*' && rule.status === 200))
  const isServed = ({ path }: Artifact) =>
    !hostFiles.has(path) && !shadowing.some((rule) => appliesTo(rule, `/${path.replace(indexName, '$1')}`))
  const index = byPath.get('index.html')
  const served = artifacts.filter(isServed)
  const light = served.filter(({ size }) => size <= small)
  const heavy = served.filter(({ size }) => size > small).sort((one, other) => one.size - other.size)
  const step = Math.ceil(light.length / most)
  const spread = light.filter((_, position) => position % step === 0)
  const chosen = new Set(index && isServed(index) ? [index] : [])
  let bytes = 0
  for (const artifact of [...mentionedIn(html, byPath), ...spread, ...light, ...heavy]) {
    if (chosen.size === most) break
    if (chosen.has(artifact) || !isServed(artifact) || bytes + artifact.size > mostBytes) continue
    chosen.add(artifact)
    bytes += artifact.size
  }
  // Something must be compared, however large.
  const [least] = heavy
  return chosen.size === 0 && least ? [least] : [...chosen]
}

/** The files that a page names, whatever the base of its addresses is. */
function* mentionedIn(html: string, byPath: ReadonlyMap<string, Artifact>): Iterable<Artifact> {
  for (const [word] of html.matchAll(/[^\s"'<>()=,]+/g)) {
    // Longer words are data, not addresses.
    if (word.length > 1000) continue
    const [address = ''] = word.split(/[?#]/)
    for (let start = 0; start >= 0; start = address.indexOf('/', start) + 1 || -1) {
      const artifact = byPath.get(address.slice(start))
      if (artifact) {
        yield artifact
        break
      }
    }
  }
}

const indexName = /(^|\/)index\.html$/

function addressOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  return `/${encoded.replace(indexName, '$1')}`
}
