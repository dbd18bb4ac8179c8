import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
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
  const whole = await isWhole(project)
  const wrong = findings.flatMap((one) => complaintsOf(one, whole))
  if (whole && !(await isDocumented(contracts)))
    wrong.push('docs/contracts.md is of another day: copy reports/contracts.md')
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

async function isDocumented(contracts: string): Promise<boolean> {
  return (await readFile(new URL('../../docs/contracts.md', import.meta.url), 'utf8')) === contracts
}

// A filter, a shard, a failure or a client that can't be installed leaves out what would have been seen.
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.config.testNamePattern) return false
  const modules = project.vitest.state.getTestModules()
  const passed = new Set(modules.filter((one) => one.state() === 'passed').map(({ moduleId }) => moduleId))
  const withoutClient = modules.some((one) => {
    return one.moduleId.includes('/test/clients/') && [...one.children.allTests('skipped')].length > 0
  })
  const { testFiles } = await project.globTestFiles()
  return !withoutClient && testFiles.every((file) => passed.has(file))
}

function complaintsOf({ provider, unexplained, unreached, stale }: Findings, whole: boolean): string[] {
  const complaints = unexplained.map((one) => `${provider.name} deviates without a reason: ${one}`)
  if (!whole) return complaints
  return [
    ...complaints,
    ...unreached.map((one) => `No test reaches ${provider.name}'s ${one}`),
    ...stale.map((one) => `Nothing makes use of ${provider.name}'s waiver: ${one}`),
  ]
}

function summaryOf({ provider, tallies, unexplained }: Findings): string {
  const judged = tallies.flatMap((one) => Object.values(one.judged)).reduce((total, one) => total + one, 0)
  const deviations = `${unexplained.length} unexplained deviations`
  return `${provider.name}: ${tallies.length} endpoints asked, ${judged} replies judged by its contract, ${deviations}\n`
}
