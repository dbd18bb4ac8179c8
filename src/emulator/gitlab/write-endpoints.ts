import { isEmpty, mergeBase, readLog, readRef, readTree, resolve } from '../read-git.js'
import { applyActions, type CommitAction, type PlannedFile } from './commit-actions.js'
import { commitDetailReply, commitReply } from './commit-replies.js'
import { type Call, callerOf, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { forbidden, GitlabProblem, notFound } from './problem.js'
import { accessOf, type EmulatedProject } from './projects.js'
import { writeCommit } from './write-commit.js'

const refuse = (message: string): GitlabProblem => new GitlabProblem(400, message)

/** Several changes as one commit, all or nothing (`app/services/commits/create_service.rb`, `files/multi_service.rb`). */
export async function createCommit(call: Call): Promise<Answer> {
  const project = projectOf(call, 30)
  const { body, git } = call
  const { user } = callerOf(call)
  const branch = String(body.branch)
  admit(call, project, branch)
  const repository = repositoryOf(project)
  const tip = (await readRef(git, repository, `refs/heads/${branch}`))?.sha ?? null
  const parent = await startOf(call, project, branch, tip)
  const actions = body.actions as readonly CommitAction[]
  for (const action of actions) {
    if (parent && (await hasChanged(call, project, parent, action)))
      throw refuse(`The file has changed since you started editing it: ${action.previous_path ?? action.file_path}`)
  }
  const before = parent === null ? [] : await readTree(git, repository, parent, true)
  const sha = await writeCommit(git, project, {
    branch,
    tip,
    parent,
    files: applyActions(before, actions),
    message: String(body.commit_message),
    author: { name: String(body.author_name ?? user.name), email: String(body.author_email ?? user.email) },
    committer: user,
    date: call.now(),
  })
  project.pushedAt = call.now()
  const [commit] = await readLog(git, repository, { from: sha, skip: 0, count: 1 })
  if (!commit) throw notFound('Commit')
  return { status: 201, body: commitDetailReply(commit, `${call.url()}/${project.fullPath}`, project.id) }
}

/** Undoes the changes of one commit on a branch, as long as nothing that came after it touched the same files. */
export async function revertCommit(call: Call): Promise<Answer> {
  const project = projectOf(call, 30)
  const { git, body } = call
  const { user } = callerOf(call)
  const repository = repositoryOf(project)
  const branch = String(body.branch)
  const sha = await resolve(git, repository, call.parameters.sha ?? '', 'commit')
  const [commit] = sha ? await readLog(git, repository, { from: sha, skip: 0, count: 1 }) : []
  if (!commit) throw notFound('Commit')
  const tip = (await readRef(git, repository, `refs/heads/${branch}`))?.sha
  if (!tip) throw notFound('Branch')
  admit(call, project, branch)
  const filesAt = async (at: string | undefined): Promise<Map<string, PlannedFile & { readonly sha: string }>> => {
    const entries = at ? await readTree(git, repository, at, true) : []
    return new Map(entries.filter(({ type }) => type !== 'tree').map(({ path, mode, sha }) => [path, { mode, sha }]))
  }
  const [before, after, now] = [await filesAt(commit.parents[0]), await filesAt(commit.sha), await filesAt(tip)]
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [old, made] = [before.get(path), after.get(path)]
    if (old?.sha === made?.sha && old?.mode === made?.mode) continue
    if (now.get(path)?.sha !== made?.sha) {
      const message =
        'Sorry, we cannot revert this commit automatically. This commit may already have been reverted, or a more recent commit may have updated some of its content.'
      throw new GitlabProblem(400, { message, error_code: 'conflict' })
    }
    if (old) now.set(path, old)
    else now.delete(path)
  }
  const [title = ''] = commit.message.split('\n')
  const message = `Revert "${title}"\n\nThis reverts commit ${commit.sha}`
  const people = { author: user, committer: user, date: call.now() }
  const made = await writeCommit(git, project, { branch, tip, parent: tip, files: now, message, ...people })
  const [reply] = await readLog(git, repository, { from: made, skip: 0, count: 1 })
  if (!reply) throw notFound('Commit')
  return { status: 201, body: commitReply(reply, `${call.url()}/${project.fullPath}`) }
}

/** Protected branches take commits of Maintainers only. */
function admit(call: Call, project: EmulatedProject, branch: string): void {
  const needed = project.protectedBranches.has(branch) ? 40 : 30
  if (accessOf(project, call.credential?.user) < needed) throw forbidden()
}

/** The commit that the new one stands on; `null` where it will be the first. */
async function startOf(
  call: Call,
  project: EmulatedProject,
  branch: string,
  tip: string | null,
): Promise<string | null> {
  const { git, body } = call
  const repository = repositoryOf(project)
  const { start_sha: sha, start_branch: from = sha === undefined ? branch : undefined, force } = body
  const empty = await isEmpty(git, repository)
  if (sha !== undefined) {
    if (body.start_branch !== undefined) throw refuse("You can't pass both start_branch and start_sha")
    if (!/^[0-9a-f]{40}$/.test(String(sha))) throw refuse(`Invalid start_sha '${sha}'`)
    if (!(await resolve(git, repository, String(sha), 'commit'))) throw refuse(`Cannot find start_sha '${sha}'`)
  }
  const start = from === undefined ? undefined : await readRef(git, repository, `refs/heads/${from}`)
  if (from !== undefined && !empty && !start) throw refuse('You can only create or edit files when you are on a branch')
  if (!empty && from !== branch && tip !== null && force !== true)
    throw refuse(`A branch called '${branch}' already exists. Switch to that branch in order to make changes`)
  const checked = await git.run(project.folder, ['check-ref-format', '--branch', branch], { accept: [0, 128] })
  if (checked.length === 0)
    throw refuse(`Something went wrong when we tried to create '${branch}' for you: Branch name is invalid`)
  return sha === undefined ? (start?.sha ?? null) : String(sha)
}

/** Whether the last commit of a file is another on the branch than below the one that the client knows (`base_service.rb`). */
async function hasChanged(
  call: Call,
  project: EmulatedProject,
  parent: string,
  action: CommitAction,
): Promise<boolean> {
  const { last_commit_id: known, previous_path: previous, file_path: path } = action
  if (known === undefined || action.action === 'create') return false
  if (!(await resolve(call.git, repositoryOf(project), known, 'commit'))) return false
  // Most clients know a commit of the branch itself: then what lies between the two is all that there is to look through.
  const isBelow = (await mergeBase(call.git, repositoryOf(project), known, parent)) === known
  if (isBelow && known === parent) return false
  const last = async (from: string) =>
    (await readLog(call.git, repositoryOf(project), { from, skip: 0, count: 1, path: previous ?? path }))[0]?.sha
  const [here, there] = [await last(parent), await last(known)]
  return here !== undefined && there !== undefined && here !== there
}
