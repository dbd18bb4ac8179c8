import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findBrowser } from '../support/browser.js'
import { runProgram } from '../support/clients.js'

// The example for Vitest is run by the suite itself, as any test file.

const root = fileURLToPath(new URL('../..', import.meta.url))
const programs = join(root, 'node_modules/.bin')
/** Milliseconds, for a machine that has other things to do as well. */
const limit = 180_000

const browser = await findBrowser()
const missing = browser ? '' : ' (skipped: no Chromium was found)'
if (missing) process.stderr.write(`\nThe example for Playwright is not run:${missing}\n`)

describe.skipIf(missing)(`the example for Playwright${missing}`, () => {
  it(
    'passes, run as its users run it',
    async () => {
      const home = await mkdtemp(join(tmpdir(), 'tabship-playwright-'))
      onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
      const { code, stdout, stderr } = await runProgram(
        join(programs, 'playwright'),
        ['test', '-c', 'examples/testing', '--reporter=line', `--output=${home}`],
        {
          folder: root,
          args: [],
          env: { HOME: home, PATH: [programs, process.env.PATH].join(delimiter), CHROME_PATH: browser ?? '' },
          limit,
        },
      )
      expect(code, stdout + stderr).toBe(0)
      expect(stdout).toMatch(/^ {2}5 passed/m)
      expect(stdout).not.toMatch(/\d+ (failed|flaky|skipped|did not run)/)
    },
    limit + 10_000,
  )
})
