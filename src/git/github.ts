import * as z from 'zod/mini'
import { OptionsError } from '../errors/options-error.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Commit, GitHost, Person } from '../spec/git-host.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { createGithubApi, type GithubApi } from './github/api.js'
import { branchForeign, branchMoved } from './github/branch-conflicts.js'
import { findOrCreateRepository, isOnBranch, isPartOf, readHead, readRepository } from './github/repository.js'
import { readUser } from './github/user.js'
import { pushCommit } from './push/push-commit.js'

/** Options of {@link github}. */
export interface GithubOptions {
  /** A token with the scope `repo` (or fine-grained: Contents and Administration, read and write), or a function that gives one. */
  readonly auth: TokenSource
  /** `owner/name`, or `name` for the owner of the token. What does not exist yet is created. */
  readonly repository: string
  /** Whether a repository that has to be created is private. @default true */
  readonly private?: boolean
  /** Description of a repository that has to be created. */
  readonly description?: string
  /** @default 'https://api.github.com' */
  readonly apiUrl?: string
  /** Where repositories are pushed to. @default 'https://github.com' */
  readonly gitUrl?: string
  /** How API requests travel. Git itself always takes the relay where there is one: GitHub's git sends no CORS headers. @default 'auto' */
  readonly transport?: Transport
}

const url = z.url({ protocol: /^https?$/ })
const optionsSchema = z.strictObject({
  auth: z.unknown(),
  repository: z
    .string()
    .check(
      z.regex(
        /^(?:[a-z\d](?:[a-z\d-]{0,38})\/)?(?!\.{1,2}$)[\w.-]{1,100}$/i,
        'owner/name or name, of letters, digits, "-", "_" and "."',
      ),
    ),
  private: z._default(z.boolean(), true),
  description: z.optional(z.string()),
  apiUrl: z._default(url, 'https://api.github.com'),
  gitUrl: z._default(url, 'https://github.com'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})

const oid = z.nullable(z.string())
const checkpointSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('repository'),
    /** Full name of a repository that was not there and is about to be created. */
    creating: z.string(),
  }),
  /** A commit is about to be pushed: by it, it is known again, should the answer never come. */
  z.object({
    kind: z.literal('commit'),
    /** Asked anew, the owner of the token may have another name, or the token another owner. */
    author: z.object({ name: z.string(), email: z.string() }),
    expectedHead: oid,
    /** The expected head, or an earlier commit of the same deployment on top of it. */
    parent: oid,
    oid: z.string(),
  }),
])
type Checkpoint = z.infer<typeof checkpointSchema>

/**
 * Commits to a GitHub repository, which is created where it does not exist. Never forces: a branch that moved is a conflict.
 *
 * isomorphic-git, which it loads when it commits, expects Node's global `Buffer`. Where a page has none, the package `buffer` is
 * put there.
 * @throws OptionsError `options-invalid`
 * @example github({ auth: token, repository: 'acme/shop' })
 */
export function github(options: GithubOptions): GitHost {
  const parsed = parseOptions(optionsSchema, options, 'github')
  const { repository, description, transport } = parsed
  const token = new Secret(options.auth, 'github.auth')
  const api = createGithubApi(trim(parsed.apiUrl), transport, () => token.reveal())
  const gitUrl = trim(parsed.gitUrl)
  const [name = '', owner] = repository.split('/').reverse()
  const connection = {
    provider: 'github',
    transport: 'relay',
    authorization: async () => `Basic ${btoa(`x-access-token:${await token.reveal()}`)}`,
  } as const

  const host: GitHost<Checkpoint> = {
    name: 'github',
    repository,
    resource: `${new URL(parsed.apiUrl).host} ${repository.toLowerCase()}`,
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? []].flat(),
    requests: { prepare: { least: owner === undefined ? 3 : 2, most: 6 }, commit: { least: 2, most: 10 } },

    async prepare({ branches, owner: earlierOwner }, context) {
      const wanted = { owner, earlierOwner, name, private: parsed.private, description }
      const intended = context.saved?.kind === 'repository' ? context.saved.creating : undefined
      const intend = (creating: string) => context.save({ kind: 'repository', creating })
      const found = await findOrCreateRepository(api, wanted, { intended, intend }, context)
      const { full_name: fullName, html_url, default_branch } = found.repository
      const heads: Record<string, string | null> = {}
      for (const branch of new Set([default_branch, ...branches]))
        heads[branch] = found.empty ? null : await readHead(api, fullName, branch, context)
      // Nothing is committed before this has ended: a repository with a commit is somebody else's work.
      const created = found.created && Object.values(heads).every((head) => head === null)
      return { fullName, url: html_url, defaultBranch: default_branch, created, heads }
    },

    async confirmRepository({ fullName }, context) {
      // GitHub leads on from the old name of a repository to its new one, which a deployment has to learn.
      const found = await readRepository(api, fullName, context)
      return found?.full_name.toLowerCase() === fullName.toLowerCase()
    },

    confirmCommit: (commit, { fullName }, context) => isOnBranch(api, fullName, commit, context),

    async commit(input, context): Promise<Commit> {
      const { repository, branch, expectedHead } = input
      const { fullName } = repository
      const earlier = context.saved?.kind === 'commit' ? context.saved : undefined
      const author = input.author ?? earlier?.author ?? (await authorOf(api, context))
      const outcome = await pushCommit(
        {
          ...input,
          author,
          url: `${gitUrl}/${fullName}.git`,
          attempted: earlier?.expectedHead === expectedHead ? earlier : undefined,
          attempt: (attempt) => context.save({ kind: 'commit', author, expectedHead, ...attempt }),
          holds: (head, oid) => isPartOf(api, fullName, oid, head, context),
        },
        connection,
        context,
      )
      if (outcome.result === 'moved') throw await branchMoved(api, input, outcome.oid, context)
      if (outcome.result === 'foreign') throw await branchForeign(api, input, outcome, context)
      const { oid } = outcome
      const place = { oid, branch, url: `${repository.url}/commit/${oid}` }
      if (outcome.result === 'pushed')
        return { ...place, parent: outcome.parent, changes: outcome.changes, created: true }
      return { ...place, parent: null, changes: { added: 0, changed: 0, deleted: 0 }, created: false }
    },
  }
  return host
}

const trim = (address: string) => address.replace(/\/+$/, '')

/** GitHub's own address for people who hide theirs (GitHub Docs, "Setting your commit email address"). */
async function authorOf(api: GithubApi, context: Context): Promise<Person> {
  const user = await readUser(api, context)
  if (user === null) {
    throw new OptionsError({
      code: 'author-missing',
      message:
        'this token belongs to no user (it may be of an app), so it is not known who the author of the commit is',
      hint: 'Give the author: commit.author with name and email.',
    })
  }
  const { login, id, name } = user
  return { name: name || login, email: `${id}+${login}@users.noreply.github.com` }
}
