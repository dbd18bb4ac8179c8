import { WebSocket } from 'ws'
import type { OpenSocket } from '../../src/spec/context.js'
import type { ProviderBuild } from '../../src/spec/target.js'
import type { Files, Stage } from './stage.js'

/** A project whose build is a script without packages, and which says what it was built from. */
export const plainProject: Files = {
  'package.json': JSON.stringify({ name: 'shop', private: true, scripts: { build: 'node build.mjs' } }),
  'build.mjs': `
    import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
    console.log('building the shop')
    cpSync('src', 'dist', { recursive: true })
    const files = readdirSync('.', { recursive: true }).filter((one) => !/^(?:dist|[.]git)(?:[/]|$)/.test(one))
    writeFileSync('dist/files.txt', files.sort().join(' '))
    writeFileSync('dist/secret.txt', String(existsSync('.env')))
    console.log('built the shop')
  `,
  'src/index.html': '<!doctype html><title>The first shop</title>',
  '.gitignore': 'dist/\nignored.txt\n',
  'ignored.txt': 'not for anybody',
  '.env': 'SECRET=not-for-anybody',
}

/** Opens WebSockets in Node. */
export const nodeSockets: OpenSocket = (url, { opened, message, closed }) => {
  const socket = new WebSocket(url)
  socket.addEventListener('open', opened)
  socket.addEventListener('message', ({ data }) => message(String(data)))
  socket.addEventListener('close', closed)
  socket.addEventListener('error', () => undefined)
  return socket
}

/** What a target is told of a project whose build is one script, and the files of it. */
export const nodeBuild: { readonly build: ProviderBuild; readonly files: Files } = {
  build: {
    project: {
      ...{
        root: '.',
        name: null,
        packageManager: 'npm',
        packageManagerSource: 'default',
        nodeVersion: null,
        notes: [],
      },
      ...{ framework: 'other', frameworkName: 'a script', routing: 'static', ownsOutput: true },
      ...{ installCommand: null, buildCommand: 'node build.mjs', outputDirectory: 'dist', outputSource: 'option' },
    },
    ...{ folder: '.', env: {}, source: null },
  },
  files: {
    'build.mjs': `
      import { mkdirSync, writeFileSync } from 'node:fs'
      mkdirSync('dist')
      writeFileSync('dist/index.html', 'built')
      console.log('built')
    `,
  },
}

/** Asks the emulated GitHub to make something, as the owner. @throws where it refuses */
export async function makeOnGithub({ emulator }: Stage, path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
  const reply = await fetch(emulator.github.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
}

/** Makes a branch where another one stands. */
export async function makeBranch(stage: Stage, repository: string, branch: string): Promise<void> {
  const sha = await stage.emulator.github.state.head(repository)
  await makeOnGithub(stage, `/repos/${repository}/git/refs`, { ref: `refs/heads/${branch}`, sha })
}
