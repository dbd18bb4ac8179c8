import type { Artifact } from '../../spec/artifact.js'
import { fileOf } from '../../toolkit/file-of.js'
import { domainFile } from './domain.js'
import { basePathWrong } from './problems.js'

/** What the files of a site are completed with. */
export interface SiteAdditions {
  /** The domain of the site; `null`: it has none of its own. */
  readonly domain: string | null
  /** Whether unknown addresses are answered by the one page of the site; `auto`: where it has one page only. */
  readonly fallback: boolean | 'auto'
}

const notFoundPage = '404.html'

/**
 * Completes the files of a site for a branch that GitHub Pages publish: without `.nojekyll`, what begins with `_` would be left
 * out; without `CNAME`, the site would lose its domain.
 */
export async function completeFiles(
  artifacts: readonly Artifact[],
  { domain, fallback }: SiteAdditions,
  others: readonly Artifact[] = [],
): Promise<readonly Artifact[]> {
  const find = (path: string) => artifacts.find((one) => one.path === path)
  const pages = artifacts.filter(({ path }) => path.endsWith('.html'))
  const index = find('index.html')
  const isSingle = fallback === 'auto' ? pages.length === 1 : fallback
  const added: Artifact[] = [...others]
  if (!find('.nojekyll')) added.push(await fileOf('.nojekyll', ''))
  if (isSingle && index && !find(notFoundPage)) added.push({ ...index, path: notFoundPage })
  if (domain !== null) added.push(await fileOf(domainFile, `${domain}\n`))
  const replaced = new Set(added.map(({ path }) => path))
  return [...artifacts.filter(({ path }) => !replaced.has(path)), ...added].sort((one, other) =>
    one.path < other.path ? -1 : 1,
  )
}

const addresses = /<(?:script|link|img)\b[^>]*?\s(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi

/**
 * Holds what index.html asks for against the path that the site is served below.
 *
 * @param artifacts All files of the site, completed.
 * @param base with a slash at both ends.
 * @returns an address that links into a single-page app would not find, since it is relative; `undefined` where there is none.
 * @throws OptionsError `base-path-mismatch`
 */
export async function checkBasePath(artifacts: readonly Artifact[], base: string): Promise<string | undefined> {
  const find = (path: string) => artifacts.find((one) => one.path === path)
  const index = find('index.html')
  if (!index) return undefined
  const paths = new Set(artifacts.map(({ path }) => path))
  let relative: string | undefined
  const html = new TextDecoder().decode(await index.read())
  for (const [, double, single] of html.matchAll(addresses)) {
    const address = (double ?? single ?? '').replace(/[?#].*$/s, '')
    // Other origins are none of ours.
    if (/^(?:\/\/|[a-z][a-z\d+.-]*:)/i.test(address)) continue
    if (!address.startsWith('/')) {
      if (paths.has(address.replace(/^(?:\.\/)+/, ''))) relative ??= address
      continue
    }
    if (address.startsWith(base) && paths.has(address.slice(base.length))) continue
    // A file of the site, seen from another base: from the root, or from a folder of another name.
    const isOurs = paths.has(address.slice(1)) || paths.has(address.replace(/^\/[^/]+\//, ''))
    if (isOurs) throw basePathWrong(base, address)
  }
  // Relative addresses fit anywhere, as long as their page is not shown elsewhere.
  const isFallback = find(notFoundPage)?.sha1 === index.sha1 && !/<base\b[^>]*\shref/i.test(html)
  return isFallback ? relative : undefined
}
