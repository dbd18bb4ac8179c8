import type { Account } from '../../accounts.js'
import { accountReply, type GithubUrls } from '../account-replies.js'
import type { Git } from '../git-process.js'
import type { EmulatedPull } from '../pulls.js'
import type { Push } from '../push-watch.js'
import { type CommitObject, mergeBase, readLog, resolve } from '../read-git.js'
import { defaultBranch, type EmulatedRepository } from '../repositories.js'
import type { Value } from './expressions/values.js'

/** What events are described with. */
export interface EventContext {
  readonly git: Git
  readonly urls: () => GithubUrls
}

/** Payload of an event: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
export type Payload = Readonly<Record<string, Value>>

const none = '0'.repeat(40)

/** The one commit of that id. @throws where there is none. */
export async function commitOf(git: Git, repository: EmulatedRepository, sha: string): Promise<CommitObject> {
  const [commit] = await readLog(git, repository, { from: sha, skip: 0, count: 1 })
  if (!commit) throw new Error(`${sha} is no commit`)
  return commit
}

/** `push` */
export async function pushPayload(context: EventContext, push: Push, commit: CommitObject): Promise<Payload> {
  const { repository, ref, before, after, actor } = push
  const shown = { id: commit.sha, tree_id: commit.tree, message: commit.message, timestamp: commit.committer.date }
  const head = { ...shown, author: { ...commit.author }, committer: { ...commit.committer } }
  return {
    ref,
    before: before ?? none,
    after: after ?? none,
    created: before === null,
    deleted: after === null,
    forced: false,
    pusher: { name: actor.login, email: actor.email },
    head_commit: head,
    commits: [head],
    ...(await common(context, repository, actor)),
  }
}

/** `workflow_dispatch` */
export async function dispatchPayload(
  context: EventContext,
  {
    repository,
    ref,
    workflow,
    inputs,
    actor,
  }: {
    readonly repository: EmulatedRepository
    readonly ref: string
    readonly workflow: string
    readonly inputs: Readonly<Record<string, string>>
    readonly actor: Account
  },
): Promise<Payload> {
  return { ref, workflow, inputs: { ...inputs }, ...(await common(context, repository, actor)) }
}

/** `pull_request` */
export async function pullPayload(
  context: EventContext,
  {
    repository,
    pull,
    action,
    actor,
  }: {
    readonly repository: EmulatedRepository
    readonly pull: EmulatedPull
    readonly action: string
    readonly actor: Account
  },
): Promise<Payload> {
  const { number, title, body, draft, head, base, headSha, baseSha } = pull
  const shared = await common(context, repository, actor)
  const repo = shared.repository ?? null
  const ends = { head: { ref: head, sha: headSha, repo }, base: { ref: base, sha: baseSha, repo } }
  const user = { login: pull.user.login }
  return { action, number, pull_request: { number, title, body, draft, state: pull.state, user, ...ends }, ...shared }
}

/** The paths that a push touches: against the default branch where the branch is new. */
export async function pushedPaths(git: Git, { repository, before, after }: Push): Promise<string[]> {
  if (after === null) return []
  const main = before ?? (await resolve(git, repository, await defaultBranch(repository), 'commit'))
  const base = main !== undefined && main !== after ? await mergeBase(git, repository, main, after) : undefined
  const from = before ?? base
  return changedPaths(git, repository, from, after)
}

/** The paths that differ between two commits; all of them where there is no other. */
export async function changedPaths(
  git: Git,
  { path }: EmulatedRepository,
  from: string | undefined,
  to: string,
): Promise<string[]> {
  const all = ['ls-tree', '-r', '-z', '--name-only', to]
  const command = from === undefined ? all : ['diff', '--name-only', '--no-renames', '-z', from, to]
  return (await git.run(path, command)).toString().split('\0').filter(Boolean)
}

async function common({ urls }: EventContext, repository: EmulatedRepository, actor: Account): Promise<Payload> {
  const { owner, name, id } = repository
  const sender = accountReply(actor, urls()) as Payload
  const { web, api } = urls()
  const fullName = `${owner.login}/${name}`
  return {
    sender,
    repository: {
      id,
      name,
      full_name: fullName,
      private: repository.private,
      owner: accountReply(owner, urls()) as Payload,
      html_url: `${web}/${fullName}`,
      url: `${api}/repos/${fullName}`,
      clone_url: `${web}/${fullName}.git`,
      default_branch: await defaultBranch(repository),
    },
  }
}
