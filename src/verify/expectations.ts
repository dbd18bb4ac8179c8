import type { Artifact } from '../spec/artifact.js'
import type { Verification } from '../spec/release.js'

/** What an address must be answered with. */
export interface Expectation {
  /** Path of the address, percent-encoded, with a leading slash. */
  readonly path: string
  readonly status: number
  /** The file whose bytes must come; `null` where only the status counts. */
  readonly artifact: Artifact | null
}

/** Everything that is fetched to prove that a release is live. */
export interface Expectations {
  readonly files: readonly Expectation[]
  readonly fallback: Expectation | null
  readonly kind: Verification['fallback']
  /** A single-page app whose deep links the host does not know. */
  readonly missingRewrite: boolean
}

/** Files that hosts read for themselves and do not serve. */
const hostFiles = new Set(['_headers', '_redirects', 'netlify.toml'])
/** Files compared at the most: the page, what it refers to, then others; all of a small site, a sample of a large one. */
const most = 25

/**
 * Decides what to fetch.
 * @param probe Path that no build has, to see what an unknown address is answered with.
 */
export async function expectationsOf(
  artifacts: readonly Artifact[],
  routing: 'spa' | 'static',
  probe: string,
): Promise<Expectations> {
  const byPath = new Map(artifacts.map((artifact) => [artifact.path, artifact]))
  const text = async (path: string) => new TextDecoder().decode(await byPath.get(path)?.read())
  const index = byPath.get('index.html')
  const html = await text('index.html')
  const served = artifacts.filter(({ path }) => !hostFiles.has(path) && path !== 'index.html')
  const referred = served.filter(({ path }) => html.includes(path))
  const chosen = new Set([...(index ? [index] : []), ...referred, ...served.slice(0, most)].slice(0, most))

  const redirects = await text('_redirects')
  const rewrites = /^\s*\/\*\s+\/(?:index\.html)?\s+200!?\s*$/m.test(redirects)
  const ownRules = byPath.has('netlify.toml') || /^\s*\/\S*\*/m.test(redirects)
  const notFound = byPath.get('404.html')
  const files = [...chosen].map((artifact) => ({ path: addressOf(artifact.path), status: 200, artifact }))
  const path = `/${probe}`
  if (rewrites && index) {
    return { files, fallback: { path, status: 200, artifact: index }, kind: 'spa', missingRewrite: false }
  }
  const missingRewrite = routing === 'spa' && !ownRules && !notFound
  if (notFound && !ownRules) {
    return { files, fallback: { path, status: 404, artifact: notFound }, kind: 'not-found-page', missingRewrite }
  }
  // Where the project has rules of its own, what they do with an unknown path is not ours to judge.
  const fallback = ownRules ? null : { path, status: 404, artifact: null }
  return { files, fallback, kind: 'host', missingRewrite }
}

function addressOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  return `/${encoded.replace(/(^|\/)index\.html$/, '$1')}`
}
