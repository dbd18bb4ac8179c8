import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from './git-process.js'
import type { EmulatedRepository } from './repositories.js'

/** What a tree gets at a path; `null` takes away what is there. */
export interface TreeChange {
  readonly path: string
  readonly mode: string
  readonly sha: string | null
}

/** A commit to write, word for word. */
export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: DatedPerson
  readonly committer: DatedPerson
  readonly message: string
}

/** Who, and when in seconds since the epoch: the API knows UTC only. */
export interface DatedPerson {
  readonly name: string
  readonly email: string
  readonly seconds: number
}

/** Writes blobs, all by one process. @returns their ids, in the same order. */
export async function writeBlobs(
  git: Git,
  { path }: EmulatedRepository,
  contents: readonly Uint8Array[],
): Promise<string[]> {
  if (contents.length === 0) return []
  // The stream of git-fast-import(1).
  const parts = contents.flatMap((content, index) => [
    `blob\nmark :${index + 1}\ndata ${content.length}\n`,
    content,
    `\nget-mark :${index + 1}\n`,
  ])
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return (await git.run(path, ['fast-import', '--quiet'], { input })).toString().trim().split('\n')
}

/** The kinds of objects, in the order of their ids; `undefined` for what is not there. */
export async function objectTypes(
  git: Git,
  { path }: EmulatedRepository,
  shas: readonly string[],
): Promise<(string | undefined)[]> {
  if (shas.length === 0) return []
  const output = await git.run(path, ['cat-file', '--batch-check=%(objecttype)'], { input: `${shas.join('\n')}\n` })
  const known = ['blob', 'tree', 'commit', 'tag']
  return output
    .toString()
    .split('\n')
    .slice(0, shas.length)
    .map((type) => (known.includes(type) ? type : undefined))
}

/**
 * Writes the tree that comes of changing another, with an index of its own. What a path is in the way of gives way.
 *
 * @param base tree or commit; `undefined` for an empty one
 * @returns its id; `undefined` where a change takes away what is not there
 */
export async function writeTree(
  git: Git,
  { path: repository }: EmulatedRepository,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string | undefined> {
  const index = join(repository, `index-${randomUUID()}`)
  const run = (command: readonly string[], input = ''): Promise<Buffer> =>
    git.run(repository, command, { input, environment: { GIT_INDEX_FILE: index } })
  try {
    await run(['read-tree', ...(base ? [base] : ['--empty'])])
    const listed = (await run(['ls-files', '-z'])).toString().split('\0')
    const at = (path: string): string[] => listed.filter((one) => one === path || one.startsWith(`${path}/`))
    const gone = changes.filter(({ sha }) => sha === null).map(({ path }) => at(path))
    if (gone.some((paths) => paths.length === 0)) return undefined
    const lines = gone.flat().map(removal)
    for (const { path, mode, sha } of changes) {
      if (sha === null) continue
      if (mode !== '040000') lines.push(`${mode} ${sha}\t${path}\0`)
      // A whole tree goes where files were.
      else lines.push(...at(path).map(removal), ...(await entriesOf(git, repository, sha, path)))
    }
    await run(['update-index', '-z', '--index-info'], lines.join(''))
    return (await run(['write-tree'])).toString().trim()
  } finally {
    await rm(index, { force: true })
  }
}

/** Writes a commit without changing a letter of it. @returns its id */
export async function writeCommit(git: Git, { path }: EmulatedRepository, commit: NewCommit): Promise<string> {
  const line = ({ name, email, seconds }: DatedPerson): string => `${name} <${email}> ${seconds} +0000`
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${line(commit.author)}`,
    `committer ${line(commit.committer)}`,
    '',
    commit.message,
  ]
  const input = lines.join('\n')
  return (await git.run(path, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input })).toString().trim()
}

async function entriesOf(git: Git, repository: string, tree: string, folder: string): Promise<string[]> {
  // Not with `--format`, which puts names in quotes even with `-z` (git 2.39).
  const output = await git.run(repository, ['ls-tree', '-r', '-z', tree])
  const entries = output.toString().split('\0').slice(0, -1)
  return entries.map((entry) => `${entry.replace('\t', `\t${folder}/`)}\0`)
}

function removal(path: string): string {
  return `0 ${'0'.repeat(40)}\t${path}\0`
}
