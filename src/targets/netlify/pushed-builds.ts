import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import type { Commit } from '../../spec/git-host.js'
import type { PublishInput } from '../../spec/target.js'
import type { NetlifyApi } from './api.js'
import type { BuildSettings } from './build-settings.js'

/** Milliseconds that a push may take to become a build. */
const pushLimit = 30_000
const failed = new Set(['error', 'rejected'])

const commitsSchema = z.array(
  z.object({
    id: z.string(),
    state: z.string(),
    commit_ref: z.optional(z.nullable(z.string())),
    context: z.optional(z.nullable(z.string())),
  }),
)

/** A build that a push may have started. */
export interface PushedBuild {
  readonly commit: Pick<Commit, 'oid' | 'created'>
  /** Whether an earlier run may have made it. */
  readonly again: boolean
  /** Id of the deploy that is known already. */
  readonly besides?: string | undefined
}

/** Whether Netlify builds a branch when it is pushed. */
export function isBuilt(settings: BuildSettings | null | undefined, branch: string): boolean {
  const { allowed_branches: allowed, repo_branch: production, stop_builds: isStopped } = settings ?? {}
  if (isStopped) return false
  return branch === production || !allowed || allowed.length === 0 || allowed.includes(branch)
}

/**
 * The deploy that the push has started: there need be no second build.
 * @param isExpected Whether there is to be one.
 */
export async function awaitPushed(
  api: NetlifyApi,
  input: PublishInput,
  commit: PushedBuild['commit'],
  isExpected: boolean,
  context: Context,
): Promise<string | undefined> {
  const { clock, signal, again } = context
  const end = clock.now() + (isExpected && commit.created ? pushLimit : 0)
  for (;;) {
    const found = await findPushed(api, input, { commit, again }, context)
    if (found !== undefined || clock.now() >= end) return found
    await clock.sleep(500, signal)
  }
}

/**
 * The deploy of a commit that its push has made, also one that has failed, where this is a first try; of a commit that was there before,
 * only one that is still under way.
 */
export async function findPushed(
  api: NetlifyApi,
  { site, environment }: PublishInput,
  { commit: { oid, created }, again, besides }: PushedBuild,
  context: Context,
): Promise<string | undefined> {
  const isFit = (state: string) => (created && !again) || (!failed.has(state) && (created || state !== 'ready'))
  const path = `/sites/${site.id}/deploys?per_page=50`
  const deploys = await api.json(context, commitsSchema, 'list the deployments of the commit', 'GET', path)
  return deploys.find(
    ({ id, state, commit_ref: ref, context: place }) =>
      id !== besides &&
      ref === oid &&
      isFit(state) &&
      place !== 'deploy-preview' &&
      (place === 'production') === (environment === 'production'),
  )?.id
}
