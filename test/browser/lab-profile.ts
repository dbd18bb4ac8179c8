import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { launchPersistent } from '../support/browser.js'
import { openModule } from '../support/browser-module.js'

/** A browser whose profile outlives it. */
export interface Profile {
  /** Opens a page with the module. */
  open(url: string): Promise<Page>
  /** Resolves when a page stands still. */
  stoodStill(): Promise<void>
  /** Ends the browser, and starts one with the same profile. */
  restart(how: 'close' | 'SIGKILL'): Promise<void>
  close(): Promise<void>
}

export async function openProfile(): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'tabship-profile-'))
  let stop: () => void = () => undefined
  let stopped: Promise<void> = Promise.resolve()

  async function launch(): Promise<BrowserContext> {
    const context = await launchPersistent(folder)
    stopped = new Promise((resolve) => {
      stop = resolve
    })
    await context.exposeBinding('standStill', () => {
      stop()
      return new Promise(() => undefined)
    })
    return context
  }

  let context = await launch()
  return {
    open: (url) => openModule(context, { url, close: async () => undefined }),
    stoodStill: () => stopped,
    async restart(how) {
      if (how === 'close') await context.close()
      else await killBrowser(context, folder)
      context = await launch()
    },
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Ends the process itself, by the id that Chromium leaves in its profile: nothing is flushed, and no page hears of it. */
async function killBrowser(context: BrowserContext, folder: string): Promise<void> {
  const pid = Number((await readlink(join(folder, 'SingletonLock'))).match(/-(\d+)$/)?.[1])
  if (!pid) throw new Error('The browser left no process id.')
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()))
  process.kill(pid, 'SIGKILL')
  await gone
}
