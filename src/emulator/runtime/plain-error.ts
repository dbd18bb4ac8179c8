import type { Paths } from './paths.js'

/**
 * Runs a call to Node's file system and throws what a WebContainer would: a plain `Error` without a `code`, whose message
 * starts with one (`ENOENT: …`) and names the path as the container knows it.
 */
export async function withPlainErrors<T>(paths: Paths, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw plainError(paths, error)
  }
}

/** The plain `Error` that a container throws in place of one of Node's. */
export function plainError(paths: Paths, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  // fs.rm words some of its errors differently: "Path is a directory: rm returned EISDIR (is a directory) /path".
  const worded = / returned ([A-Z]+) \((.+?)\) (.+)$/.exec(message)
  const uniform = worded ? `${worded[1]}: ${worded[2]}, '${worded[3]}'` : message
  return new Error(uniform.replaceAll(paths.directory, paths.workdir))
}
