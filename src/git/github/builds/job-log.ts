import { RequestError } from '../../../errors/request-error.js'
import type { Context } from '../../../spec/context.js'
import type { BuildTools, Job } from './replies.js'

/** Bytes of a log that are looked at, from its end. */
const mostBytes = 256_000
/** Lines of a log that are kept, from its end. */
const mostLines = 200
/** Colors and the like, by which programs paint terminals: control sequences as ECMA-48 has them. */
const paint = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g')

/** Reads the logs of jobs that have ended, as far as this page can. */
export interface JobLogs {
  /** Tells a log line by line. @returns its last lines; none where it can't be had. */
  tell(job: Job): Promise<readonly string[]>
}

/**
 * GitHub sends logs from another host, which sends no CORS headers: they come through a relay, or not at all. Each is tried once;
 * where one can't be had, so can't the others.
 */
export function createJobLogs({ api }: BuildTools, fullName: string, context: Context): JobLogs {
  let isOpen = true
  const say = (text: string) => context.report({ type: 'log-line', source: 'provider', text })
  return {
    async tell({ id, name, html_url: url }) {
      if (!isOpen) return []
      const path = `/repos/${fullName}/actions/jobs/${id}/logs`
      // Not idempotent: where it can't be had at all, trying again only takes time.
      const request = {
        purpose: `read the log of ${name}`,
        path,
        elsewhere: true,
        idempotent: false,
        accept: [404, 410],
      }
      try {
        const reply = await api.send(context, request)
        const lines = reply.status === 200 ? linesOf(reply.bytes) : []
        for (const line of lines) say(line)
        return lines
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        isOpen = false
        say(`The log of ${name} cannot be read from here${url === null ? '' : `; it is at ${url}`}.`)
        return []
      }
    },
  }
}

/** The last lines, without times and colors, and without the marks by which GitHub's pages fold them. */
function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes.subarray(-mostBytes))
  const lines = text.split(/\r?\n/).slice(bytes.length > mostBytes ? 1 : 0)
  return lines
    .map((line) => line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, '').replace(paint, ''))
    .filter((line) => line !== '' && !/^##\[(?:group|endgroup|debug)\]/.test(line))
    .map((line) => line.replace(/^##\[error\]/, 'Error: ').replace(/^##\[(warning|notice)\]/, ''))
    .slice(-mostLines)
}
