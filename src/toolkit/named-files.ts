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
  // Folders that hold others, at whatever depth.
  const mixed = new Set(paths.filter((path) => !isFile.has(path)).flatMap(foldersOf))
  const folders = new Set(files.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))
  const whole = [...folders].filter((folder) => folder !== '' && !mixed.has(folder) && isNameable(folder))
  const named = new Set(whole)
  // A folder in a folder would say the same twice.
  const outer = whole.filter((folder) => !foldersOf(folder.slice(0, -1)).some((around) => named.has(around)))
  const others = files.filter((path) => isNameable(path) && !foldersOf(path).some((folder) => named.has(folder)))
  return [...outer.map((folder) => `/${folder}*`), ...others.map((path) => `/${path}`)]
}

/** All folders around a path, each with its slash; the root, which is one of them always, left out. */
function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) folders.push(path.slice(0, end + 1))
  return folders
}

/** Whether a path means nothing but itself as a pattern, and in an address. */
export function isNameable(path: string): boolean {
  return /^[\w./@~+,=-]+$/.test(path)
}
