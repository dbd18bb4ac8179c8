/** `npm run demo` serves the example IDE; `npm run demo -- --once` deploys in headless Chromium and checks what is live. */
import { parseArgs } from 'node:util'
import { createEmulator } from '../src/emulator/index.js'
import { deployOnce } from './support/deploy-once.js'
import { emulatedSettings } from './support/emulated-settings.js'
import { servePage } from './support/page-server.js'
import { readProject } from './support/project-files.js'

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
})

console.log('Starting the emulated providers and building the page …')
const emulator = await createEmulator()
try {
  const project = await readProject()
  const page = await servePage({ settings: emulatedSettings(emulator), project, port: Number(values.port) })
  if (values.once) {
    const isRight = await deployOnce({ url: page.url, project, fetch: emulator.fetch })
    process.exitCode = isRight ? 0 : 1
  } else {
    console.log(`
  Example IDE   ${page.url}

  Open it and click Deploy. GitHub and Netlify are emulated on this machine. The page asks once whether
  https://stackblitz.com can be reached: if so the project runs in a real WebContainer, else in a runtime that is
  emulated here. ${page.url}?runtime=emulated asks nobody.

  The shell of the emulated runtime is a real shell on this machine, with your rights, and so are the project's scripts,
  in the runtime and on the emulated GitHub Actions. Nothing else leaves this machine but what npm installs.
  Ctrl-C ends everything.
`)
    await interrupted()
  }
  await page.close()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
await emulator.close()
// Something that failed half-way must not keep the process.
process.exit()

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
