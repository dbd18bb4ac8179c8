import type { Git } from './git-process.js'

/** A bare repository. */
export interface BareRepository {
  /** Its folder. */
  readonly path: string
}

/** Who made a commit and when, in ISO 8601 with seconds in UTC. */
export interface DatedSignature {
  readonly name: string
  readonly email: string
  readonly date: string
}

/** A commit as git holds it. */
export interface CommitObject {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: DatedSignature
  readonly committer: DatedSignature
  readonly message: string
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

/** Writes milliseconds since the epoch to the second, as git knows them and GitHub shows them. */
export function timeInSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Whether a repository has no branch yet. */
export async function isEmpty(git: Git, { path }: BareRepository): Promise<boolean> {
  return (await git.run(path, ['for-each-ref', '--count=1', 'refs/heads'])).length === 0
}

/** The object that a full ref names; `undefined` where there is none. */
export async function readRef(
  git: Git,
  { path }: BareRepository,
  ref: string,
): Promise<{ sha: string; type: string } | undefined> {
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

/** Kilobytes on disk. */
export async function diskUsage(git: Git, { path }: BareRepository): Promise<number> {
  const output = (await git.run(path, ['count-objects', '-v'])).toString()
  return [...output.matchAll(/^size(?:-pack)?: (\d+)$/gm)].reduce((sum, [, size]) => sum + Number(size), 0)
}

function parseCommit(record: string): CommitObject {
  const lines = record.split('\n')
  const [sha = '', tree = '', parents = '', name = '', email = '', time = '', ...rest] = lines
  const [committerName = '', committerEmail = '', committerTime = '', ...message] = rest
  return {
    sha,
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name, email, date: timeInSeconds(Number(time) * 1000) },
    committer: { name: committerName, email: committerEmail, date: timeInSeconds(Number(committerTime) * 1000) },
    message: message.join('\n').replace(/\n+$/, ''),
  }
}

// for-each-ref takes patterns: a name that holds one is not a ref.
function escaped(ref: string): string {
  return ref.replace(/[*?[\]\\]/g, '\\$&')
}
