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
  const lines: string[] = []
  for (const path of paths) {
    const address = `/${path.replace(/(^|\/)index\.html$/, '$1')}`
    if (!/\s/.test(address) && before.some((route) => isForAll(route) && fits(route, address))) {
      lines.push(`${address} /elsewhere 301!`)
    }
  }
  const [first] = [...before, ...after].filter((route) => fits(route, unknownPath))
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

function fits({ src = '' }: Route, path: string): boolean {
  return new RegExp(src, 'i').test(path)
}
