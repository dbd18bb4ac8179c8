/** Where a configuration file sees its project when it asks for an absolute path; no real folder has this name. */
export const virtualRoot = '/\u0001project'

/** Resolves `.` and `..` of a path with `/` between its parts; leading `..` stay in a relative path. */
export function normalizePath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || !path.startsWith('/')) parts.push(part)
  }
  const joined = parts.join('/')
  return path.startsWith('/') ? `/${joined}` : joined || '.'
}

/** Joins like `path.resolve` below the virtual root: the last absolute part wins. */
export function resolvePath(...parts: readonly string[]): string {
  let resolved = virtualRoot
  for (const part of parts) resolved = part.startsWith('/') ? part : `${resolved}/${part}`
  return normalizePath(resolved)
}

/** The path below the project's root that an absolute or relative path names; `undefined` if it lies outside. */
export function insideRoot(...parts: readonly string[]): string | undefined {
  const resolved = resolvePath(...parts)
  if (resolved === virtualRoot) return '.'
  return resolved.startsWith(`${virtualRoot}/`) ? resolved.slice(virtualRoot.length + 1) : undefined
}

/** The folder of a path; `.` for a name alone. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end < 0 ? '.' : path.slice(0, end) || '/'
}
