import { isNameable } from '../../toolkit/named-files.js'
import { fitsAllBelow, fitsPattern, mayFitBelow } from '../../toolkit/path-pattern.js'

/**
 * Patterns for the paths that fit one pattern and none of some others: Netlify joins what all rules say that fit a path, and no
 * pattern can say "but not". Where a folder holds paths of the others, its files are named one by one.
 *
 * @param paths of the files that are published
 */
export function uncovered(pattern: string, covers: readonly string[], paths: readonly string[]): string[] {
  if (covers.length === 0) return [pattern]
  const parts = pattern.split('/').filter((part) => part !== '')
  const isPlain = parts.slice(0, -1).every((part) => !/^:|\*/.test(part))
  if (isPlain && parts.at(-1) === '*') return below(parts.slice(0, -1), covers, paths)
  if (isPlain && !/^:|\*/.test(parts.at(-1) ?? ''))
    return covers.some((one) => fitsPattern(one, pattern)) ? [] : [pattern]
  const fitting = paths.flatMap(addressesOf).filter((address) => fitsPattern(pattern, address))
  return fitting.every((address) => !isCovered(address, covers))
    ? [pattern]
    : fitting.filter((address) => !isCovered(address, covers))
}

function below(folder: readonly string[], covers: readonly string[], paths: readonly string[]): string[] {
  const relevant = covers.filter((one) => mayFitBelow(one, folder))
  if (relevant.length === 0) return [`/${[...folder, '*'].join('/')}`]
  if (relevant.some((one) => fitsAllBelow(one, folder))) return []
  const prefix = folder.map((name) => `${name}/`).join('')
  const inside = paths.filter((path) => path.startsWith(prefix))
  const files = inside.filter((path) => !path.slice(prefix.length).includes('/'))
  const names = inside.flatMap((path) => /^([^/]+)\//.exec(path.slice(prefix.length))?.[1] ?? [])
  return [
    ...files.flatMap(addressesOf).filter((address) => !isCovered(address, relevant)),
    ...[...new Set(names)].flatMap((name) => below([...folder, name], relevant, inside)),
  ]
}

function isCovered(address: string, covers: readonly string[]): boolean {
  return covers.some((one) => fitsPattern(one, address))
}

/** Where a file is found: a page without its ending, too. What no pattern can name is left out. */
function addressesOf(path: string): string[] {
  if (!isNameable(path)) return []
  const page = /^(.*?)\/?index\.html$/.exec(`/${path}`)?.[1]
  if (page !== undefined) return [page === '' ? '/' : page, `/${path}`]
  return path.endsWith('.html') ? [`/${path.slice(0, -5)}`, `/${path}`] : [`/${path}`]
}
