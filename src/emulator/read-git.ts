import { type CommitObject, parseCommit, readCommit } from './commit-object.js'
import { diskUsageOf } from './disk-usage.js'
import type { Git } from './git-process.js'
import { listLooseFolder, readLooseObject } from './loose-objects.js'
import { findLooseRef, listLooseRefs } from './loose-refs.js'
import { readSmallTree } from './read-small-tree.js'

/** A bare repository. */
export interface BareRepository {
  /** Its folder. */
  readonly path: string
}

/** One entry of a tree. */
export interface TreeEntry {
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  readonly sha: string
  /** Bytes; `null` for what is no blob. */
  readonly size: number | null
  /** Relative to the tree that was read. */
  readonly path: string
}

/** Whether a repository has no branch yet. */
export async function isEmpty(git: Git, { path }: BareRepository): Promise<boolean> {
  const refs = await listLooseRefs(path, 'refs/heads')
  if (refs) return refs.size === 0
  return (await git.run(path, ['for-each-ref', '--count=1', 'refs/heads'])).length === 0
}

/** The object that a full ref names; `undefined` where there is none. */
export async function readRef(
  git: Git,
  { path }: BareRepository,
  ref: string,
): Promise<{ sha: string; type: string } | undefined> {
  const id = await findLooseRef(path, ref)
  if (id === null) return undefined
  // Git lets a branch name nothing but a commit.
  if (id !== undefined && ref.startsWith('refs/heads/')) return { sha: id, type: 'commit' }
  const output = await git.run(path, ['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)', escaped(ref)])
  const line = output.toString().split('\n')
  const found = line.map((one) => one.split(' ')).find(([name]) => name === ref)
  return found?.[1] && found[2] ? { sha: found[1], type: found[2] } : undefined
}

/** The commit or tree that a branch, a tag or an object id (at least 7 digits) names; `undefined` where there is none. */
export async function resolve(
  git: Git,
  { path }: BareRepository,
  name: string,
  type: 'commit' | 'tree',
): Promise<string | undefined> {
  // Anything that rev-parse would take for an expression is the name of nothing.
  if (/[\s~^:?*[\\]|\.\.|@\{|^-/.test(name)) return undefined
  const names = name === 'HEAD' ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]
  if (/^[0-9a-f]{7,40}$/i.test(name)) names.push(name)
  for (const one of names) {
    const id = await findLooseRef(path, one)
    if (id === null) continue
    if (id !== undefined && type === 'commit' && one.startsWith('refs/heads/')) return id
    if (type === 'commit' && (await readLooseObject(path, one))?.type === 'commit') return one
    const output = await git.run(path, ['rev-parse', '--verify', '--quiet', `${one}^{${type}}`], {
      accept: [0, 1, 128],
    })
    if (output.length > 0) return output.toString().trim()
  }
  return undefined
}

/** What to list commits by. */
export interface LogOptions {
  readonly from: string
  readonly skip: number
  readonly count: number
  /** Further options of git-log(1). */
  readonly filters?: readonly string[]
  /** Only commits that touch it. */
  readonly path?: string
}

/** Lists commits, the newest first. */
export async function readLog(git: Git, repository: BareRepository, options: LogOptions): Promise<CommitObject[]> {
  const { from, skip, count, filters = [], path } = options
  const isOne = skip === 0 && count === 1 && filters.length === 0 && !path
  const found = isOne ? await readLooseObject(repository.path, from) : undefined
  const commit = found?.type === 'commit' ? readCommit(from, found.bytes.toString()) : undefined
  if (commit) return [commit]
  const format = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%n')
  const range = [
    `--skip=${skip}`,
    `--max-count=${count}`,
    ...filters,
    from,
    '--',
    ...(path ? [`:(literal)${path}`] : []),
  ]
  const output = await git.run(repository.path, ['log', '-z', '--no-show-signature', `--format=${format}`, ...range])
  return output
    .toString()
    .split('\0')
    .filter((record) => record !== '')
    .map(parseCommit)
}

/** The best common ancestor of two commits; `undefined` where they share none. */
export async function mergeBase(
  git: Git,
  { path }: BareRepository,
  base: string,
  head: string,
): Promise<string | undefined> {
  const output = await git.run(path, ['merge-base', base, head], { accept: [0, 1] })
  return output.toString().trim() || undefined
}

/** Whether a commit is another, or below it. */
export async function isAncestor(git: Git, { path }: BareRepository, below: string, above: string): Promise<boolean> {
  // It ends with 128 where one of them is no commit.
  const command = ['rev-list', '--count', '--max-count=1', below, `^${above}`]
  return (await git.run(path, command, { accept: [0, 128] })).toString().trim() === '0'
}

/** All refs, by name. */
export async function listRefs(
  git: Git,
  { path }: BareRepository,
): Promise<{ readonly ref: string; readonly sha: string; readonly type: string }[]> {
  const output = await git.run(path, ['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)'])
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [ref = '', sha = '', type = ''] = line.split(' ')
      return { ref, sha, type }
    })
}

/** The ids of branches and tags by their full names. */
export async function listBranchesAndTags(git: Git, { path }: BareRepository): Promise<Map<string, string>> {
  const folders = ['refs/heads', 'refs/tags']
  const [heads, tags] = await Promise.all(folders.map((folder) => listLooseRefs(path, folder)))
  if (heads && tags) return new Map([...heads, ...tags])
  const output = await git.run(path, ['for-each-ref', '--format=%(refname) %(objectname)', ...folders])
  const lines = output.toString().split('\n').filter(Boolean)
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}

/** How many commits `head` has and `base` has not, and the other way round. */
export async function countCommits(
  git: Git,
  { path }: BareRepository,
  base: string,
  head: string,
): Promise<{ readonly ahead: number; readonly behind: number }> {
  const output = await git.run(path, ['rev-list', '--left-right', '--count', `${base}...${head}`])
  const [behind = 0, ahead = 0] = output.toString().trim().split(/\s+/).map(Number)
  return { ahead, behind }
}

/** Lists a tree, with the trees below it where `recursive`. */
export async function readTree(
  git: Git,
  repository: BareRepository,
  tree: string,
  recursive: boolean,
): Promise<TreeEntry[]> {
  const small = await readSmallTree(repository.path, tree, recursive)
  if (small) return small
  const command = ['ls-tree', '-z', '--long', ...(recursive ? ['-r', '-t'] : []), tree]
  const output = await git.run(repository.path, command)
  const lines = output.toString().split('\0').slice(0, -1)
  return lines.map((line) => {
    const tab = line.indexOf('\t')
    const [mode = '', type = '', sha = '', size = ''] = line.slice(0, tab).split(/ +/)
    return {
      mode,
      type: type as TreeEntry['type'],
      sha,
      size: size === '-' ? null : Number(size),
      path: line.slice(tab + 1),
    }
  })
}

/** The paths of what is right below a folder; none where it is not there. */
export async function listFolder(
  git: Git,
  { path }: BareRepository,
  commit: string,
  folder: string,
): Promise<string[]> {
  const names = await listLooseFolder(path, commit, folder.split('/'))
  if (names) return names.map((name) => `${folder}/${name}`)
  const output = await git.run(path, ['ls-tree', '-z', '--name-only', commit, `${folder}/`])
  return output.toString().split('\0').slice(0, -1)
}

/** Kilobytes on disk. */
export async function diskUsage(git: Git, { path }: BareRepository): Promise<number> {
  const known = await diskUsageOf(path)
  if (known !== undefined) return known
  const output = (await git.run(path, ['count-objects', '-v'])).toString()
  return [...output.matchAll(/^size(?:-pack)?: (\d+)$/gm)].reduce((sum, [, size]) => sum + Number(size), 0)
}

// for-each-ref takes patterns: a name that holds one is not a ref.
function escaped(ref: string): string {
  return ref.replace(/[*?[\]\\]/g, '\\$&')
}
