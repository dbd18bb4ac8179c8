import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'

const source = (path: string): string => fileURLToPath(new URL('../../src/', import.meta.url)) + path

/**
 * The page of an example is compiled against the source of the library, by the names under which an application imports it.
 * @param folder Address of the folder with its `index.html`.
 */
export function pageConfig(folder: URL): UserConfig {
  return defineConfig({
    root: fileURLToPath(folder),
    base: './',
    resolve: {
      alias: [
        { find: /^tabship$/, replacement: source('index.ts') },
        { find: /^tabship\/events$/, replacement: source('events/index.ts') },
        { find: /^tabship\/((git|targets)\/.+)$/, replacement: source('$1.ts') },
      ],
    },
    build: { target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 2_000, reportCompressedSize: false },
  })
}
