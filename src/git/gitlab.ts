import * as z from 'zod/mini'
import type { TokenSource, Transport } from '../spec/context.js'
import type { Commit, GitHost } from '../spec/git-host.js'
import { parseOptions } from '../toolkit/parse-options.js'
import { Secret } from '../toolkit/secret.js'
import { type Checkpoint, checkpointSchema } from './checkpoint.js'
import { createGitlabApi } from './gitlab/api.js'
import { isOnBranch, isPartOf, readHead } from './gitlab/branches.js'
import { admitCreation, admitFiles, foreseeCommit } from './gitlab/foresee-commit.js'
import { openMergeRequest } from './gitlab/merge-requests.js'
import { findOrCreateProject, readProject } from './gitlab/repository.js'
import { readStanding } from './gitlab/standing.js'
import { authorOf } from './gitlab/user.js'
import type { PushAttempt } from './push/landing.js'
import { type CommitSettler, settleCommit } from './settle-commit.js'

/** Options of {@link gitlab}. */
export interface GitlabOptions {
  /** A token with the scope `api`, or a function that gives one. */
  readonly auth: TokenSource
  /** `group/name`, `group/subgroup/name`, or `name` for the owner of the token. What does not exist yet is created. */
  readonly repository: string
  /** Who may see a repository that has to be created, besides its members. @default 'private' */
  readonly visibility?: 'private' | 'internal' | 'public'
  /** Description of a repository that has to be created. */
  readonly description?: string
  /** Address of the server. @default 'https://gitlab.com' */
  readonly url?: string
  /**
   * How API requests travel. Git itself always takes the relay where there is one, since GitLab's git sends no CORS headers, and is
   * done without where there is none; `direct` sends it straight, which works where there is no browser. GitLab's API needs
   * slashes escaped in a path, which Tabship's own relay does not pass on, and answers pages itself. @default 'auto'
   */
  readonly transport?: Transport
}

const optionsSchema = z.strictObject({
  auth: z.optional(z.unknown()),
  repository: z
    .string()
    .check(
      z.regex(
        /^(?:\w[\w.-]*\/){0,21}(?!.*\.(?:git|atom)$)\w[\w.-]{0,254}$/,
        'group/name or name, of letters, digits, "-", "_" and "."',
      ),
    ),
  visibility: z._default(z.enum(['private', 'internal', 'public']), 'private'),
  description: z.optional(z.string()),
  url: z._default(z.url({ protocol: /^https?$/ }), 'https://gitlab.com'),
  transport: z._default(z.enum(['auto', 'direct', 'relay']), 'auto'),
})

/**
 * Commits to a GitLab repository, which is created where it does not exist: by git where there is a relay to it, otherwise
 * with GitLab's Commits API. Never forces: a branch that moved is a conflict.
 *
 * isomorphic-git, which it loads when it commits by git, expects Node's global `Buffer`. Where a page has none, the package
 * `buffer` is put there.
 * @throws OptionsError `options-invalid`
 * @example gitlab({ auth: token, repository: 'acme/web/shop' })
 */
export function gitlab(options: GitlabOptions): GitHost {
  const parsed = parseOptions(optionsSchema, options, 'gitlab')
  const { repository, visibility, description, transport } = parsed
  const secret = new Secret(options.auth, 'gitlab.auth')
  const token = () => secret.reveal()
  const base = parsed.url.replace(/\/+$/, '')
  const { host: hostName } = new URL(base)
  const api = createGitlabApi(base, transport, token)
  const connection = {
    provider: 'gitlab',
    transport: transport === 'direct' ? 'direct' : 'relay',
    // GitLab takes any token as the password of this user.
    authorization: async () => `Basic ${btoa(`oauth2:${await token()}`)}`,
  } as const
  const slash = repository.lastIndexOf('/')
  const owner = slash < 0 ? undefined : repository.slice(0, slash)
  const name = repository.slice(slash + 1)

  const host: GitHost<Checkpoint> = {
    name: 'gitlab',
    repository,
    resource: `${hostName} ${repository.toLowerCase()}`,
    checkpoint: checkpointSchema,
    secrets: () => [secret.known() ?? []].flat(),
    // Without git, every hundred files of the branch are a request.
    requests: { prepare: { least: owner === undefined ? 3 : 2, most: 8 }, commit: { least: 2, most: null } },

    admit: admitFiles(transport === 'direct'),
    estimate: foreseeCommit(transport === 'direct'),

    async prepare({ branches, owner: earlierOwner, bytes }, context) {
      const admit = () => admitCreation(bytes, context.relay || transport === 'direct')
      const wanted = { owner, earlierOwner, name, visibility, description, admit }
      const intended = context.saved?.kind === 'repository' ? context.saved.creating : undefined
      const intend = (creating: string) => context.save({ kind: 'repository', creating })
      const { project, empty, ...found } = await findOrCreateProject(api, wanted, { intended, intend }, context)
      const { path_with_namespace: fullName, web_url, default_branch } = project
      const defaultBranch = default_branch ?? 'main'
      const heads: Record<string, string | null> = {}
      for (const branch of new Set([defaultBranch, ...branches]))
        heads[branch] = empty ? null : await readHead(api, fullName, branch, context)
      // Nothing is committed before this has ended: a repository with a commit is somebody else's work.
      const created = found.created && Object.values(heads).every((head) => head === null)
      return { fullName, url: web_url, defaultBranch, created, heads }
    },

    async confirmRepository({ fullName }, context) {
      // GitLab leads on from the old path of a project to its new one, which a deployment has to learn.
      const found = await readProject(api, fullName, context)
      return found?.path_with_namespace.toLowerCase() === fullName.toLowerCase()
    },

    confirmCommit: (commit, { fullName }, context) => isOnBranch(api, fullName, commit, context),

    async commit(input, context): Promise<Commit> {
      const { repository, expectedHead } = input
      const { fullName } = repository
      const saved = context.saved?.kind === 'commit' ? context.saved : undefined
      const author = input.author ?? saved?.author ?? (await authorOf(api, hostName, context))
      const earlier = saved?.expectedHead === expectedHead ? saved : undefined
      const holds = (head: string, oid: string) => isPartOf(api, fullName, oid, head, context)
      const settler: CommitSettler = {
        holds,
        land: async ({ choice, ...landing }) => {
          const { landOnGitlab } = await import('./gitlab/land.js')
          const { startAt, ownHead } = landing
          const chosen = { ...(choice && { choice, startAt }), ...(ownHead !== undefined && { ownHead }) }
          const push = {
            ...{ ...input, ...landing, author, fullName },
            attempted: earlier?.choice === choice ? earlier : undefined,
            attempt: (attempt: PushAttempt) =>
              context.save({ kind: 'commit', author, expectedHead, ...attempt, ...chosen }),
          }
          return landOnGitlab(api, push, { ...connection, url: `${base}/${fullName}.git`, holds }, context)
        },
        standing: (oid) => readStanding(api, fullName, oid, context),
        pageOf: (oid) => `${repository.url}/-/commit/${oid}`,
        headOf: (branch) => readHead(api, fullName, branch, context),
        proposal: 'merge request',
        propose: (pull) => openMergeRequest(api, { fullName, ...pull }, context),
      }
      return settleCommit({ ...input, author }, earlier, settler, context)
    },
  }
  return host
}
