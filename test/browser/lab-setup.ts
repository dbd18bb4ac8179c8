import { createEmulator, type Emulator } from '../../src/emulator/index.js'
import type { Setup } from './lab-page.js'

/** A project of a few files whose build copies `src/` to `dist/`. */
export const files: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'shop', scripts: { build: 'node build.mjs' } }),
  'src/index.html': '<!doctype html><title>Shop</title><script src="/assets/app-91bc.js"></script>',
  'src/assets/app-91bc.js': 'console.log("shop")',
  'src/about/index.html': '<!doctype html><title>About</title>',
}

const { 'src/assets/app-91bc.js': _old, ...kept } = files

/** The same project later: one file has changed, one is new, one is gone. */
export const changedFiles: Readonly<Record<string, string>> = {
  ...kept,
  'src/index.html': '<!doctype html><title>Shop</title><script src="/assets/app-03d7.js"></script>',
  'src/assets/app-03d7.js': 'console.log("shop, the second")',
}

/** Providers that let nobody wait for long. */
export function openEmulator(): Promise<Emulator> {
  return createEmulator({ netlify: { delays: { preparing: 1, prepared: 1, processing: 1, processed: 1, ready: 1 } } })
}

/** What a page deploys to the emulator. */
export function setupOf(
  { token, netlify, github, git, relay }: Emulator,
  options: Partial<Omit<Setup, 'providers'>> = {},
): Setup {
  const providers = { token, netlify: netlify.url, github: github.url, git: git.url, relay: relay.url }
  return { id: 'first', files, start: Date.UTC(2024, 0, 1), ...options, providers }
}
