import type { Context } from '../../spec/context.js'
import { poll } from '../../toolkit/poll.js'
import { buildSchema, type PagesApi, type PagesBuild } from './api.js'
import { buildFailed, buildTooSlow } from './problems.js'

/** Milliseconds until a build that GitHub has not begun by itself is asked for. */
const patience = 20_000
/** GitHub gives a build ten minutes. */
const timeLimit = 12 * 60_000

/** Reads the newest build; `undefined` where there is none. */
function readLatest(api: PagesApi, context: Context): Promise<PagesBuild | undefined> {
  const question = { purpose: 'tell the state of the build', method: 'GET', path: '/pages/builds/latest' } as const
  return api.read(context, buildSchema, { ...question, accept: [404] })
}

/**
 * Waits until the site is built from this very commit.
 *
 * @param target Name of the target, for the events.
 * @throws RequestError `release-failed` or `release-timeout`
 */
export async function followBuild(api: PagesApi, target: string, commit: string, context: Context): Promise<void> {
  const { clock, signal } = context
  const begun = clock.now()
  let asked = false
  let reported = ''
  await poll<PagesBuild | undefined>({
    clock,
    signal,
    timeLimit,
    first: 1000,
    key: (build) => `${build?.commit} ${build?.status}`,
    ask: async () => {
      const build = await readLatest(api, context)
      if (build?.commit === commit) {
        if (build.status !== reported)
          context.report({ type: 'release-state', target, id: commit, state: build.status })
        reported = build.status
        if (build.status === 'errored') throw buildFailed(build)
      } else if (!asked && clock.now() - begun >= patience) {
        asked = true
        await api.send(context, { purpose: 'build the site', method: 'POST', path: '/pages/builds', idempotent: true })
      }
      return build
    },
    done: (build) => build?.commit === commit && build.status === 'built',
    expired: () => buildTooSlow(commit, timeLimit),
  })
}
