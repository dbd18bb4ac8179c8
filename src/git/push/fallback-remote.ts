import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { CommitRemote } from './commit-remote.js'

/** What a page meets where a host sends no CORS headers, and where its relay is down or does not let git through. */
const closed: ReadonlySet<string> = new Set(['network-unreachable', 'relay-unreachable', 'relay-refused'])

/** The remote that can be reached: the second, where the first can't even be asked where the branch stands. */
export function fallbackRemote(first: CommitRemote, second: CommitRemote, context: Context): CommitRemote {
  let asked: Promise<{ readonly remote: CommitRemote; readonly head: string | null }> | undefined
  let isFirstHead = true

  async function ask() {
    try {
      return { remote: first, head: await first.head() }
    } catch (error) {
      context.signal.throwIfAborted()
      if (!(error instanceof RequestError) || !closed.has(error.code)) throw error
      const head = await second.head()
      const { provider } = first
      context.report({ type: 'transport-change', provider, transport: 'api', reason: error.message })
      return { remote: second, head }
    }
  }
  const chosen = () => {
    asked ??= ask()
    return asked
  }
  return {
    provider: first.provider,
    place: first.place,
    async head() {
      const { remote, head } = await chosen()
      if (!isFirstHead) return remote.head()
      isFirstHead = false
      return head
    },
    read: async (oid) => (await chosen()).remote.read(oid),
    holds: async (head, oid) => (await chosen()).remote.holds(head, oid),
    begin: async (content) => (await chosen()).remote.begin?.(content),
    send: async (commit, from) => (await chosen()).remote.send(commit, from),
  }
}
