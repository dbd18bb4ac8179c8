import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { createMatcher } from '../../runtime/glob.js'

/** How patterns are looked up. */
export interface FindOptions {
  /** Folder that relative patterns start from. */
  readonly from: string
  /** What `~` stands for. */
  readonly home: string
  /** Whether names that begin with a dot are found. @default true */
  readonly hidden?: boolean
}

/** Files, and the folder that they are seen from. */
export interface FoundFiles {
  /** The lowest folder that all patterns that find something begin in. */
  readonly root: string
  /** Absolute, in order of name. */
  readonly files: readonly string[]
}

/**
 * Finds files by the lines of an action's input: paths, globs, and `!` for what to leave out. A folder stands for all in it.
 */
export function findFiles(lines: string, { from, home, hidden = true }: FindOptions): FoundFiles {
  const patterns = lines.split('\n').map((line) => line.trim())
  const wanted = patterns.filter((line) => line !== '' && !line.startsWith('!'))
  const ignored = patterns.filter((line) => line.startsWith('!')).map((line) => absolute(line.slice(1), from, home))
  const isIgnored = createMatcher(ignored.flatMap((pattern) => [pattern, `${pattern}/**`]))
  const found = new Set<string>()
  const roots: string[] = []
  for (const line of wanted) {
    const pattern = absolute(line, from, home)
    const root = fixedPart(pattern)
    const matches = createMatcher([pattern, `${pattern.replace(/\/$/, '')}/**`])
    const here = list(root, hidden).filter((file) => file === root || matches(file.slice(1)))
    for (const file of here) found.add(file)
    if (here.length > 0) roots.push(here.includes(root) ? resolve(root, '..') : root)
  }
  const files = [...found].filter((file) => !isIgnored(file.slice(1))).sort()
  return { root: roots.reduce(commonFolder, roots[0] ?? from), files }
}

/** `hashFiles`: SHA-256 over the SHA-256 of each file; empty where nothing is found. */
export function hashFiles(patterns: readonly string[], options: FindOptions): string {
  const { files } = findFiles(patterns.join('\n'), options)
  const inside = files.filter((file) => !relative(options.from, file).startsWith('..'))
  if (inside.length === 0) return ''
  const whole = createHash('sha256')
  for (const file of inside) whole.update(createHash('sha256').update(readFileSync(file)).digest())
  return whole.digest('hex')
}

function absolute(pattern: string, from: string, home: string): string {
  const path = pattern.replace(/^~(?=\/|$)/, home)
  return (isAbsolute(path) ? resolve(path) : resolve(from, path)) + (/[^/]\/$/.test(path) ? '/' : '')
}

/** What stands before the first segment with a wildcard. */
function fixedPart(pattern: string): string {
  const segments = pattern.replace(/\/$/, '').split('/')
  const at = segments.findIndex((segment) => /[*?[{]/.test(segment))
  return at < 0 ? segments.join('/') : segments.slice(0, at).join('/') || '/'
}

function list(path: string, hidden: boolean): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (!hidden && entry.name.startsWith('.')) return []
    const below = join(path, entry.name)
    // A link to a folder is not followed, as it may lead round in a circle.
    if (entry.isSymbolicLink() && statSync(below, { throwIfNoEntry: false })?.isDirectory() !== false) return []
    return entry.isDirectory() ? list(below, hidden) : [below]
  })
}

function commonFolder(one: string, other: string): string {
  const segments = other.split(sep)
  const parts = one.split(sep)
  const differs = parts.findIndex((segment, index) => segment !== segments[index])
  return (differs < 0 ? parts : parts.slice(0, differs)).join(sep) || sep
}
