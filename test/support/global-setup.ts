import type { TestProject } from 'vitest/node'
import { ensureBrowser } from './browser.js'
import { preparePartsFolder } from './report.js'

/** Once before all tests, and once after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await preparePartsFolder()
  // Files that start a browser run side by side, and must not install one each.
  await ensureBrowser()
  return async () => {
    // Contracts are large: the first test needn't wait for them.
    const { writeReports } = await import('./write-reports.js')
    await writeReports(project)
  }
}
