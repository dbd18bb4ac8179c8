import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'

const source = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

/** The page is compiled against the source of the library, by the names under which an application imports it. */
const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  resolve: {
    alias: [
      { find: /^tabship$/, replacement: source('index.ts') },
      { find: /^tabship\/events$/, replacement: source('events/index.ts') },
      { find: /^tabship\/git\/github$/, replacement: source('git/github.ts') },
      { find: /^tabship\/targets\/github-pages$/, replacement: source('targets/github-pages.ts') },
      { find: /^tabship\/targets\/netlify$/, replacement: source('targets/netlify.ts') },
    ],
  },
  build: { target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 2_000, reportCompressedSize: false },
})

export { config as default }
