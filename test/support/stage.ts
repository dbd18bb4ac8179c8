import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  createEmulator,
  createLocalContainer,
  type Emulator,
  type EmulatorOptions,
  type LocalContainer,
} from '../../src/emulator/index.js'
import { type GithubOptions, github } from '../../src/git/github.js'
import { type Deployment, type DeploymentEvent, type DeployOptions, deploy } from '../../src/index.js'
import { type NetlifyOptions, netlify } from '../../src/targets/netlify.js'

/** A tree as a WebContainer mounts it, from paths and contents. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** Options in place of the stage's own; `undefined` takes one away. */
export type Overrides = { readonly [Name in keyof DeployOptions]?: DeployOptions[Name] | undefined }

/** Everything that a deployment needs, on loopback, with a project whose build is a short script of its own. */
export interface Stage {
  readonly emulator: Emulator
  readonly container: LocalContainer
  /** Writes files into the container; `null` removes one. */
  write(files: Readonly<Record<string, string | Uint8Array | null>>): Promise<void>
  /** Starts a deployment of the stage's project to the stage's providers; options may replace any part. */
  deploy(options?: Overrides): Deployment
  github(options?: Partial<GithubOptions>): NonNullable<DeployOptions['git']>
  netlify(options?: Partial<NetlifyOptions>): NonNullable<DeployOptions['targets']>[number]
  close(): Promise<void>
}

/** Bytes that no text decoder leaves alone. */
export const image: Uint8Array = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 255, 254, 192, 128, 13, 10])

/** A project that is built by copying `src/` to `dist/`, with a page that refers to the rest. */
export const project: Files = {
  'package.json': JSON.stringify({ name: 'shop', scripts: { build: 'node build.mjs' } }),
  'build.mjs': `
    import { cpSync, writeFileSync } from 'node:fs'
    console.log('\\u001b[32mbuilding\\u001b[0m')
    cpSync('src', 'dist', { recursive: true })
    console.log('built')
  `,
  'src/index.html':
    '<!doctype html><title>Shop</title><img src="/assets/logo-4f2a.png"><script src="/assets/app-91bc.js"></script>',
  'src/assets/logo-4f2a.png': image,
  'src/assets/app-91bc.js': 'console.log("shop")',
  'src/_redirects': '/* /index.html 200\n',
  'README.md': '# Shop\n',
}

/** What the detector can't know of such a project. */
export const projectOptions: NonNullable<DeployOptions['project']> = {
  framework: 'vite',
  installCommand: null,
  buildCommand: 'node build.mjs',
  outputDirectory: 'dist',
}

/** Starts an emulator and a container with the project in it. */
export async function startStage(files: Files = project, options: EmulatorOptions = {}): Promise<Stage> {
  const emulator = await createEmulator(options)
  const container = await createLocalContainer()
  const stage: Stage = {
    emulator,
    container,
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) {
          await container.fs.rm(path, { recursive: true, force: true })
          continue
        }
        const slash = path.lastIndexOf('/')
        if (slash > 0) await container.fs.mkdir(path.slice(0, slash), { recursive: true })
        await container.fs.writeFile(path, content)
      }
    },
    github: (options) =>
      github({
        auth: emulator.token,
        repository: 'shop',
        apiUrl: emulator.github.url,
        gitUrl: emulator.git.url,
        // Node needs no relay to reach git.
        transport: 'direct',
        ...options,
      }),
    netlify: (options) =>
      netlify({ auth: emulator.token, site: 'acme-shop', apiUrl: emulator.netlify.url, ...options }),
    deploy: (options) =>
      deploy({
        container,
        fetch: emulator.fetch,
        project: projectOptions,
        git: stage.github(),
        targets: [stage.netlify()],
        ...options,
      } as DeployOptions),
    async close() {
      await container.teardown()
      await emulator.close()
    },
  }
  await stage.write(files)
  return stage
}

/** Reads a deployment to its end. */
export async function eventsOf(deployment: Deployment): Promise<DeploymentEvent[]> {
  const events: DeploymentEvent[] = []
  for await (const event of deployment.events) events.push(event)
  return events
}

/** The one terminal event, after making sure that it is the only one and the last. */
export function endOf(events: readonly DeploymentEvent[]): Extract<DeploymentEvent, { type: 'deployment-end' }> {
  const last = events.at(-1)
  const ends = events.filter((event) => event.type === 'deployment-end')
  if (ends.length !== 1 || last?.type !== 'deployment-end')
    throw new Error(`${ends.length} terminal events; the last event is ${last?.type}`)
  return last
}

const run = promisify(execFile)

/** Runs native git and gives what it printed. */
export async function nativeGit(folder: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
  const { stdout } = await run('git', args, { cwd: folder, env })
  return stdout
}
