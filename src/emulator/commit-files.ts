import type { Git } from './git-process.js'
import { type BareRepository, readRef } from './read-git.js'

/** Who made a commit. */
export interface Signature {
  readonly name: string
  readonly email: string
}

/** A commit to put on a branch. */
export interface CommitOptions {
  /** Made where it does not exist. */
  readonly branch: string
  /** What changes: content by path; `null` removes the file. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>
  readonly message: string
  readonly author: Signature
  /** @default the author */
  readonly committer?: Signature
  /** Milliseconds since the epoch. */
  readonly date: number
}

/**
 * Puts a commit on top of a branch, as if someone had pushed it.
 *
 * @returns its object id
 */
export async function commitFiles(git: Git, repository: BareRepository, options: CommitOptions): Promise<string> {
  const { branch, files, message, author, committer = author } = options
  const ref = `refs/heads/${branch}`
  const parent = await readRef(git, repository, ref)
  const date = `${Math.floor(options.date / 1000)} +0000`
  // The stream of git-fast-import(1): one process, whatever the number of files.
  const parts: (string | Uint8Array)[] = [
    `commit ${ref}\nmark :1\n`,
    `author ${author.name} <${author.email}> ${date}\n`,
    `committer ${committer.name} <${committer.email}> ${date}\n`,
    ...data(message),
    parent ? `from ${parent.sha}\n` : '',
  ]
  for (const [path, content] of Object.entries(files)) {
    const quoted = `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
    if (content === null) parts.push(`D ${quoted}\n`)
    else parts.push(`M 100644 inline ${quoted}\n`, ...data(content))
  }
  parts.push('get-mark :1\n')
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return (await git.run(repository.path, ['fast-import', '--quiet'], { input })).toString().trim()
}

function data(content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = Buffer.from(content)
  return [`data ${bytes.length}\n`, bytes, '\n']
}
