import ignore, { type Ignore } from 'ignore'
import type { ExclusionReason } from '../spec/artifact.js'
import { isSecretOutput, isSecretSource } from './secrets.js'

/** Why a file or folder, by its path below the root, is left out; `undefined` to keep it. */
export type ExclusionRules = (path: string, isDirectory: boolean) => ExclusionReason | undefined

/** What is left out of the published output. */
export interface OutputRuleOptions {
  readonly sourceMaps: 'include' | 'exclude'
  /** Patterns as in `.gitignore`, relative to the output folder. */
  readonly exclude?: readonly string[]
  /**
   * Whether the folder is the root of the project, so that settings of its tools stand beside the pages: names that start
   * with a dot are left out then, but those that are there to be served. @default false
   */
  readonly root?: boolean
}

/** What is left out of the committed source. */
export interface SourceRuleOptions {
  /**
   * Text of each `.gitignore`, by its folder (`.` for the root). May be filled while the rules are in use, as long as a
   * folder's own file is there before the names in the folder are asked about.
   */
  readonly gitignores: ReadonlyMap<string, string>
  /** Patterns as in `.gitignore`, relative to the root. */
  readonly exclude?: readonly string[]
  /** Folder that the build writes, relative to the root; `null` where there is no build and the folder is source. */
  readonly outputDirectory: string | null
}

const sourceMap = /\.(?:[cm]?[jt]s|css|wasm)\.map$/i
const toolFolders = new Set(['.git', 'node_modules'])
/** Left by operating systems in any folder. */
const litter = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])
/** Names with a dot that a site is served with: by its hosts' rules, or by a standard. */
const served = new Set(['.well-known', '.nojekyll'])
/** Caches and outputs of build tools, which their templates list in `.gitignore`. */
const caches = new Set([
  '.angular',
  '.astro',
  '.cache',
  '.docusaurus',
  '.netlify',
  '.next',
  '.nuxt',
  '.output',
  '.parcel-cache',
  '.pnpm-store',
  '.svelte-kit',
  '.turbo',
  '.vercel',
  '.vite',
])

/** The rules for what is published: no secrets, no `.git`, no `node_modules`, and source maps by choice. */
export function outputRules(options: OutputRuleOptions): ExclusionRules {
  const own = patterns(options.exclude)
  return (path, isDirectory) => {
    const name = nameOf(path)
    if (isSecretOutput(name, isDirectory)) return 'secret'
    if (toolFolders.has(name) || litter.has(name)) return 'tooling'
    if (options.root && name.startsWith('.') && !served.has(name)) return 'tooling'
    if (options.sourceMaps === 'exclude' && !isDirectory && sourceMap.test(name)) return 'source-map'
    return own.ignores(isDirectory ? `${path}/` : path) ? 'ignored' : undefined
  }
}

/**
 * The rules for a project's source: no secrets, whatever `.gitignore` says; no `node_modules`, no caches
 * and no output folder even where there is no `.gitignore`; and every `.gitignore`, also those in folders.
 */
export function sourceRules(options: SourceRuleOptions): ExclusionRules {
  const own = patterns(options.exclude)
  const nested = nestedIgnores(options.gitignores)
  const output = options.outputDirectory?.replace(/^(?:\.?\/)+|\/+$/g, '')
  return (path, isDirectory) => {
    const name = nameOf(path)
    if (isSecretSource(name, isDirectory)) return 'secret'
    if (toolFolders.has(name) || litter.has(name)) return 'tooling'
    if (isDirectory && (caches.has(name) || path === output)) return 'tooling'
    const asked = isDirectory ? `${path}/` : path
    return own.ignores(asked) || nested().ignores(asked) ? 'ignored' : undefined
  }
}

/** All `.gitignore` files as one list of rules: those of deeper folders come later, and the last that matches decides. */
function nestedIgnores(gitignores: ReadonlyMap<string, string>): () => Ignore {
  const rules = patterns()
  const taken = new Set<string>()
  return () => {
    if (taken.size === gitignores.size) return rules
    const fresh = [...gitignores].filter(([folder]) => !taken.has(folder))
    for (const [folder, text] of fresh.sort(([one], [other]) => depthOf(one) - depthOf(other))) {
      taken.add(folder)
      rules.add(text.split(/\r?\n/).map((line) => moveInto(folder, line)))
    }
    return rules
  }
}

/** Rewrites a line of a folder's `.gitignore` so that it means the same at the root. */
function moveInto(folder: string, line: string): string {
  if (folder === '.' || line.trim() === '' || line.startsWith('#')) return line
  const negation = line.startsWith('!') ? '!' : ''
  const pattern = line.slice(negation.length)
  const anchored = /\/(?=.*\S)/.test(pattern)
  const place = folder.replace(/[\\*?[\]!# ]/g, '\\$&')
  return `${negation}/${place}/${anchored ? pattern.replace(/^\//, '') : `**/${pattern}`}`
}

function patterns(lines: readonly string[] = []): Ignore {
  return ignore({ ignorecase: false }).add(lines)
}

function depthOf(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
