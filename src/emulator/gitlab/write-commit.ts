import { randomUUID } from 'node:crypto'
import type { Account } from '../accounts.js'
import type { Signature } from '../commit-files.js'
import type { Git } from '../git-process.js'
import { readRef } from '../read-git.js'
import type { PlannedFile } from './commit-actions.js'
import { GitlabProblem } from './problem.js'
import { defaultBranch, type EmulatedProject } from './projects.js'

/** A commit that is to become the tip of a branch. */
export interface PlannedCommit {
  readonly branch: string
  /** What the branch stands at while this is decided; `null`: it does not exist. */
  readonly tip: string | null
  readonly parent: string | null
  readonly files: ReadonlyMap<string, PlannedFile>
  readonly message: string
  readonly author: Signature
  readonly committer: Account
  /** Milliseconds since the epoch. */
  readonly date: number
}

const none = '0'.repeat(40)

/**
 * Writes a commit with all its files and lets the branch stand at it, if that still stands where it did.
 *
 * @returns its object id
 */
export async function writeCommit(git: Git, project: EmulatedProject, planned: PlannedCommit): Promise<string> {
  const { branch, tip, parent, files, message, author, committer } = planned
  const date = `${Math.floor(planned.date / 1000)} +0000`
  const draft = `refs/drafts/${randomUUID()}`
  // The stream of git-fast-import(1): one process, whatever the number of files.
  const parts: (string | Uint8Array)[] = [
    `commit ${draft}\nmark :1\nauthor ${author.name} <${author.email}> ${date}\n`,
    `committer ${committer.name} <${committer.email}> ${date}\n`,
    ...data(Buffer.from(message)),
    parent === null ? '' : `from ${parent}\n`,
    'deleteall\n',
  ]
  for (const [path, file] of files) {
    const quoted = `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
    if ('sha' in file) parts.push(`M ${file.mode} ${file.sha} ${quoted}\n`)
    else parts.push(`M ${file.mode} inline ${quoted}\n`, ...data(file.bytes))
  }
  parts.push('get-mark :1\n')
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const made = (await git.run(project.folder, ['fast-import', '--quiet'], { input })).toString().trim()
  const isMoved = await git
    .run(project.folder, ['update-ref', `refs/heads/${branch}`, made, tip ?? none])
    .then(() => false)
    .catch(async (error: Error) => {
      if (!/cannot lock ref/.test(error.message)) throw error
      return true
    })
  await git.run(project.folder, ['update-ref', '-d', draft])
  // Gitaly's own words for a branch that moved while it wrote.
  if (isMoved) throw new GitlabProblem(400, `Could not update refs/heads/${branch}. Please refresh and try again.`)
  await settle(git, project)
  return made
}

/** The first branch becomes the default one, and that is protected from then on ("Default branch protection"). */
export async function settle(git: Git, project: EmulatedProject): Promise<void> {
  const head = `refs/heads/${await defaultBranch(project)}`
  if (!(await readRef(git, { path: project.folder }, head))) {
    const first = await git.run(project.folder, ['for-each-ref', '--count=1', '--format=%(refname)', 'refs/heads'])
    if (first.length === 0) return
    await git.run(project.folder, ['symbolic-ref', 'HEAD', first.toString().trim()])
  }
  if (project.protectedBranches.size === 0) project.protectedBranches.add(await defaultBranch(project))
}

function data(bytes: Uint8Array): (string | Uint8Array)[] {
  return [`data ${bytes.length}\n`, bytes, '\n']
}
