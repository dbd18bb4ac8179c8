import * as z from 'zod/mini'
import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { toTabshipError } from '../errors/to-tabship-error.js'
import type { Context } from '../spec/context.js'
import type { Commit, GitHost, PullRequest, Repository } from '../spec/git-host.js'
import type { HostPullRequests, PublicationState } from '../spec/publication.js'
import type { Environment, Release } from '../spec/release.js'
import { nameOf } from '../toolkit/name-of.js'

/** What a pull request is told of. */
export interface PullRequestOptions {
  readonly git: GitHost
  /** Names of the targets. */
  readonly targets: readonly string[]
  readonly environment: Environment
}

/** The steps by which a pull request shows what becomes of a commit. None of them fails: what is live is live. */
export interface PullRequestSteps {
  readonly begin: Step<PullRequest | null>
  /** @param verified What must have ended well before the release counts as verified; none: it is live, and that is all. */
  end(target: string, release: Step<Release>, verified: readonly Step<unknown>[]): Step<null>
  /** Says that what is not live by now has failed. */
  fail(description: string, context: Context): Promise<void>
}

const pullRequestSchema: z.ZodMiniType<PullRequest | null> = z.nullable(
  z.object({ number: z.number(), url: z.string() }),
)

/** Makes the steps: one that finds the pull request, and one for each target. */
export function pullRequestSteps(
  { git, targets, environment }: PullRequestOptions,
  host: HostPullRequests,
  needs: { repository: Step<Repository>; commit: Step<Commit> },
): PullRequestSteps {
  const line = { files: 0, bytes: 0, requests: host.requests, duration: 800 }
  const states = new Map<string, PublicationState>()
  for (const target of targets) states.set(target, { target, state: 'deploying', url: null })
  let standing: { readonly pull: PullRequest; readonly repository: Repository; readonly commit: Commit } | undefined
  let last: Promise<unknown> = Promise.resolve()

  function tell(problem: string | null, context: Context): Promise<void> {
    const say = async () => {
      if (!standing) return
      const { clock } = context
      const { pull, ...rest } = standing
      const time = clock.time?.() ?? clock.now()
      await host.tell(pull, { ...rest, environment, targets: [...states.values()], problem, time }, context)
    }
    // One after the other, whatever became of the one before: what is told last is what holds.
    const told = last.then(say, say)
    last = told
    return told
  }

  const begin = defineStep({
    id: 'announce-pull-request',
    title: 'Tell the pull request',
    needs,
    line: {
      ...line,
      description: `says on the pull request on ${nameOf(git.name)} that its commit is being published`,
    },
    timeLimit: 5 * 60_000,
    result: jsonResult(pullRequestSchema),
    async run({ repository, commit }, context) {
      const pull = await quietly(() => host.find({ repository, commit }, context), context)
      if (!pull) return null
      standing = { pull, repository, commit }
      await quietly(() => tell(null, context), context)
      return pull
    },
    async confirm(pull, { repository, commit }) {
      standing = pull ? { pull, repository, commit } : undefined
      return true
    },
    summarize: (pull) => (pull ? `pull request ${pull.number}` : 'there is no pull request'),
  })

  return {
    begin,
    end(target, release, verified) {
      const state = verified.length > 0 ? 'verified' : 'live'
      return defineStep({
        id: `comment-${target}`,
        title: 'Comment on the pull request',
        needs: { begin, release },
        after: verified,
        line: { ...line, description: `shows on the pull request where ${target} is live` },
        timeLimit: 5 * 60_000,
        result: jsonResult(z.null()),
        async run({ release }, context) {
          states.set(target, { target, state, url: release.url })
          await quietly(() => tell(null, context), context)
          return null
        },
        async confirm(_known, { release }) {
          states.set(target, { target, state, url: release.url })
          return true
        },
        summarize: () => (standing ? `pull request ${standing.pull.number}` : 'there is no pull request'),
      })
    },
    async fail(description, context) {
      const open = [...states.values()].filter((one) => one.state === 'deploying')
      if (open.length === 0) return
      for (const one of open) states.set(one.target, { ...one, state: 'failed' })
      await tell(description, context)
    },
  }
}

/** What can't be told is a warning: it is no reason to end a deployment. */
async function quietly<Result>(work: () => Promise<Result>, context: Context): Promise<Result | undefined> {
  try {
    return await work()
  } catch (thrown) {
    context.signal.throwIfAborted()
    const { message, hint } = toTabshipError(thrown)
    const text = `The pull request was not told: ${message}`
    context.report({ type: 'warning', code: 'pull-request-untold', message: text, hint })
    return undefined
  }
}
