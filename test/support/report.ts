import { appendFile, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the reports of a run of the tests are written; `TABSHIP_REPORTS` is another place, for runs side by side. */
export const reportsFolder: string =
  process.env.TABSHIP_REPORTS ?? fileURLToPath(new URL('../../reports', import.meta.url))

const partsVariable = 'TABSHIP_REPORT_PARTS'

/** Before the first test: makes a folder for what test files leave, which processes that start later know. Each run has its own. */
export async function preparePartsFolder(): Promise<void> {
  process.env[partsVariable] = await mkdtemp(join(tmpdir(), 'tabship-reports-'))
}

/** Where test files leave what the reports are made of, one folder for each run. */
export function partsFolder(): string {
  return process.env[partsVariable] ?? join(reportsFolder, 'parts')
}

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
  await mkdir(partsFolder(), { recursive: true })
  await appendFile(join(partsFolder(), 'clients.jsonl'), `${JSON.stringify(row)}\n`)
}
