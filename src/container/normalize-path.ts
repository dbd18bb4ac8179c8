import { OptionsError } from '../errors/options-error.js'
import type { Container } from '../spec/container.js'

/**
 * The one spelling of a path inside a container: relative to its workdir, without `./`, doubled or closing slashes; `.` is the
 * workdir itself. `/home/project/dist`, `/dist`, `./dist/` and `dist` are the same folder of the workdir `/home/project`.
 *
 * @throws OptionsError `path-outside` when `..` leads out of the workdir.
 */
export function normalizePath(container: Pick<Container, 'workdir'>, path: string): string {
  const workdir = container.workdir?.replace(/\/+$/, '')
  const inside = workdir && (path === workdir || path.startsWith(`${workdir}/`)) ? path.slice(workdir.length) : path
  const names: string[] = []
  for (const name of inside.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(name)
    else if (names.pop() === undefined) {
      throw new OptionsError({
        code: 'path-outside',
        message: `The path "${path}" leads out of the container's working folder.`,
        hint: 'Give a path below the working folder, for example "dist" or "packages/site".',
      })
    }
  }
  return names.join('/') || '.'
}

/** Joins two normalized paths; `.` on either side adds nothing. */
export function joinPath(folder: string, path: string): string {
  if (folder === '.') return path
  return path === '.' ? folder : `${folder}/${path}`
}
