import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the reports of a run of the tests are written. */
export const reportsFolder: string = fileURLToPath(new URL('../../reports', import.meta.url))

/** What one client sent for one deployment: a row of `reports/clients.md`. */
export interface TrafficRow {
  readonly provider: string
  /** What was deployed, the same words for theirs and for ours. */
  readonly deployment: string
  /** With its version, or `Tabship`. */
  readonly client: string
  /** Without questions that are repeated until something is ready: how many of those there are is a matter of luck. */
  readonly requests: number
  /** Of the bodies of its requests. */
  readonly bytes: number
}

/** Adds a row to the table of what the providers' own clients send, and what we send. */
export async function reportTraffic(row: TrafficRow): Promise<void> {
  const parts = join(reportsFolder, 'parts')
  await mkdir(parts, { recursive: true })
  await appendFile(join(parts, 'clients.jsonl'), `${JSON.stringify(row)}\n`)
}
