import { afterEach, describe, expect, it } from 'vitest'
import { askFileModes } from '../../src/container/file-modes.js'
import { createLocalContainer, type LocalContainer } from '../../src/emulator/local-container.js'
import type { Container } from '../../src/spec/container.js'
import { systemClock } from '../../src/toolkit/system-clock.js'
import { memoryContainer } from '../support/memory-container.js'
import { simulatedClock } from '../support/simulated-clock.js'

const limits = { signal: new AbortController().signal, clock: systemClock }
const never = () => new Promise<never>(() => undefined)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
let real: LocalContainer | undefined

afterEach(async () => {
  await real?.teardown()
  real = undefined
})

async function sh(container: LocalContainer, line: string): Promise<void> {
  expect(await (await container.spawn('sh', ['-c', line])).exit).toBe(0)
}

describe('asking for modes', () => {
  it('tells files, executable files and links apart, whatever they are called', async () => {
    real = await createLocalContainer()
    const names = ['plain', 'a "quoted" name', "it's", '-dash', 'ünï 日本語 😀', '$HOME', '%PATH%']
    for (const name of names) await real.fs.writeFile(name, name)
    await sh(
      real,
      `mkdir sub && chmod 755 ./* && chmod 644 plain && chmod 611 ./-dash && ln -s 'zu ünï' 'sub/a link' && mkfifo pipe`,
    )
    const asked = [...names, 'sub/a link', 'pipe', 'sub', 'gone']
    const { facts, problem } = await askFileModes(real, '.', asked, limits)
    expect(problem).toBe(null)
    const modes = Object.fromEntries([...facts].map(([path, { mode }]) => [path, mode]))
    const executable = names.filter((name) => name !== 'plain' && name !== '-dash').map((name) => [name, '100755'])
    // Git looks at what the owner may do: others alone may run -dash.
    expect(modes).toEqual({
      ...Object.fromEntries(executable),
      plain: '100644',
      '-dash': '100644',
      'sub/a link': '120000',
    })
    const link = facts.get('sub/a link')
    expect(link?.mode === '120000' && text(link.target)).toBe('zu ünï')
    const below = await askFileModes(real, 'sub', ['a link'], limits)
    expect(below.facts.get('a link')).toMatchObject({ mode: '120000' })
  })

  it('asks for more paths than fit into one argument in several processes, and for none in no process', async () => {
    real = await createLocalContainer()
    const folder = 'folder/'.repeat(20)
    await real.fs.mkdir(folder, { recursive: true })
    const paths = Array.from({ length: 400 }, (_, index) => `${folder}file-${index}`)
    for (const path of paths) await real.fs.writeFile(path, '')
    await sh(real, `chmod +x ${folder}*7`)
    const longest: number[] = []
    const local = real
    const container: Container = {
      ...local,
      spawn: (command, args, options) => {
        longest.push(Math.max(...args.map(({ length }) => length)))
        return local.spawn(command, args, options)
      },
    }
    const { facts } = await askFileModes(container, '.', paths, limits)
    expect(facts.size).toBe(400)
    expect([...facts.values()].filter(({ mode }) => mode === '100755')).toHaveLength(40)
    expect(longest.length).toBeGreaterThan(1)
    expect(Math.max(...longest)).toBeLessThan(21_000)
    expect((await askFileModes(container, '.', [], limits)).problem).toBe(null)
    expect(longest).toHaveLength(4)
  })

  it('knows of a file that it was executable only where the same container said so', async () => {
    real = await createLocalContainer()
    await real.fs.writeFile('run', '')
    const tell = async (container: Container) => (await askFileModes(container, '.', ['run'], limits)).facts.get('run')
    expect(await tell(real)).toEqual({ mode: '100644', wasExecutable: false })
    await sh(real, 'chmod +x run')
    expect(await tell(real)).toEqual({ mode: '100755' })
    await sh(real, 'chmod -x run')
    expect(await tell(real)).toEqual({ mode: '100644', wasExecutable: true })
    expect(await tell({ ...real })).toEqual({ mode: '100644', wasExecutable: false })
  })

  it('says why nothing could be told', async () => {
    const ask = (run: Parameters<typeof memoryContainer>[1]) =>
      askFileModes(memoryContainer({}, run), '.', ['a', 'b'], limits)
    const printing = (output: string, code = 0) =>
      ask({
        run: ({ print }) => {
          print(output)
          return code
        },
      })
    const missing = expect.stringContaining('not installed')
    expect(await ask({})).toEqual({ facts: new Map(), problem: missing })
    expect((await ask({ beforeSpawn: () => Promise.reject(new Error('no node here')) })).problem).toContain(
      'no node here',
    )
    expect((await printing('<modes:x,f>', 1)).problem).toBe('node ended with exit code 1')
    for (const output of ['', '<modes:x>', '<modes:x,f', '<modes:x,l>', '<modes:x,q>', '<modes:x,f,f>'])
      expect(await printing(output)).toEqual({ facts: new Map(), problem: 'the answer of node did not arrive whole' })
    const told = await printing('a warning\r\n<modes:x,\r\nl\r\nYQ==>\r\n')
    expect(told).toMatchObject({ problem: null })
    expect([...told.facts.values()].map(({ mode }) => mode)).toEqual(['100755', '120000'])
  })

  it('ends a process that takes too long, and one that is no longer wanted', async () => {
    const clock = simulatedClock()
    const slow = memoryContainer({}, { run: never })
    const answer = askFileModes(slow, '.', ['a'], { ...limits, clock })
    await clock.advance(31_000)
    expect((await answer).problem).toContain('30 s')
    expect(slow.calls.kill).toBe(1)

    const controller = new AbortController()
    const reason = new Error('no longer wanted')
    const stopped = memoryContainer(
      {},
      {
        run: () => {
          controller.abort(reason)
          return never()
        },
      },
    )
    await expect(askFileModes(stopped, '.', ['a'], { ...limits, signal: controller.signal })).rejects.toBe(reason)
    expect(stopped.calls.kill).toBe(1)
  })

  it('says of a container that has gone that it has gone', async () => {
    const gone = memoryContainer(
      {},
      { beforeSpawn: () => Promise.reject(new Error('Proxy has been released and is not useable')) },
    )
    await expect(askFileModes(gone, '.', ['a'], limits)).rejects.toMatchObject({ code: 'container-lost' })
  })
})
