import * as z from 'zod/mini'
import type { TokenSource, Transport } from '../spec/context.js'
import type { Commit, GitHost } from '../spec/git-host.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { type Checkpoint, checkpointSchema } from './checkpoint.js'
import { createGithubApi } from './github/api.js'
import { createCapabilities } from './github/capabilities.js'
import { admitFiles, foreseeCommit } from './github/foresee-commit.js'
import { findOrCreateRepository, isOnBranch, readHead, readRepository } from './github/repository.js'
import { createTokenScopes } from './github/rights/token-scopes.js'
import { descriptionText } from './github/setup/setup-checks.js'
import type { SetupOptions } from './github/setup/setup-options.js'
import { setupSchema } from './github/setup/setup-schema.js'

export type { SetupOptions } from './github/setup/setup-options.js'

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
  /** How the repository is set up: compared with what is there, and changed where it differs. @default nothing is */
  readonly setup?: SetupOptions
  /**
   * Whether GitHub is told of each publication as a Deployment, so that it shows which commit is live and where. Workflows that
   * run `on: deployment` and webhooks hear of it, too.
   * @default false
   */
  readonly deployments?: boolean
  /**
   * The pull request on which a comment shows where each commit is live, and how it went: its number, or `find` for the open one
   * whose branch is committed to, if there is one. Later deployments keep the comment up to date. One that a conflict opens takes
   * its place.
   * @default none
   */
  readonly pullRequest?: number | 'find'
  /** @default 'https://api.github.com' */
  readonly apiUrl?: string
  /** Where repositories are pushed to. @default 'https://github.com' */
  readonly gitUrl?: string
  /**
   * How requests travel. Git takes the relay, since GitHub's git sends no CORS headers, or is left out where there is none: commits
   * are then made with the API, which takes far longer where many files are new. `direct` reaches git straight too: for a server of
   * your own that sends CORS headers, and outside of browsers.
   * @default 'auto'
   */
  readonly transport?: Transport
}

const url = z.url({ protocol: /^https?$/ })
const optionsSchema = z.strictObject({
  auth: z.optional(z.unknown()),
  repository: z
    .string()
    .check(
      z.regex(
        /^(?:[a-z\d](?:[a-z\d-]{0,38})\/)?(?!\.{1,2}$|.*\.git$)[\w.-]{1,100}$/i,
        'owner/name or name, of letters, digits, "-", "_" and ".", without ".git" at the end',
      ),
    ),
  private: z._default(z.boolean(), true),
  description: z.optional(descriptionText),
  setup: z._default(setupSchema, {}),
  deployments: z._default(z.boolean(), false),
  pullRequest: z.optional(z.union([z.int().check(z.positive()), z.literal('find')], "a number, or 'find'")),
  apiUrl: z._default(url, 'https://api.github.com'),
  gitUrl: z._default(url, 'https://github.com'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})

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
  const scopes = createTokenScopes(() => token.known())
  const api = createGithubApi(trim(parsed.apiUrl), transport, () => token.reveal(), scopes.note)
  const gitUrl = trim(parsed.gitUrl)
  const [name = '', owner] = repository.split('/').reverse()
  const capabilities = createCapabilities({ ...parsed, owner, name }, { api, scopes, web: gitUrl })
  const connection = {
    provider: 'github',
    transport: transport === 'direct' ? 'direct' : 'relay',
    authorization: async () => `Basic ${btoa(`x-access-token:${await token.reveal()}`)}`,
  } as const

  const host: GitHost<Checkpoint> = {
    name: 'github',
    repository,
    resource: `${new URL(parsed.apiUrl).host} ${repository.toLowerCase()}`,
    checkpoint: checkpointSchema,
    secrets: () => [token.known() ?? [], capabilities.secrets()].flat(),
    ...capabilities.members,
    requests: { prepare: { least: owner === undefined ? 3 : 2, most: 6 }, commit: { least: 2, most: 10 } },

    request: (request, context) => api.send(context, request),
    admit: admitFiles(transport === 'direct'),
    estimate: foreseeCommit(transport === 'direct', capabilities.ahead),

    async prepare({ branches, owner: earlierOwner, only = false }, context) {
      const wanted = { owner, earlierOwner, name, private: capabilities.isPrivate, description }
      const intended = context.saved?.kind === 'repository' ? context.saved.creating : undefined
      const intend = (creating: string) => {
        capabilities.requireCommit(creating)
        return context.save({ kind: 'repository', creating })
      }
      const explain = (error: unknown, creating: string) => capabilities.explain(error, creating, true)
      const found = await findOrCreateRepository(api, wanted, { intended, intend, explain }, context)
      const { full_name: fullName, html_url, default_branch } = found.repository
      capabilities.requireCommit(fullName, found.repository)
      const heads: Record<string, string | null> = {}
      const head = (branch: string) =>
        readHead(api, fullName, branch, context).catch((error: unknown) => {
          throw capabilities.explain(error, fullName, false)
        })
      for (const branch of new Set(only ? branches : [default_branch, ...branches]))
        heads[branch] = found.empty ? null : await head(branch)
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
      // Half of all that a page would have to load; wanted only once something is committed.
      const { commitToGithub } = await import('./github/commit.js')
      return commitToGithub(input, { api, connection, gitUrl, scopes, isPrivate: capabilities.isPrivate }, context)
    },
  }
  return host
}

const trim = (address: string) => address.replace(/\/+$/, '')
