import type { Container } from '../spec/container.js'
import { containerLost, fileErrorCode, isLost } from './container-error.js'
import { normalizePath } from './normalize-path.js'
import { untilAborted } from './until-aborted.js'

/**
 * The names in a folder, in order; `undefined` where there is no such folder.
 *
 * @throws BuildError `container-lost` when the container does not answer; whatever else its file system throws, as it is.
 */
export async function listFolder(
  container: Container,
  path: string,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const folder = normalizePath(container, path)
  const entries = await orAbsent(['ENOENT', 'ENOTDIR'], () =>
    untilAborted(signal, container.fs.readdir(folder, { withFileTypes: true })),
  )
  return entries?.map((entry) => entry.name).sort()
}

/** Whether there is a file, a folder or a link of this name. Throws as {@link listFolder} does. */
export async function pathExists(container: Container, path: string, signal?: AbortSignal): Promise<boolean> {
  const normalized = normalizePath(container, path)
  if (normalized === '.') return true
  const slash = normalized.lastIndexOf('/')
  const names = await listFolder(container, normalized.slice(0, Math.max(slash, 0)), signal)
  return names?.includes(normalized.slice(slash + 1)) ?? false
}

/**
 * The text of a file, without a byte order mark; `undefined` only where there is no such file. Throws as
 * {@link listFolder} does.
 */
export async function readText(container: Container, path: string, signal?: AbortSignal): Promise<string | undefined> {
  const file = normalizePath(container, path)
  const bytes = await orAbsent(['ENOENT'], () => untilAborted(signal, container.fs.readFile(file)))
  return bytes && new TextDecoder().decode(bytes)
}

async function orAbsent<Value>(codes: string[], call: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await call()
  } catch (error) {
    const code = fileErrorCode(error)
    if (code && codes.includes(code)) return undefined
    throw isLost(error) ? containerLost(error) : error
  }
}
