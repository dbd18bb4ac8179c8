import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { TestProject } from 'vitest/node'
import { clientsDiffer } from './compare-clients.js'
import { type Findings, findingsOf } from './contracts/findings.js'
import { reportedProviders } from './contracts/providers.js'
import { renderContracts, renderRun } from './contracts/render.js'
import { type EndpointTally, Tally } from './contracts/tally.js'
import { renderClients } from './render-clients.js'
import { partsFolder, reportsFolder, type TrafficRow } from './report.js'

/**
 * After the last test: writes the reports out of what all test files left, and lets the run fail where something deviates from a
 * contract without a reason; after a run of all tests also where an endpoint was not reached, or a waiver not used.
 */
export async function writeReports(project: TestProject): Promise<void> {
  const tally = new Tally()
  for (const endpoints of await readParts<EndpointTally[]>('exchanges.jsonl')) tally.merge(endpoints)
  const rows = await readParts<TrafficRow>('clients.jsonl')
  await rm(partsFolder(), { recursive: true })
  const providers = reportedProviders()
  const findings = providers.map((provider) => findingsOf(provider, tally.endpoints))
  await mkdir(reportsFolder, { recursive: true })
  const contracts = renderContracts(providers)
  await writeFile(join(reportsFolder, 'contracts.md'), contracts)
  await writeFile(join(reportsFolder, 'contracts-run.md'), renderRun(findings))
  if (rows.length > 0) await writeFile(join(reportsFolder, 'clients.md'), renderClients(rows))
  const partial = await whyPartial(project)
  const wrong = findings.flatMap((one) => complaintsOf(one, partial === undefined))
  if (partial === undefined) wrong.push(...(await complaintsOfDocuments(contracts, rows)))
  const unchecked = 'that every endpoint was reached and every waiver used, and that docs/ has what the reports have'
  if (partial !== undefined) process.stdout.write(`Not checked, because ${partial}: ${unchecked}.\n`)
  for (const one of findings) if (one.tallies.length > 0) process.stdout.write(summaryOf(one))
  if (wrong.length === 0) return
  process.stderr.write(`\nThe emulators and their contracts (reports/contracts-run.md):\n${wrong.join('\n')}\n`)
  // Vitest only prints what a teardown throws.
  process.exitCode = 1
}

async function readParts<Part>(name: string): Promise<Part[]> {
  try {
    const text = await readFile(join(partsFolder(), name), 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Part)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function complaintsOfDocuments(contracts: string, rows: readonly TrafficRow[]): Promise<string[]> {
  const isCurrent = (await readDocument('contracts.md')) === contracts
  const ofContracts = isCurrent ? [] : ['docs/contracts.md is of another day: copy reports/contracts.md']
  return [...ofContracts, ...clientsDiffer((await readDocument('clients.md')) ?? '', renderClients(rows))]
}

async function readDocument(name: string): Promise<string | undefined> {
  try {
    return await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

// A filter, a shard, a failure or a client that can't be installed leaves out what would have been seen.
async function whyPartial(project: TestProject): Promise<string | undefined> {
  if (project.config.testNamePattern) return 'only tests of some names ran'
  const modules = project.vitest.state.getTestModules()
  const name = (moduleId: string): string => relative(project.config.root, moduleId)
  const withoutClient = modules.find((one) => {
    return one.moduleId.includes('/test/clients/') && [...one.children.allTests('skipped')].length > 0
  })
  if (withoutClient) return `the client of ${name(withoutClient.moduleId)} can't be installed`
  const passed = new Set(modules.filter((one) => one.state() === 'passed').map(({ moduleId }) => moduleId))
  const { testFiles } = await project.globTestFiles()
  const [absent, ...more] = testFiles.filter((file) => !passed.has(file))
  if (absent === undefined) return undefined
  const others = more.length > 0 ? `, nor did ${more.length} other files of tests` : ''
  return `${name(absent)} did not run to a good end${others}`
}

function complaintsOf({ provider, unexplained, unreached, stale }: Findings, whole: boolean): string[] {
  const complaints = unexplained.map((one) => `${provider.name} deviates without a reason: ${one}`)
  if (!whole) return complaints
  return [
    ...complaints,
    ...unreached.map((one) => `No test reaches ${provider.name}'s ${one}`),
    ...stale.map((one) => `Neither a client nor Tabship makes use of ${provider.name}'s waiver: ${one}`),
  ]
}

function summaryOf({ provider, tallies, unexplained }: Findings): string {
  const judged = tallies.flatMap((one) => Object.values(one.judged)).reduce((total, one) => total + one, 0)
  const deviations = `${unexplained.length} unexplained deviations`
  return `${provider.name}: ${tallies.length} endpoints asked, ${judged} replies judged by its contract, ${deviations}\n`
}
