/** Up to this number each has a pattern of its own. */
const mostNamed = 1000

/**
 * Patterns that fit certain files and nothing else: each one's path; where they are many, folders that hold no others. A pattern for a
 * folder also fits what is not there, and what is said of files that never change should not be said of an answer of "not found".
 *
 * @param files that are to be named
 * @param paths of all files
 */
export function namedFiles(files: readonly string[], paths: readonly string[]): string[] {
  if (files.length <= mostNamed) return files.filter(isNameable).map((path) => `/${path}`)
  const isFile = new Set(files)
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)
  const mixed = new Set(paths.filter((path) => !isFile.has(path)).map(folderOf))
  const isWhole = (folder: string) => folder !== '' && ![...mixed].some((other) => other.startsWith(folder))
  const folders = new Set(files.map(folderOf))
  const patterns = [...folders].filter((folder) => isWhole(folder) && isNameable(folder)).map((folder) => `/${folder}*`)
  const inside = (path: string) => patterns.some((pattern) => `/${path}`.startsWith(pattern.slice(0, -1)))
  // A folder in a folder would say the same twice.
  const outer = patterns.filter((one) => !patterns.some((other) => other !== one && one.startsWith(other.slice(0, -1))))
  return [...outer, ...files.filter((path) => isNameable(path) && !inside(path)).map((path) => `/${path}`)]
}

/** Whether a path means nothing but itself as a pattern, and in an address. */
export function isNameable(path: string): boolean {
  return /^[\w./@~+,=-]+$/.test(path)
}
