import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { emulate, UsageError } from '../../src/emulator/cli.js'
import { createEmulator } from '../../src/emulator/index.js'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const running = new Set<ChildProcess>()

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += String(chunk)
  return text
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk)
    if (text.includes('\n')) return text
  }
  return text
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

describe('tabship emulate', () => {
  it('prints one line of JSON, serves what it says, and ends when it is told to', async () => {
    const child = run(['emulate', '--json'])
    const line = await firstLine(child)
    const addresses = JSON.parse(line) as Record<string, string>
    expect(Object.keys(addresses)).toEqual([
      'netlify',
      'github',
      'git',
      'gitlab',
      'vercel',
      'pages',
      'neon',
      'dns',
      'relay',
      'runtime',
      'token',
      'page',
    ])
    const { netlify = '', github = '', token = '' } = addresses
    expect(addresses.pages).toMatch(/^http:\/\/owner\.localhost:\d+$/)
    expect(netlify).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/)
    const headers = { Authorization: `Bearer ${token}` }
    expect((await fetch(`${netlify}/sites`, { headers })).status).toBe(200)
    expect((await fetch(`${github}/user`, { headers })).status).toBe(200)
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    await expect(fetch(`${netlify}/sites`, { headers })).rejects.toThrow()
  })

  it('prints a table for people, and leaves nothing on disk when their terminal is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tabship-cli-'))
    const child = run(['emulate'], { TMPDIR: folder })
    const text = await firstLine(child)
    expect(text).toMatch(/netlify +http:/)
    expect(text).toMatch(/sites +http:\/\/<site>\.localhost:/)
    expect(text).toMatch(/projects +http:\/\/<project>\.vercel\.localhost:/)
    expect(text).toMatch(/page +http:\/\/127\.0\.0\.1:\d+\/#token=/)
    const ours = async () => (await readdir(folder)).filter((name) => name.startsWith('tabship-'))
    expect(await ours()).not.toEqual([])
    const exit = once(child, 'exit')
    child.kill('SIGHUP')
    expect(await exit).toEqual([0, null])
    expect(await ours()).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('makes the same ids again with a seed, and opens a page that shows what is there', async () => {
    const child = run(['emulate', '--json', '--seed', '7', '--profile', 'realistic', '--cors', 'strictest'])
    const { netlify, vercel, page, token } = JSON.parse(await firstLine(child)) as Record<string, string>
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const made = await fetch(`${netlify}/sites`, { method: 'POST', headers, body: '{}' })
    const { id, name } = (await made.json()) as Record<string, string>
    const emulator = await createEmulator({ seed: '7' })
    const same = await fetch(`${emulator.netlify.url}/sites`, {
      method: 'POST',
      headers: { ...headers, Authorization: `Bearer ${emulator.token}` },
      body: '{}',
    })
    expect(await same.json()).toMatchObject({ id, name })
    await emulator.close()
    const fromPage = await fetch(`${vercel}/v2/user`, { headers: { ...headers, Origin: 'http://localhost:1' } })
    expect([fromPage.status, fromPage.headers.get('Access-Control-Allow-Origin')]).toEqual([200, null])
    const [origin, dashboardToken] = (page ?? '').split('/#token=')
    expect(await (await fetch(`${origin}/`)).text()).toContain('Tabship')
    const state = await fetch(`${origin}/state`, { headers: { Authorization: `Bearer ${dashboardToken}` } })
    expect(await state.json()).toMatchObject({ sites: [{ name }] })
    child.kill('SIGTERM')
  })

  it('refuses flags, values and commands that it does not know, with exit code 2 and a reason', async () => {
    for (const [args, reason] of [
      [['--prot', '1'], '--prot'],
      [['--port', 'many'], '--port'],
      [['--port', '70000'], '--port'],
      [['--profile', 'slow'], '--profile takes quick or realistic'],
      [['--cors', 'none'], '--cors takes known or strictest'],
      [['netlify'], 'netlify'],
    ] as [string[], string][]) {
      const refused = await emulate(args).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(UsageError)
      expect(String(refused)).toContain(reason)
    }
    for (const [args, reason] of [
      [['emulate', '--prot', '1'], '--prot'],
      [['imitate'], 'Usage: tabship'],
    ] as [string[], string][]) {
      const child = run(args)
      const exit = once(child, 'exit')
      expect(await collect(child.stderr)).toContain(reason)
      expect(await exit).toEqual([2, null])
    }
  })
})
