import {
  createEmulator,
  createSimulatedClock,
  type Emulator,
  type EmulatorOptions,
  type SimulatedClock,
} from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { loadIsomorphicGit } from '../../src/git/push/load-isomorphic-git.js'
import type { DeployOptions, ResumeOptions } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { memoryContainer } from './memory-container.js'
import '../../src/project/detect-project.js'
import '../../src/targets/netlify/publish.js'
import '../../src/targets/netlify/sites.js'

/** Where deployments are made by the hundred: emulated providers, simulated time, containers in memory. */
export interface Lab {
  /** Its `fetch` keeps the time from moving until the answer is there. A request that is left is carried out to its end. */
  readonly emulator: Emulator
  /** The time in the tabs and at the providers. */
  readonly clock: SimulatedClock
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
  const clock = createSimulatedClock()
  // What is loaded for the first time takes real time, in which the simulated one would run on.
  await loadIsomorphicGit()
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
    git: github({ auth, repository: name, apiUrl: emulator.github.url, gitUrl: emulator.git.url, transport: 'direct' }),
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
