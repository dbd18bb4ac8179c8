import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { DeploymentEvent } from '../../src/index.js'
import { ensureBrowser, launchBrowser } from '../../test/support/browser.js'
import { compareSite, missingAssets, servedFiles } from './compare-site.js'
import { openPage } from './drive-page.js'
import { formatDuration } from './format.js'

/** What a demonstration works on. */
export interface Demonstration {
  readonly url: string
  readonly project: ReadonlyMap<string, Uint8Array>
  /** Reaches the emulated sites. */
  readonly fetch: typeof globalThis.fetch
}

const screenshot = fileURLToPath(new URL('../../.demo/deployed.png', import.meta.url))
/** Milliseconds for everything. */
const timeLimit = 4 * 60_000

/**
 * Deploys once in headless Chromium, as a person would, prints what happens, and compares what is served with what was
 * built. Resolves with whether all of it was right.
 */
export async function deployOnce(demonstration: Demonstration): Promise<boolean> {
  await ensureBrowser()
  const browser = await launchBrowser()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The demo took longer than four minutes.')), timeLimit)
  })
  const work = demonstrate(demonstration, () => openPage(browser, demonstration.url, { onEvent: createPrinter() }))
  return Promise.race([work, late]).finally(async () => {
    clearTimeout(timer)
    await browser.close()
  })
}

async function demonstrate(demonstration: Demonstration, open: () => ReturnType<typeof openPage>): Promise<boolean> {
  const { project, fetch } = demonstration
  const ide = await open()
  await ide.deploy()
  const end = ide.events.at(-1)
  await mkdir(new URL('.', `file://${screenshot}`), { recursive: true })
  await ide.settle()
  await ide.page.screenshot({ path: screenshot })
  console.log(`Screenshot    ${screenshot}`)
  if (end?.type !== 'deployment-end') throw new Error('The deployment did not end.')
  if (end.outcome !== 'success' || end.result.url === null) return false

  const built = servedFiles(await ide.readFolder('dist'))
  const differences = await compareSite(end.result.url, built, fetch)
  const missing = missingAssets(project, built, /^src\/.*\.(png|woff2)$/)
  for (const { path, reason } of differences) console.error(`Not as built  ${path}: ${reason}`)
  for (const path of missing) console.error(`Not as it was ${path}: the build holds no file with these bytes`)
  if (differences.length + missing.length > 0) return false
  console.log(`Compared      ${built.size} served files, byte for byte what was built; image and font as in the source`)
  console.log(`Live          ${end.result.url}`)
  return true
}

/** Prints one line per step as it ends, and the reason of a failure. */
function createPrinter(): (event: DeploymentEvent) => void {
  const titles = new Map<string, string>()
  return (event) => {
    if (event.type === 'step-start' && event.step) titles.set(event.step, event.title)
    if (event.type === 'step-end') {
      const title = titles.get(event.step ?? '') ?? event.step ?? ''
      console.log(`${formatDuration(event.duration).padStart(12)}  ${title}: ${event.summary}`)
    }
    if (event.type === 'deployment-end' && event.outcome !== 'success') {
      console.error(`${event.error.message}\n${event.error.hint}`)
    }
  }
}
