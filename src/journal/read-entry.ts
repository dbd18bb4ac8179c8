import * as z from 'zod/mini'
import type { EventBody } from '../spec/event.js'
import type { Journal } from '../spec/journal.js'
import type { Schema } from '../spec/schema.js'
import { describeIssue, issuesOf } from '../toolkit/describe-issue.js'
import { recordVersion } from './deployment-record.js'
import { keys } from './keys.js'

/** Is told of each entry that could not be read. */
export type ReportAside = (event: Extract<EventBody, { type: 'journal-set-aside' }>) => void

const versioned = z.object({ version: z.number() })

/**
 * Reads and parses an entry. One that is corrupt is moved out of the way, one of a newer version is left to the tab that knows
 * it; both are reported.
 * @returns `undefined` where there is none that can be read.
 */
export async function readEntry<Value>(
  journal: Journal,
  key: string,
  schema: Schema<Value>,
  report: ReportAside,
): Promise<Value | undefined> {
  const entry = await journal.read(key)
  if (entry === undefined) return undefined
  const { success, data } = z.safeParse(versioned, entry)
  if (success && data.version > recordVersion) {
    const message = `The entry ${key} of the journal is of version ${data.version}; this code reads version ${recordVersion}.`
    report({ type: 'journal-set-aside', entry: key, reason: 'newer', message })
    return undefined
  }
  try {
    return schema.parse(entry)
  } catch (cause) {
    await setAside(journal, key, { entry, cause }, report)
    return undefined
  }
}

/** Moves an entry that can't be read out of the way. It is kept: somebody may want to look at it. */
export async function setAside(
  journal: Journal,
  key: string,
  { entry, cause }: { readonly entry: unknown; readonly cause: unknown },
  report: ReportAside,
): Promise<void> {
  await journal.write(
    new Map([
      [key, undefined],
      [keys.aside(key), entry],
    ]),
  )
  const issues = issuesOf(cause).slice(0, 3)
  const fields = issues.map((issue) => `${issue.path.join('.') || 'the whole'} (${describeIssue(issue)})`)
  const what = fields.length > 0 ? fields.join(', ') : cause instanceof Error ? cause.message : String(cause)
  const message = `The entry ${key} of the journal is corrupt: ${what}.`
  report({ type: 'journal-set-aside', entry: key, reason: 'corrupt', message })
}
