import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import type { Clock, DeployOptions, ResumeOptions } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { hurriedClock } from './hurried-clock.js'
import { memoryContainer } from './memory-container.js'

/** Where deployments are made by the hundred: emulated providers, time that does not pass, containers in memory. */
export interface Lab {
  readonly emulator: Emulator
  readonly clock: Clock
  close(): Promise<void>
}

/** A project of a few files whose build copies `src/` to `dist/`. */
export const labFiles: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'shop', scripts: { build: 'node build.mjs' } }),
  'src/index.html': '<!doctype html><title>Shop</title><script src="/assets/app-91bc.js"></script>',
  'src/assets/app-91bc.js': 'console.log("shop")',
  'src/about/index.html': '<!doctype html><title>About</title>',
}

export async function startLab(options: EmulatorOptions = {}): Promise<Lab> {
  const clock = hurriedClock()
  const emulator = await createEmulator({
    clock,
    netlify: { limits: { requestsPerMinute: Number.POSITIVE_INFINITY } },
    ...options,
  })
  return { emulator, clock, close: () => emulator.close() }
}

/** A container with the project; `files` are put in place of some of its own. */
export function labContainer(files: Readonly<Record<string, string>> = {}): DeployOptions['container'] {
  return memoryContainer(
    { ...labFiles, ...files },
    {
      run: ({ container }) => {
        for (const [path, content] of [...container.tree]) {
          if (path.startsWith('src/')) container.write(`dist/${path.slice(4)}`, content)
        }
        return 0
      },
    },
  )
}

/** What a deployment needs besides a container, a storage and a way to the network. */
export function labPorts(
  { emulator, clock }: Lab,
  name: string,
): Pick<ResumeOptions, 'clock'> & Required<Pick<ResumeOptions, 'git' | 'targets'>> {
  const auth = emulator.token
  return {
    clock,
    git: github({ auth, repository: name, apiUrl: emulator.github.url, gitUrl: emulator.git.url }),
    targets: [netlify({ auth, site: name, apiUrl: emulator.netlify.url })],
  }
}

/** What the detector cannot know of the project. */
export const labProject: NonNullable<DeployOptions['project']> = {
  framework: 'vite',
  installCommand: null,
  buildCommand: 'node build.mjs',
  outputDirectory: 'dist',
}
