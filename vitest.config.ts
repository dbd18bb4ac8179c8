import { defineConfig } from 'vitest/config'

export default defineConfig({
  // The examples import the library by its name.
  resolve: { tsconfigPaths: true },
  test: {
    // Vitest keeps one core for itself otherwise, which is half of a machine with two.
    maxWorkers: '100%',
    // Modules and compiled contracts are loaded once for each worker, not for each of the files: no test leaves anything behind.
    isolate: false,
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/watch-exchanges.ts',
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
})
