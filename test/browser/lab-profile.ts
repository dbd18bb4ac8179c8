import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { launchPersistent } from '../support/browser.js'
import { openModule } from '../support/browser-module.js'

/** A browser whose profile outlives it. */
export interface Profile {
  /** Opens a page with the module; its standing still is what the next wait is for. */
  open(url: string): Promise<Page>
  /** Resolves when a page of this browser stands still. */
  stoodStill(): Promise<void>
  /** Closes the browser's context, which ends the browser, and starts one with the same profile. */
  restart(): Promise<void>
  /** The same, but the process is killed: nothing is flushed. */
  killAndRestart(): Promise<void>
  close(): Promise<void>
}

export async function openProfile(): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'tabship-profile-'))
  let stop: () => void = () => undefined
  let stopped: Promise<void> = Promise.resolve()
  const expectStop = () => {
    stopped = new Promise((resolve) => {
      stop = resolve
    })
  }

  async function launch(): Promise<BrowserContext> {
    const context = await launchPersistent(folder)
    await context.exposeBinding('standStill', () => {
      stop()
      return new Promise(() => undefined)
    })
    return context
  }

  let context = await launch()
  return {
    open: (url) => {
      expectStop()
      return openModule(context, { url, close: async () => undefined })
    },
    stoodStill: () => stopped,
    async restart() {
      await context.close()
      context = await launch()
    },
    async killAndRestart() {
      await killBrowser(context, folder)
      context = await launch()
    },
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Ends the process itself, by the id that Chromium leaves in its profile. */
async function killBrowser(context: BrowserContext, folder: string): Promise<void> {
  const pid = Number((await readlink(join(folder, 'SingletonLock'))).match(/-(\d+)$/)?.[1])
  if (!pid) throw new Error('The browser left no process id.')
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()))
  process.kill(pid, 'SIGKILL')
  await gone
}
