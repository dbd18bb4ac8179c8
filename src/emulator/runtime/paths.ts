import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** Where the paths of a container lie on this machine. */
export interface Paths {
  /** Real folder that stands for the working directory. */
  readonly directory: string
  /** Path of the working directory as the container names it, for example `/home/project`. */
  readonly workdir: string
  /**
   * The real path of a container's path; a link at the end of the path is followed.
   * @throws Error `EACCES: …` when the path, or a link on it, leads out of the directory.
   */
  locate(path: string): string
  /** As {@link Paths.locate}, for calls that act on a link itself. */
  locateLink(path: string): string
  /** The name under which the container knows a real path. */
  display(real: string): string
}

/** Maps the paths of a container to a real folder: 'a', './a', '/a' and workdir + '/a' are one file. */
export function createPaths(folder: string, workdir: string): Paths {
  const directory = realpathSync(folder)
  const isInside = (real: string): boolean => real === directory || real.startsWith(directory + sep)

  const lexical = (path: string): string => {
    const inWorkdir = path === workdir || path.startsWith(`${workdir}/`)
    const real = resolve(directory, `./${inWorkdir ? path.slice(workdir.length) : path}`)
    if (!isInside(real)) throw denied(path)
    return real
  }

  /** Walks up to the nearest folder that exists: what does not exist yet is created below it. */
  const confine = (real: string, path: string): void => {
    let steps = 0
    let current = real
    while (!exists(current)) {
      const link = linkTarget(current)
      current = link === undefined ? dirname(current) : resolve(dirname(current), link)
      if (++steps > 100) throw new Error(`ELOOP: too many symbolic links encountered, '${path}'`)
    }
    if (!isInside(realpathSync(current))) throw denied(path)
  }

  return {
    directory,
    workdir,
    locate: (path) => {
      const real = lexical(path)
      confine(real, path)
      return real
    },
    locateLink: (path) => {
      const real = lexical(path)
      if (real !== directory) confine(dirname(real), path)
      return real
    },
    display: (real) => join(workdir, relative(directory, real)).split(sep).join('/'),
  }
}

function denied(path: string): Error {
  return new Error(`EACCES: permission denied, '${path}' is outside of the working directory`)
}

function exists(real: string): boolean {
  try {
    realpathSync(real)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

function linkTarget(real: string): string | undefined {
  const stats = lstatSync(real, { throwIfNoEntry: false })
  return stats?.isSymbolicLink() ? readlinkSync(real) : undefined
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
