import { isNameable } from '../../toolkit/named-files.js'
import { fitsAllBelow, mayFitBelow, patternExpression } from '../../toolkit/path-pattern.js'
import { createPatternSet, type PatternSet } from '../../toolkit/pattern-set.js'

/** Patterns that have their say already. */
export interface Covers extends PatternSet {
  readonly patterns: readonly string[]
}

/** @returns what {@link createUncovered} takes, to be used again and again */
export function coversOf(patterns: readonly string[]): Covers {
  return { patterns, ...createPatternSet(patterns) }
}

interface Folder {
  readonly files: string[]
  readonly folders: Map<string, Folder>
}

/**
 * Returns a function that finds patterns for the paths that fit one pattern and none of some others: Netlify joins what all rules say
 * that fit a path, and no pattern can say "but not". Where a folder holds paths of the others, its files are named one by one.
 *
 * @param paths of the files that are published
 * @param pause Of `createPacer`.
 */
export function createUncovered(
  paths: readonly string[],
  pause: () => Promise<void>,
): (pattern: string, covers: Covers) => Promise<string[]> {
  const root = treeOf(paths)

  /** Adds those for all that is below a folder. */
  async function addBelow(
    found: string[],
    folder: Folder | undefined,
    parts: readonly string[],
    covers: Covers,
    patterns = covers.patterns,
  ): Promise<void> {
    await pause()
    const relevant = patterns.filter((one) => mayFitBelow(one, parts))
    if (relevant.length === 0) found.push(`/${[...parts, '*'].join('/')}`)
    if (relevant.length === 0 || relevant.some((one) => fitsAllBelow(one, parts))) return
    for (const path of folder?.files ?? []) {
      found.push(...addressesOf(path).filter((address) => !covers.fits(address)))
      await pause()
    }
    for (const [name, inner] of folder?.folders ?? []) await addBelow(found, inner, [...parts, name], covers, relevant)
  }

  async function amongAll(pattern: string, covers: Covers): Promise<string[]> {
    const expression = patternExpression(pattern)
    const free: string[] = []
    let isAny = false
    for (const path of paths) {
      const fitting = addressesOf(path).filter((address) => expression.test(address))
      const own = fitting.filter((address) => !covers.fits(address))
      isAny ||= own.length < fitting.length
      free.push(...own)
      await pause()
    }
    return isAny ? free : [pattern]
  }

  return async (pattern, covers) => {
    await pause()
    if (covers.patterns.length === 0) return [pattern]
    const parts = pattern.split('/').filter((part) => part !== '')
    const folder = parts.slice(0, -1)
    const last = parts.at(-1) ?? ''
    if (folder.some((part) => /^:|\*/.test(part))) return amongAll(pattern, covers)
    if (last === '*') {
      const found: string[] = []
      const inner = folder.reduce<Folder | undefined>((one, name) => one?.folders.get(name), root)
      await addBelow(found, inner, folder, covers)
      return found
    }
    if (/^:|\*/.test(last)) return amongAll(pattern, covers)
    return covers.fits(pattern) ? [] : [pattern]
  }
}

function treeOf(paths: readonly string[]): Folder {
  const root: Folder = { files: [], folders: new Map() }
  for (const path of paths) {
    let folder = root
    for (const name of path.split('/').slice(0, -1)) {
      const inner = folder.folders.get(name) ?? { files: [], folders: new Map() }
      folder.folders.set(name, inner)
      folder = inner
    }
    folder.files.push(path)
  }
  return root
}

/** Where a file is found: a page without its ending, too. What no pattern can name is left out. */
function addressesOf(path: string): string[] {
  if (!isNameable(path)) return []
  const page = /^(.*?)\/?index\.html$/.exec(`/${path}`)?.[1]
  if (page !== undefined) return [page === '' ? '/' : page, `/${path}`]
  return path.endsWith('.html') ? [`/${path.slice(0, -5)}`, `/${path}`] : [`/${path}`]
}
