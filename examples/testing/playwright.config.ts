import { defineConfig, type PlaywrightTestConfig } from '@playwright/test'
import type { EmulatorOptions } from 'tabship/emulator'

/** What the projects choose for all tests of a worker. */
export type EmulatorChoice = Required<Pick<EmulatorOptions, 'cors'>>

/** A Chromium of this machine's, where Playwright has none of its own. */
const { CHROME_PATH: executablePath, IDE_PORT: port } = process.env

const config: PlaywrightTestConfig<object, EmulatorChoice> = defineConfig<object, EmulatorChoice>({
  testMatch: '*.spec.ts',
  // A deployment takes longer than what pages do otherwise.
  timeout: 60_000,
  expect: { timeout: 20_000 },
  webServer: {
    command: 'vite build --logLevel warn && vite preview --host 127.0.0.1 --port 0',
    wait: { stdout: /http:\/\/127\.0\.0\.1:(?<ide_port>\d+)/ },
    env: { FORCE_COLOR: '0' },
    timeout: 120_000,
  },
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: executablePath ? { executablePath } : {},
  },
  projects: [
    { name: 'known', grepInvert: /@strictest/ },
    { name: 'strictest', grep: /@strictest/, use: { cors: 'strictest' } },
  ],
})

export { config as default }
