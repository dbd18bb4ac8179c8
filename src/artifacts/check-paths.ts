import { OptionsError } from '../errors/options-error.js'

/** Refuses paths that cannot be published or committed safely, and paths that get in each other's way. */
export interface PathCheck {
  /**
   * Takes one more file and returns its path in NFC.
   *
   * @throws OptionsError `artifact-path-invalid` or `artifact-path-conflict`, naming the paths.
   */
  add(path: string): string
}

/** Control characters, halves of surrogate pairs (no UTF-8 for them), and what some systems take for a separator. */
const forbidden = /[\p{Cc}\p{Cs}\\]/u
/** Characters that HFS+ leaves out when it compares names; git refuses `.git` written with them. */
const invisible = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/g
const gitFolder = /^(?:\.git|git~1)[. ]*$/i
const asciiOnly = /^[\p{ASCII}]*$/u

/** Starts the check of one collection of files. */
export function createPathCheck(): PathCheck {
  /** What each name is, by the name as a file system that ignores case sees it. */
  const names = new Map<string, { path: string; kind: 'file' | 'folder' }>()
  const folders = new Set<string>()

  const claim = (path: string, kind: 'file' | 'folder') => {
    const key = foldCase(path)
    const other = names.get(key)
    if (!other) names.set(key, { path, kind })
    else if (other.path !== path) throw conflict(other.path, path, 'differ in upper and lower case only')
    else if (other.kind !== kind) throw conflict(`${path}/`, path, 'are a folder and a file of the same name')
    else if (kind === 'file') throw conflict(other.path, path, 'are the same name once Unicode is normalized')
  }

  return {
    add(raw) {
      const path = raw.normalize('NFC')
      const problem = problemOf(path)
      if (problem) throw invalid(raw, problem)
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        const folder = path.slice(0, slash)
        if (folders.has(folder)) continue
        claim(folder, 'folder')
        folders.add(folder)
      }
      claim(path, 'file')
      return path
    },
  }
}

function problemOf(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'is absolute'
  if (forbidden.test(path)) return 'holds a backslash, a control character or broken Unicode'
  for (const name of path.split('/')) {
    if (name === '') return 'has an empty part'
    if (name === '.' || name === '..') return `has the part "${name}"`
    if (gitFolder.test(name.replace(invisible, ''))) return "would write into git's own folder"
  }
  return undefined
}

/** Folds case character by character, as file systems do: `ß` and `ss` stay two names, `ς`, `σ` and `Σ` become one. */
function foldCase(path: string): string {
  if (asciiOnly.test(path)) return path.toLowerCase()
  let folded = ''
  for (const character of path) {
    // the dotless ı of Turkish has the upper case I, yet no file system takes it for an i
    folded += character === 'ı' ? character : single(single(character, 'toUpperCase'), 'toLowerCase')
  }
  return folded
}

function single(character: string, change: 'toUpperCase' | 'toLowerCase'): string {
  const changed = character[change]()
  return [...changed].length === 1 ? changed : character
}

function invalid(path: string, problem: string): OptionsError {
  return new OptionsError({
    code: 'artifact-path-invalid',
    message: `The file ${JSON.stringify(path)} can be neither committed nor published: its path ${problem}.`,
    hint: 'Rename the file, or leave it out with the option files.exclude.',
    details: { path },
  })
}

function conflict(first: string, second: string, problem: string): OptionsError {
  return new OptionsError({
    code: 'artifact-path-conflict',
    message: `${JSON.stringify(first)} and ${JSON.stringify(second)} ${problem}.`,
    hint: 'Hosts and file systems that ignore the difference would keep only one of them. Rename one, or leave it out with files.exclude.',
    details: { paths: [first, second] },
  })
}
