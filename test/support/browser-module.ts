import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { BrowserContext, Page } from 'playwright-core'
import { serve } from '../../src/emulator/serve.js'

/** A module that is served with a blank page around it. */
export interface ServedModule {
  /** The page. On loopback, so it is a secure context: with locks, WebCrypto and files of its own. */
  readonly url: string
  close(): Promise<void>
}

/** A sandboxed frame has an origin of its own, from which a module must be allowed to be loaded. */
const scriptHeaders = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }

/** How a module is bundled. */
export interface BundleOptions {
  /** Whether it is made small, for one that is loaded again and again; its errors then tell no lines. @default false */
  readonly minify?: boolean
}

/**
 * Bundles a module of the tests and serves it with a page that runs it. What tests shall call, the module puts on `globalThis`.
 * All pages of one served module share an origin; each served module has an origin of its own.
 *
 * @param entry the module's own address: `new URL('./pages/journal.ts', import.meta.url)`
 */
export async function serveModule(entry: URL, { minify = false }: BundleOptions = {}): Promise<ServedModule> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify,
    sourcemap: minify ? false : 'inline',
    logLevel: 'silent', // a failure is thrown with everything that would be printed
  })
  const script = outputFiles[0]?.contents as Uint8Array<ArrayBuffer> | undefined
  if (!script) throw new Error(`${entry} was bundled to nothing.`)
  const page =
    '<!doctype html><meta charset="utf-8"><title>Test</title><script type="module" src="/module.js"></script>'
  return serve((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(page, { headers: { 'content-type': 'text/html' } })
    if (pathname === '/module.js') return new Response(script, { headers: scriptHeaders })
    return new Response(null, { status: pathname === '/favicon.ico' ? 204 : 404 })
  })
}

/** Opens one more page with the module. It resolves when the module has run. */
export async function openModule(context: BrowserContext, { url }: ServedModule): Promise<Page> {
  const page = await context.newPage()
  const failures: Error[] = []
  page.on('pageerror', (error) => failures.push(error))
  await page.goto(url, { waitUntil: 'load' })
  if (failures[0]) throw failures[0]
  return page
}
