/**
 * `npm run demo` serves the example IDE; `npm run demo -- --once` deploys in headless Chromium and checks what is live.
 * `npm run demo:preview` serves the example of previews.
 */
import { parseArgs } from 'node:util'
import { createEmulator, type Emulator } from '../src/emulator/index.js'
import { deployOnce } from './support/deploy-once.js'
import { emulatedSettings, previewSettings } from './support/emulated-settings.js'
import { type PageServerOptions, servePage } from './support/page-server.js'
import { readProject } from './support/project-files.js'

/** An example with a page. */
interface Demo extends Required<Pick<PageServerOptions, 'example'>> {
  /** Folder of the project that it opens. */
  readonly project: string
  settings(emulator: Emulator): object
  introduce(url: string): string
}

const ide: Demo = {
  example: 'ide',
  project: 'project',
  settings: emulatedSettings,
  introduce: (url) => `
  Example IDE   ${url}

  Open it and click Deploy. GitHub and Netlify are emulated on this machine. The page asks once whether
  https://stackblitz.com can be reached: if so the project runs in a real WebContainer, else in a runtime that is
  emulated here. ${url}?runtime=emulated asks nobody.

  The shell of the emulated runtime is a real shell on this machine, with your rights, and so are the project's scripts,
  in the runtime and on the emulated GitHub Actions. Nothing else leaves this machine but what npm installs.
  Ctrl-C ends everything.
`,
}

const previews: Demo = {
  example: 'preview-to-prod',
  project: 'preview-to-prod/project',
  settings: previewSettings,
  introduce: (url) => `
  From a preview to production   ${url}

  Open it, change the headline, and click Publish a preview. Netlify and Vercel are emulated on this machine. The page asks
  once whether https://stackblitz.com can be reached: if so the project is kept in a real WebContainer, else in a runtime
  that is emulated here. ${url}?runtime=emulated asks nobody.
  Ctrl-C ends everything.
`,
}

const { values } = parseArgs({
  options: {
    example: { type: 'string', default: ide.example },
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  },
})

const demo = [ide, previews].find(({ example }) => example === values.example)
if (!demo) throw new Error(`There is no example ${values.example}.`)
if (values.once && demo !== ide) throw new Error('Only the example IDE is deployed by --once.')

console.log('Starting the emulated providers and building the page …')
const emulator = await createEmulator()
try {
  const { example, settings, introduce } = demo
  const project = await readProject(demo.project)
  const page = await servePage({ example, settings: settings(emulator), project, port: Number(values.port) })
  if (values.once) {
    const isRight = await deployOnce({ url: page.url, project, fetch: emulator.fetch })
    process.exitCode = isRight ? 0 : 1
  } else {
    console.log(introduce(page.url))
    console.log(`What arrives at the emulated providers is shown at ${emulator.url}`)
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
