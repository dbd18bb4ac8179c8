import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CommandEvent, type CommandOptions, runCommand } from '../../src/container/run-command.js'
import { type Invocation, type MemoryContainerOptions, memoryContainer } from '../support/memory-container.js'
import { settled, simulatedClock } from '../support/simulated-clock.js'

function start(options: MemoryContainerOptions, overrides: Partial<CommandOptions> = {}) {
  const clock = simulatedClock()
  const container = memoryContainer({}, options)
  const events: CommandEvent[] = []
  const controller = new AbortController()
  const result = runCommand(container, {
    command: 'npm run build',
    cwd: '.',
    timeLimit: 600_000,
    idleLimit: 60_000,
    signal: controller.signal,
    clock,
    report: (event) => events.push(event),
    ...overrides,
  })
  const settledResult = Promise.allSettled([result]).then(([outcome]) => outcome)
  return { clock, container, events, controller, result, settledResult }
}

const never = () => new Promise<never>(() => undefined)

describe('running a command', () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  afterEach(async () => {
    await settled()
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('reports raw output as it comes and each full line once, and returns the exit code', async () => {
    const { result, events, clock } = start({
      run: ({ print }) => {
        print('\u001B[32mvite')
        print(' v7\u001B[0m\r\n')
        print('done')
        return 0
      },
    })
    expect(await result).toEqual({ exitCode: 0, tail: ['vite v7', 'done'] })
    const process = 'npm run build'
    expect(events).toEqual([
      { type: 'process-start', process, command: 'npm run build' },
      { type: 'process-output', process, data: '\u001B[32mvite' },
      { type: 'process-output', process, data: ' v7\u001B[0m\r\n' },
      { type: 'log-line', source: 'process', text: 'vite v7' },
      { type: 'process-output', process, data: 'done' },
      { type: 'log-line', source: 'process', text: 'done' },
      { type: 'process-end', process, exitCode: 0, reason: 'exit' },
    ])
    expect(clock.sleeping).toBe(0)
  })

  it('starts the program with its arguments, folder and environment', async () => {
    let seen: Invocation | undefined
    const { result } = start(
      {
        run: (invocation) => {
          seen = invocation
          return 0
        },
      },
      {
        command: `NODE_ENV=production npm run "build site" -- --base='/a b/'`,
        cwd: '/home/project/site',
        env: { CI: '1' },
      },
    )
    await result
    expect(seen?.command).toBe('npm')
    expect(seen?.args).toEqual(['run', 'build site', '--', '--base=/a b/'])
    expect(seen?.options).toEqual({ cwd: 'site', env: { CI: '1', NODE_ENV: 'production' }, output: true })
  })

  it.each([
    '',
    '   ',
    'npm run "build',
    'CI=1',
    'npm ci && npm run build',
    'npm ci&&npm run build',
    'npm ci || true',
    'npm ci||true',
    'npm ci;npm run build',
    'npm ci;',
    'npm run build|tee log',
    'npm run build >log.txt',
    'npm run build>log.txt',
    'npm run build 2>&1',
    'npm run build <in.txt',
    'npm run build&',
    'npm ci\nnpm run build',
    'npm run $(cat name)',
    'npm run "$(cat name)"',
    'npm run `cat name`',
    'npm run "`cat name`"',
    'npm run build -- --base=$BASE',
    `npm run build -- "--base=\${BASE}"`,
  ])('refuses the line %j', async (command) => {
    const { result, container } = start({}, { command })
    await expect(result).rejects.toMatchObject({ name: 'OptionsError', code: 'command-invalid' })
    expect(container.calls.spawn).toBe(0)
  })

  it('takes what a shell would act upon for text where it is quoted', async () => {
    let seen: Invocation | undefined
    const run = (invocation: Invocation) => {
      seen = invocation
      return 0
    }
    const command = `node -e 'a && b; c > d $(e) $F' "x|y;z&" '--cost=$5' "\\$G \\\`h\\\`" i\\&j k=50$ (l)\n`
    await start({ run }, { command }).result
    expect(seen?.args).toEqual(['-e', 'a && b; c > d $(e) $F', 'x|y;z&', '--cost=$5', '$G `h`', 'i&j', 'k=50$', '(l)'])
  })

  it('returns an exit code other than zero, with the last 200 lines', async () => {
    const { result } = start({
      run: ({ print }) => {
        for (let line = 1; line <= 300; line += 1) print(`line ${line}\n`)
        return 2
      },
    })
    const { exitCode, tail } = await result
    expect(exitCode).toBe(2)
    expect(tail).toHaveLength(200)
    expect(tail.at(0)).toBe('line 101')
    expect(tail.at(-1)).toBe('line 300')
  })

  it('kills the process on abort, rejects with the reason, and reports nothing more than its end', async () => {
    let printLater: () => void = () => undefined
    const { result, events, controller, container, clock } = start({
      run: ({ print }) => {
        print('working\n')
        printLater = () => print('too late\n')
        return never()
      },
    })
    await settled()
    const reason = new Error('the user said so')
    controller.abort(reason)
    printLater()
    await expect(result).rejects.toBe(reason)
    await settled()
    expect(container.calls.kill).toBe(1)
    expect(events.slice(-2)).toEqual([
      { type: 'log-line', source: 'process', text: 'working' },
      { type: 'process-end', process: 'npm run build', exitCode: null, reason: 'abort' },
    ])
    expect(clock.sleeping).toBe(0)
  })

  it('kills a process whose start is answered only after the abort', async () => {
    let answer: () => void = () => undefined
    const { result, controller, container, events } = start({
      beforeSpawn: () => new Promise((resolve) => (answer = resolve)),
      run: never,
    })
    await settled()
    controller.abort(new Error('stop'))
    await expect(result).rejects.toThrow('stop')
    expect(container.calls.kill).toBe(0)
    answer()
    await settled()
    expect(container.calls.kill).toBe(1)
    expect(events).toEqual([])
  })

  it('starts nothing when it is aborted already', async () => {
    const { result, container } = start({}, { signal: AbortSignal.abort(new Error('before')) })
    await expect(result).rejects.toThrow('before')
    expect(container.calls.spawn).toBe(0)
  })

  it('stops a command that passes its time limit although it keeps printing', async () => {
    const { clock, settledResult, container, events } = start({
      run: async ({ print }) => {
        for (;;) {
          await clock.sleep(10_000)
          print('error: still watching\n')
        }
      },
    })
    await clock.advance(599_999)
    expect(container.calls.kill).toBe(0)
    await clock.advance(1)
    expect(await settledResult).toMatchObject({
      status: 'rejected',
      reason: { name: 'BuildError', code: 'build-timeout', details: { timeLimit: 600_000 } },
    })
    expect(container.calls.kill).toBe(1)
    expect(events.filter((event) => event.type === 'log-line').length).toBeGreaterThan(50)
    expect(events.at(-1)).toMatchObject({ type: 'process-end', exitCode: null, reason: 'timeout' })
  })

  it('stops a command that falls silent, and speaks of memory', async () => {
    const { clock, settledResult, container, events } = start({
      run: async ({ print }) => {
        await clock.sleep(59_000)
        print('transforming (1290)...')
        return never()
      },
    })
    await clock.advance(59_000 + 59_999)
    expect(container.calls.kill).toBe(0)
    await clock.advance(1)
    const outcome = await settledResult
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'build-idle', hint: /memory/ } })
    expect(container.calls.kill).toBe(1)
    expect(events.at(-1)).toMatchObject({ type: 'process-end', exitCode: null, reason: 'idle' })
  })

  it('waits no longer than the idle limit for a process that never starts', async () => {
    const { clock, settledResult } = start({ beforeSpawn: never })
    await clock.advance(60_000)
    expect(await settledResult).toMatchObject({ status: 'rejected', reason: { code: 'build-idle' } })
  })

  it('waits a little for the rest of the output, and no longer', async () => {
    const { clock, result } = start({ run: () => 0 }, {})
    await result
    const { settledResult, clock: second } = startWithOpenOutput()
    await second.advance(1_999)
    expect(second.sleeping).toBeGreaterThan(0)
    await second.advance(1)
    expect(await settledResult).toMatchObject({ status: 'fulfilled', value: { exitCode: 0, tail: ['last words'] } })
    expect(clock.sleeping + second.sleeping).toBe(0)
  })

  function startWithOpenOutput() {
    const clock = simulatedClock()
    const output = new ReadableStream<string>({ start: (controller) => controller.enqueue('last words\n') })
    const container = {
      ...memoryContainer(),
      spawn: async () => ({ exit: Promise.resolve(0), output, kill: () => undefined }),
    }
    const { signal } = new AbortController()
    const options = { command: 'x', cwd: '.', timeLimit: 9e5, idleLimit: 9e5, signal, clock, report: () => undefined }
    const settledResult = Promise.allSettled([runCommand(container, options)]).then(([outcome]) => outcome)
    return { clock, settledResult }
  }

  it('keeps the exit code when the output breaks off', async () => {
    const output = new ReadableStream<string>({ start: (controller) => controller.error(new Error('port closed')) })
    const container = {
      ...memoryContainer(),
      spawn: async () => ({ exit: Promise.resolve(3), output, kill: () => undefined }),
    }
    const { signal } = new AbortController()
    const clock = simulatedClock()
    const options = { command: 'x', cwd: '.', timeLimit: 9e5, idleLimit: 9e5, signal, clock, report: () => undefined }
    const { exitCode, tail } = await runCommand(container, options)
    expect(exitCode).toBe(3)
    expect(tail.join()).toContain('port closed')
  })

  it('tells an unknown program from a failing one, whether the start is refused or exits 127', async () => {
    const refused = start({
      beforeSpawn: async () => {
        throw new Error('ENOENT: no such program')
      },
    })
    await expect(refused.result).rejects.toMatchObject({ name: 'BuildError', code: 'command-unknown' })
    const exited = start({
      run: ({ print }) => {
        print('sh: vite: command not found\n')
        return 127
      },
    })
    await expect(exited.result).rejects.toMatchObject({
      code: 'command-unknown',
      details: { log: ['sh: vite: command not found'] },
    })
    expect(exited.events.at(-1)).toMatchObject({ type: 'process-end', exitCode: 127, reason: 'exit' })
    expect(refused.events).toEqual([])
  })

  it('says how a process ended that was lost with its container', async () => {
    const lost = new Error('Proxy has been released and is not useable')
    const output = new ReadableStream<string>()
    const container = {
      ...memoryContainer(),
      spawn: async () => ({ exit: Promise.reject<number>(lost), output, kill: () => undefined }),
    }
    const { signal } = new AbortController()
    const events: CommandEvent[] = []
    const report = (event: CommandEvent) => void events.push(event)
    const options = { command: 'x', cwd: '.', timeLimit: 9e5, idleLimit: 9e5, signal, clock: simulatedClock(), report }
    await expect(runCommand(container, options)).rejects.toMatchObject({ code: 'container-lost' })
    expect(events).toEqual([
      { type: 'process-start', process: 'x', command: 'x' },
      { type: 'process-end', process: 'x', exitCode: null, reason: 'lost' },
    ])
  })

  it('keeps the exit code of a process that had ended when it was canceled', async () => {
    const controller = new AbortController()
    const container = {
      ...memoryContainer(),
      spawn: async () => ({ exit: Promise.resolve(0), output: new ReadableStream<string>(), kill: () => undefined }),
    }
    const { signal } = controller
    const events: CommandEvent[] = []
    const report = (event: CommandEvent) => void events.push(event)
    const options = { command: 'x', cwd: '.', timeLimit: 9e5, idleLimit: 9e5, signal, clock: simulatedClock(), report }
    const result = Promise.allSettled([runCommand(container, options)])
    await settled()
    controller.abort(new Error('stop'))
    expect(await result).toMatchObject([{ status: 'rejected', reason: { message: 'stop' } }])
    expect(events.at(-1)).toEqual({ type: 'process-end', process: 'x', exitCode: 0, reason: 'exit' })
  })

  it('ends at once when what it reports to throws', async () => {
    const { result, container } = start(
      {
        run: ({ print }) => {
          print('hello\n')
          return never()
        },
      },
      {
        report: (event) => {
          if (event.type === 'log-line') throw new RangeError('no more')
        },
      },
    )
    await expect(result).rejects.toThrow(RangeError)
    expect(container.calls.kill).toBe(1)
  })

  it('says that the container is lost when it was torn down', async () => {
    const { result } = start({
      beforeSpawn: async () => {
        throw new Error('Proxy has been released and is not useable')
      },
    })
    await expect(result).rejects.toMatchObject({ code: 'container-lost', retryable: true })
  })
})
