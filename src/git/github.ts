import * as z from 'zod/mini'
import { ConflictError } from '../errors/conflict-error.js'
import type { Context, TokenSource, Transport } from '../spec/context.js'
import type { Commit, CommitInput, GitHost, Person } from '../spec/git-host.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { commitSchema, createGithubApi, type GithubApi, userSchema } from './github-api.js'
import { findOrCreateRepository, readHead } from './github-repository.js'
import { pushCommit } from './push-commit.js'

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
const optionsSchema = z.object({
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

const checkpointSchema = z.undefined()

/**
 * Commits to a GitHub repository, which is created where it does not exist. Never forces: a branch that moved is a conflict.
 * @throws OptionsError `options-invalid`
 * @example github({ auth: token, repository: 'acme/shop' })
 */
export function github(options: GithubOptions): GitHost<undefined> {
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

  return {
    name: 'github',
    repository,
    checkpoint: checkpointSchema,
    requests: { prepare: { least: 3, most: 6 }, commit: { least: 2, most: 10 } },

    async prepare({ branches }, context) {
      const found = await findOrCreateRepository(api, { owner, name, private: parsed.private, description }, context)
      const { full_name: fullName, html_url, default_branch } = found.repository
      const heads: Record<string, string | null> = {}
      for (const branch of new Set([default_branch, ...branches]))
        heads[branch] = found.created ? null : await readHead(api, fullName, branch, context)
      return { fullName, url: html_url, defaultBranch: default_branch, created: found.created, heads }
    },

    async commit(input, context): Promise<Commit> {
      const { repository, branch, expectedHead: parent } = input
      const author = input.author ?? (await ownerOf(api, context))
      const { artifacts, keep, message, date } = input
      const url = `${gitUrl}/${repository.fullName}.git`
      const outcome = await pushCommit(
        { url, branch, parent, artifacts, keep, message, author, date },
        connection,
        context,
      )
      if (outcome.result === 'moved') throw await moved(api, input, outcome.oid, context)
      const { oid } = outcome
      const created = outcome.result === 'pushed'
      return { oid, parent: created ? parent : null, branch, url: `${repository.url}/commit/${oid}`, created }
    },
  }
}

const trim = (address: string) => address.replace(/\/+$/, '')

/** GitHub's own address for people who hide theirs (GitHub Docs, "Setting your commit email address"). */
async function ownerOf(api: GithubApi, context: Context): Promise<Person> {
  const { login, id, name } = await api.json(context, userSchema, {
    purpose: 'tell whose token this is',
    path: '/user',
  })
  return { name: name || login, email: `${id}+${login}@users.noreply.github.com` }
}

async function moved(api: GithubApi, input: CommitInput, oid: string | null, context: Context): Promise<ConflictError> {
  const { repository, branch, expectedHead: expected } = input
  const place = `the branch ${branch} of ${repository.fullName}`
  if (oid === null) {
    return new ConflictError({
      code: 'branch-moved',
      message: `${place} is gone: somebody deleted it`,
      hint: 'Deploy again to make it anew, or commit to another branch.',
      details: { branch, expected, found: null },
    })
  }
  const path = `/repos/${repository.fullName}/commits/${encodeURIComponent(oid)}`
  const found = await api.json(context, commitSchema, { purpose: `read the commit ${oid}`, path })
  const author = found.commit.author?.name ?? 'somebody'
  const subject = found.commit.message.split('\n', 1)[0] ?? ''
  const date = found.commit.author?.date ?? null
  return new ConflictError({
    code: 'branch-moved',
    message: `${place} has moved: ${author} committed "${subject}" (${found.sha.slice(0, 7)})`,
    hint: 'Bring their change into the project, or commit to another branch; nothing was overwritten.',
    details: { branch, expected, found: found.sha, author, subject, date, url: found.html_url },
  })
}
