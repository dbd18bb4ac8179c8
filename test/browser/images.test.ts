import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serve } from '../../src/emulator/serve.js'
import { launchBrowser } from '../support/browser.js'

let served: Awaited<ReturnType<typeof serve>>
let browser: Browser
let page: Page

/** Bundled as an IDE's own page is: the worker and the codecs are found by Vite, without a word in its configuration. */
beforeAll(async () => {
  const made = await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: {
        input: fileURLToPath(new URL('images-page.ts', import.meta.url)),
        output: { entryFileNames: 'module.js' },
      },
    },
  })
  const [output] = [made].flat()
  if (!output || !('output' in output)) throw new Error('nothing was built')
  const files = new Map(output.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]))
  // A page with a WebContainer is isolated, and so are its workers.
  const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
  served = await serve((request) => {
    const path = new URL(request.url).pathname.slice(1)
    const text =
      path === ''
        ? '<!doctype html><title>Test</title><script type="module" src="/module.js"></script>'
        : files.get(path)
    const type = path === '' ? 'text/html' : path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript'
    const body = typeof text === 'string' ? text : text && new Uint8Array(text)
    return new Response(body ?? null, {
      status: body === undefined ? 404 : 200,
      headers: { ...headers, 'content-type': type },
    })
  })
  browser = await launchBrowser()
  page = await browser.newPage()
  await page.goto(served.url)
})

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

// Somebody else's work can stretch a task of the page on a busy machine.
it('encodes a large image without holding the page for 50 milliseconds', { retry: 2 }, async () => {
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  const result = await page.evaluate(() => globalThis.imagesPage.shrinkLarge())
  expect(result).toMatchObject({ samePixels: true, longTasks: [], seesLongTasks: true, isolated: true })
  expect(result.after).toBeLessThan(result.before)
  expect(loaded.filter((path) => path.includes('mozjpeg'))).toEqual([])
})

it('encodes a photograph there as well', async () => {
  const { before, after, size } = await page.evaluate(() => globalThis.imagesPage.shrinkPhotograph())
  expect(after).toBeLessThan(before / 2)
  expect(size).toBe('1000x700')
})

it('stops in the middle of an image', async () => {
  expect(await page.evaluate(() => globalThis.imagesPage.shrinkAndAbort())).toBe('left')
})
