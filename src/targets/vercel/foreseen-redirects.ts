import type { VercelRules } from '../../spec/rules.js'
import type { Route } from './routes.js'
import { vercelRoutes } from './vercel-routes.js'

/** Stands for every path that no build has. */
const unknownPath = '/tabship-probe/not-there'

/**
 * What a `vercel.json` does with the files of a site and with unknown paths, as lines of `_redirects`.
 * @param paths of the files that are published
 */
export function foreseenRedirects(rules: VercelRules, paths: readonly string[]): string {
  // Those lead to the same pages by other addresses.
  const routes = vercelRoutes({ ...rules, cleanUrls: undefined, trailingSlash: undefined })
  const before = (routes.get(null) ?? []).filter(decides)
  const after = (routes.get('filesystem') ?? []).filter(decides)
  const forAll = joinExpressions(before.filter(isForAll).map(sourceOf))
  const lines: string[] = []
  for (const path of forAll.length === 0 ? [] : paths) {
    const address = `/${path.replace(/(^|\/)index\.html$/, '$1')}`
    if (forAll.some((one) => one.test(address)) && !/\s/.test(address)) lines.push(`${address} /elsewhere 301!`)
  }
  const first = [...before, ...after].find((route) => new RegExp(sourceOf(route), 'i').test(unknownPath))
  if (first) {
    const isPage = isForAll(first) && /^\/(?:index\.html)?$/.test(first.dest ?? '')
    lines.push(isPage ? '/* /index.html 200' : '/* /elsewhere 200 Role=some')
  }
  return lines.map((line) => `${line}\n`).join('')
}

function decides({ dest, status, continue: goesOn }: Route): boolean {
  return goesOn !== true && (dest !== undefined || status !== undefined)
}

function isForAll({ has, missing }: Route): boolean {
  return has === undefined && missing === undefined
}

function sourceOf({ src = '' }: Route): string {
  return src
}

/** One expression in place of many, as the files may be many as well; those that name or repeat a group stay as they are. */
function joinExpressions(sources: readonly string[]): RegExp[] {
  const isAlone = (source: string) => /\\[1-9k]|\(\?</.test(source)
  const joined = sources.filter((source) => !isAlone(source)).map((source) => `(?:${source})`)
  const all = [...(joined.length > 0 ? [joined.join('|')] : []), ...sources.filter(isAlone)]
  return all.map((source) => new RegExp(source, 'i'))
}
