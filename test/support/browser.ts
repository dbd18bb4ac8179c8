import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'

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

/** Milliseconds that an installation may take. */
const installLimit = 5 * 60_000

/**
 * Starts headless Chromium: Playwright's own where it is installed, else the one at `CHROME_PATH`, else the system's.
 * @param further switches for Chromium, besides those that every test needs
 * @throws Error that says what to install.
 */
export async function launchBrowser(...further: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: await requireBrowser(), args: [...switches, ...further] })
}

/**
 * Starts it with a profile in a folder: closed and started again with the same folder, it has kept what its pages stored.
 * Closing the context ends the browser.
 */
export async function launchPersistent(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: await requireBrowser(), args: [...switches] })
}

async function requireBrowser(): Promise<string> {
  const found = await findBrowser()
  if (found) return found
  throw new Error('No Chromium found: run `apt-get install chromium` or `npx playwright-core install chromium`.')
}

/**
 * Installs Chromium where none is found: with the package manager where we may (Debian's package brings the libraries that it
 * needs), else as Playwright does. That it failed is told by {@link launchBrowser}.
 */
export async function ensureBrowser(): Promise<void> {
  if (await findBrowser()) return
  process.stderr.write('No Chromium found: installing it …\n')
  if (process.getuid?.() === 0 && (await run('apt-get', ['update', '-qq']))) {
    if (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])) return
  }
  const playwright = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'))
  await run(process.execPath, [join(playwright, 'cli.js'), 'install', 'chromium'])
}

function run(command: string, args: string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: installLimit })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false)) // there is no such command
    child.once('close', (code) => resolve(code === 0))
  })
}

/** The program that {@link launchBrowser} starts; `undefined` where there is none. */
export async function findBrowser(): Promise<string | undefined> {
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
