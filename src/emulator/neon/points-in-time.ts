import type { NeonWorld } from './call.js'
import { badRequest, unprocessable } from './problem.js'
import type { NeonBranch, NeonProject } from './state.js'
import { contentAt, type NeonContent } from './timelines.js'

/** Where the log of a project begins. */
const firstLsn = 0x1500000n

/** A place in the log of a project. There is no log here: each microsecond of a project's life has a place. */
export function lsnAt(project: NeonProject, at: number): string {
  const place = firstLsn + BigInt(Math.round((at - project.createdAt) * 1000))
  return `${(place >> 32n).toString(16)}/${(place & 0xffffffffn).toString(16)}`.toUpperCase()
}

function timeOfLsn(project: NeonProject, lsn: string): number {
  const [, high, low] = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(lsn) ?? []
  if (!high || !low) throw badRequest(`"${lsn}" is not a valid LSN`)
  const place = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
  return project.createdAt + Number(place - firstLsn) / 1000
}

/** How a request names a point in time. */
export interface Wish {
  readonly timestamp?: string | undefined
  readonly lsn?: string | undefined
}

/** A point in the history of a branch, with what there was. */
export interface PointInTime {
  readonly at: number
  readonly content: NeonContent
}

/**
 * Finds the point in a branch's history that a request names; now, where it names none.
 *
 * @throws NeonProblem with 400 where it makes no sense, and with 422 where it is not in the window of what is kept
 */
export function pointInTime(branch: NeonBranch, { timestamp, lsn }: Wish, { now }: NeonWorld): PointInTime {
  const { project, timeline } = branch
  if (timestamp && lsn) throw badRequest('a timestamp and an LSN cannot be used together')
  const wished = timestamp ? parseTime(timestamp) : lsn ? timeOfLsn(project, lsn) : now()
  const content = contentAt(timeline, wished)
  const oldest = now() - project.historyRetentionSeconds * 1000
  if (!content || wished > now() || wished < oldest) {
    throw unprocessable(`the point in time is not in the restore window of branch ${branch.id}`)
  }
  return { at: wished, content }
}

/** @throws NeonProblem with 400 where a text is no date and time */
export function parseTime(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw badRequest(`"${text}" is not a valid timestamp`)
  return at
}

/** The time at which something is to end. @throws NeonProblem with 400 where it is over already */
export function parseExpiry(text: string, { now }: NeonWorld): number {
  const at = parseTime(text)
  if (at <= now()) throw badRequest('expires_at must be in the future')
  return at
}
