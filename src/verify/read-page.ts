import { RequestError } from '../errors/request-error.js'
import type { Artifact } from '../spec/artifact.js'
import type { Context, Reply } from '../spec/context.js'
import type { TargetAdvice } from '../spec/target.js'
import { excerpt } from '../toolkit/parse-reply.js'
import { sha1 } from '../toolkit/sha1.js'
import { type Observation, siteUnreachable, timedOut } from './problems.js'

/** Reads addresses of one site. */
export interface Reader {
  /**
   * Fetches an address once.
   * @param artifact The file that must come, whose size says how long that may take; `null` where only the status counts.
   * @throws VerifyError `verify-timeout`; RequestError `site-unreachable`, `relay-refused` or what else stands in the way.
   */
  read(url: string, artifact: Artifact | null): Promise<Observation>
  /** Whether any address has answered. */
  hasRead(): boolean
}

/** Statuses that a host may answer with while, or because, it serves something else: all are observations here. */
const anyStatus = [400, 401, 403, 404, 405, 410, 421, 451, 500, 501, 502, 503, 504, 520, 522, 525, 526]

/** @param span Until when it reads, in milliseconds since the epoch, and how long that is in all. */
export function createReader(span: {
  readonly context: Context
  readonly end: number
  readonly timeLimit: number
  readonly advice?: TargetAdvice | undefined
}): Reader {
  const { context, end, timeLimit, advice } = span
  const { clock } = context
  let answered = false

  async function ask(url: string, artifact: Artifact | null, transport: 'relay' | 'direct'): Promise<Reply> {
    // 50 KB/s, the slowest line that is worth waiting for; small files get their time even when little is left.
    const sized = 30_000 + (artifact?.size ?? 0) / 50
    const late = () => timedOut(url, artifact, timeLimit)
    try {
      const reply = await context.request({
        provider: 'site',
        purpose: `serve ${url}`,
        method: 'GET',
        url,
        accept: anyStatus,
        transport,
        timeLimit: Math.min(sized, Math.max(30_000, end - clock.now())),
        onRetry: () => {
          if (clock.now() >= end) throw late()
        },
      })
      answered = true
      return reply
    } catch (error) {
      throw error instanceof RequestError && error.code === 'request-timeout' ? late() : error
    }
  }

  /** Sites send pages no CORS headers, so the relay is asked first where there is one; one that refuses the site is passed by. */
  async function fetchPage(url: string, artifact: Artifact | null): Promise<Reply> {
    try {
      return await ask(url, artifact, 'relay')
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      if (error.code === 'network-unreachable') throw siteUnreachable(url, error, advice?.unreachable?.(url))
      if (error.code !== 'relay-refused' || error.retryable) throw error
      return ask(url, artifact, 'direct').catch((second: unknown) => {
        throw second instanceof RequestError && second.code === 'network-unreachable' ? error : second
      })
    }
  }

  return {
    hasRead: () => answered,
    async read(url, artifact) {
      const reply = await fetchPage(url, artifact)
      return {
        status: reply.status,
        sha1: await sha1(reply.bytes),
        excerpt: excerpt(reply.bytes, 120),
        contentType: reply.headers.get('content-type'),
      }
    },
  }
}
