import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.js'
import { github } from '../../src/git/github.js'
import { loadIsomorphicGit } from '../../src/git/push/load-isomorphic-git.js'
import type { DeployOptions, ResumeOptions } from '../../src/index.js'
import { netlify } from '../../src/targets/netlify.js'
import { onAbort } from '../../src/toolkit/on-abort.js'
import { type IdleClock, idleClock } from './idle-clock.js'
import { memoryContainer } from './memory-container.js'
import '../../src/project/detect-project.js'
import '../../src/targets/netlify/publish.js'
import '../../src/targets/netlify/sites.js'

/** Where deployments are made by the hundred: emulated providers, simulated time, containers in memory. */
export interface Lab {
  /** Its `fetch` keeps the time from moving until the answer is there. A request that is left is carried out to its end. */
  readonly emulator: Emulator
  /** The time in the tabs and at the providers. */
  readonly clock: IdleClock
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
  const clock = idleClock()
  // What is loaded for the first time takes real time, in which the simulated one would run on.
  await loadIsomorphicGit()
  const emulator = await createEmulator({
    clock: clock.provider,
    netlify: { limits: { requestsPerMinute: Number.POSITIVE_INFINITY } },
    ...options,
  })
  const fetch = { value: watchedFetch(emulator.fetch, clock) }
  return { emulator: Object.create(emulator, { fetch }), clock, close: () => emulator.close() }
}

/** Reads answers to their end while the time stands still. What is left by who sent it goes on behind its back. */
function watchedFetch(original: typeof fetch, clock: IdleClock): typeof fetch {
  return (input, init) => {
    const { signal, ...rest } = init ?? {}
    if (signal?.aborted) return Promise.reject(signal.reason)
    const answer = clock.during(async () => {
      const response = await original(input, rest)
      const { status, headers, url } = response
      const body = await response.arrayBuffer().then(
        (bytes) => (bytes.byteLength === 0 ? null : bytes),
        (error: unknown) => new ReadableStream({ pull: (controller) => controller.error(error) }),
      )
      return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url })
    }, signal ?? undefined)
    if (!signal) return answer
    return new Promise((resolve, reject) => {
      const release = onAbort(signal, () => reject(signal.reason))
      answer.then(resolve, reject).finally(release)
    })
  }
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
