import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Switches for containers without a large /dev/shm and without user namespaces, and against calls to the internet. */
const switches = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-proxy-server',
]

/**
 * Starts headless Chromium: Playwright's own where it is installed, else the one at `CHROME_PATH`, else the system's.
 * @param further switches for Chromium, besides those that every test needs
 * @throws Error that says what to install.
 */
export async function launchBrowser(...further: string[]): Promise<Browser> {
  const executablePath = await findBrowser()
  if (!executablePath) {
    throw new Error('No Chromium found: run `apt-get install chromium` or `npx playwright install chromium`.')
  }
  return chromium.launch({ executablePath, args: [...switches, ...further] })
}

async function findBrowser(): Promise<string | undefined> {
  const installed = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
  for (const file of [chromium.executablePath(), process.env.CHROME_PATH, ...installed]) {
    if (file && (await isExecutable(file))) return file
  }
  return undefined
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
