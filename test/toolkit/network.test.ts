import { describe, expect, it } from 'vitest'
import { browserNetwork } from '../../src/toolkit/network.js'
import { launchBrowser } from '../support/browser.js'
import { openModule, serveModule } from '../support/browser-module.js'
import type { NetworkPage } from './network-page.js'

declare global {
  var networkPage: NetworkPage
}

describe('the network', () => {
  it('is what the browser says it is, and tells each change until that is stopped', async () => {
    const served = await serveModule(new URL('./network-page.ts', import.meta.url))
    const browser = await launchBrowser()
    try {
      const context = await browser.newContext()
      const page = await openModule(context, served)
      const state = () => page.evaluate(() => [networkPage.online(), networkPage.seen])
      const settle = (online: boolean) => page.waitForFunction((wanted) => navigator.onLine === wanted, online)
      expect(await state()).toEqual([true, []])

      await context.setOffline(true)
      await settle(false)
      expect(await state()).toEqual([false, [false, false]])

      await page.evaluate(() => networkPage.stop())
      await context.setOffline(false)
      await settle(true)
      expect(await state()).toEqual([true, [false, false, true]])

      await page.evaluate(() => networkPage.stop())
      await context.setOffline(true)
      await settle(false)
      expect(await state()).toEqual([false, [false, false, true]])
    } finally {
      await browser.close()
      await served.close()
    }
  })

  it('is always there in Node, where nothing is known of it', () => {
    const network = browserNetwork()
    const stop = network.watch(() => undefined)
    expect(network.online).toBe(true)
    stop()
  })
})
