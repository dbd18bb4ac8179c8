import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const running = new Set<ChildProcess>()

function run(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
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
    const child = run('emulate', '--json')
    const line = await firstLine(child)
    const addresses = JSON.parse(line) as Record<string, string>
    expect(Object.keys(addresses)).toEqual([
      'netlify',
      'github',
      'git',
      'gitlab',
      'vercel',
      'pages',
      'dns',
      'relay',
      'runtime',
      'token',
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

  it('prints a table for people', async () => {
    const child = run('emulate')
    const text = await firstLine(child)
    expect(text).toMatch(/netlify +http:/)
    expect(text).toMatch(/sites +http:\/\/<site>\.localhost:/)
    expect(text).toMatch(/projects +http:\/\/<project>\.vercel\.localhost:/)
    const exit = once(child, 'exit')
    child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
  })

  it('refuses flags, ports and commands that it does not know, with exit code 2 and a reason', async () => {
    for (const [args, reason] of [
      [['emulate', '--prot', '1'], '--prot'],
      [['emulate', '--port', 'many'], '--port'],
      [['emulate', '--port', '70000'], '--port'],
      [['emulate', 'netlify'], 'netlify'],
      [['imitate'], 'Usage: tabship'],
      [[], 'Usage: tabship'],
    ] as [string[], string][]) {
      const child = run(...args)
      const exit = once(child, 'exit')
      expect(await collect(child.stderr)).toContain(reason)
      expect(await exit).toEqual([2, null])
    }
  })
})
