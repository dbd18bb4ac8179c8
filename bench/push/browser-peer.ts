import type { Browser, Page } from 'playwright-core'
import { openModule, type ServedModule } from '../../test/support/browser-module.js'
import type { Work } from '../harness.js'
import { type Growth, watchMemory } from './memory.js'
import type { PageTarget, PushPage } from './page.js'

/** Who pushes in the page. */
export type PushedBy = Parameters<PushPage['push']>[0]

/** A page that holds the files of the benchmark and pushes them. */
export interface BrowserPeer {
  /** Begins anew with a page that has never pushed. */
  begin(target: PageTarget): Promise<void>
  /** Changes one of the files. */
  change(round: number): Promise<void>
  /** Forgets what the last push remembered for the next one. */
  forget(): Promise<void>
  /** Lets go of what is not needed any more, as a page does that idles, so that it does not count as memory of the push. */
  settle(): Promise<void>
  /** Collects the artifacts, as an earlier step of a deployment does: the next push begins with them. */
  collect(): Promise<void>
  push(): Promise<Pick<Work, 'duration' | 'measured'>>
  /** Collects the artifacts beforehand and pushes, for the memory of the push alone. @returns its growth by the size of the files */
  pushCollected(): Promise<Readonly<Record<string, number>>>
}

declare const pushPage: PushPage

const mebibyte = 1024 * 1024

export function browserPeer(browser: Browser, module: ServedModule, count: number, by: PushedBy): BrowserPeer {
  let page: Page | undefined
  let target: PageTarget | undefined
  let size = 0
  let grown: Awaited<ReturnType<typeof watchMemory>> | undefined
  const opened = (): Page => {
    if (!page) throw new Error('no page is open')
    return page
  }
  const to = (): PageTarget => {
    if (!target) throw new Error('there is nowhere to push to')
    return target
  }
  const byFiles = ({ pages, all }: Growth, of: string) => ({
    [`page${of} grew by, of the files`]: pages / size,
    [`browser${of} grew by, of the files`]: all / size,
  })
  const peer: BrowserPeer = {
    async begin(where) {
      await page?.context().close()
      target = where
      grown = undefined
      page = await openModule(await browser.newContext(), module)
      size = await page.evaluate((count) => pushPage.hold(count), count)
    },
    change: (round) => opened().evaluate((round) => pushPage.change(round), round),
    forget: () => opened().evaluate(() => pushPage.forget()),
    collect: () => opened().evaluate(() => pushPage.collect()),
    async settle() {
      const session = await opened().context().newCDPSession(opened())
      await session.send('HeapProfiler.collectGarbage')
      await session.detach()
      await opened().evaluate(() => pushPage.longestBlock())
      grown = await watchMemory(browser)
    },
    async push() {
      const { duration, parts, sent } = await opened().evaluate(([by, target]) => pushPage.push(by, target), [
        by,
        to(),
      ] as const)
      const memory = await grown?.()
      const longest = await opened().evaluate(() => pushPage.longestBlock())
      return {
        duration,
        measured: {
          ...Object.fromEntries(Object.entries(parts).map(([part, time]) => [`${part} (ms)`, time])),
          'longest block (ms)': longest,
          'sent (KB)': sent / 1024,
          ...(memory && {
            'page grew (MiB)': memory.pages / mebibyte,
            ...byFiles(memory, ''),
          }),
        },
      }
    },
    async pushCollected() {
      await peer.collect()
      await peer.settle()
      await opened().evaluate(([by, target]) => pushPage.push(by, target), [by, to()] as const)
      const memory = await grown?.()
      return memory ? byFiles(memory, ', artifacts held,') : {}
    },
  }
  return peer
}
