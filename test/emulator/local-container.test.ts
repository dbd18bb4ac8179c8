import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import { createLocalContainer, type LocalContainer, type LocalProcess } from '../../src/emulator/local-container.js'
import { isRunning } from '../support/is-running.js'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: Parameters<typeof createLocalContainer>[0] = {}): Promise<LocalContainer> {
  const container = await createLocalContainer(options)
  cleanups.push(() => container.teardown().catch(() => undefined))
  return container
}

async function finish(process: LocalProcess): Promise<{ code: number; output: string }> {
  let output = ''
  for await (const chunk of process.output) output += chunk
  return { code: await process.exit, output }
}

function runNode(container: LocalContainer, code: string): Promise<LocalProcess> {
  return container.spawn('node', ['-e', code])
}

const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('It did not reject')),
    (error: Error) => error,
  )

describe('the files of a local container', () => {
  it('takes a, ./a, /a and workdir + /a as one file', async () => {
    const { fs, workdir } = await start()
    await fs.writeFile('a', 'first')
    for (const path of ['./a', '/a', `${workdir}/a`]) expect(await fs.readFile(path, 'utf-8')).toBe('first')
    await fs.writeFile(`${workdir}/a`, 'second')
    expect(await fs.readFile('a', 'utf-8')).toBe('second')
    expect(await fs.readdir('/')).toEqual(['a'])
  })

  it('gives bytes as they are, and text only where an encoding is asked for', async () => {
    const { fs } = await start()
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
    await fs.writeFile('image.bin', bytes)
    const read = await fs.readFile('image.bin')
    expect(read.constructor).toBe(Uint8Array)
    expect(read).toEqual(bytes)
    await fs.writeFile('text', 'aGk=', { encoding: 'base64' })
    expect(await fs.readFile('text', 'utf8')).toBe('hi')
  })

  it('rejects with plain errors that start with a code and have none as a property', async () => {
    const { fs, workdir } = await start()
    await fs.mkdir('folder')
    await fs.writeFile('file', '')
    const errors = {
      ENOENT: await rejection(fs.readFile('absent/file')),
      EISDIR: await rejection(fs.readFile('folder')),
      ENOTDIR: await rejection(fs.readdir('file')),
      EEXIST: await rejection(fs.mkdir('folder')),
    }
    for (const [code, error] of Object.entries(errors)) {
      expect(error.message).toMatch(new RegExp(`^${code}: `))
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype)
      expect(error).not.toHaveProperty('code')
    }
    expect(errors.ENOENT.message).toContain(`'${workdir}/absent/file'`)
    expect((await rejection(fs.rm('folder'))).message).toMatch(/^EISDIR: /)
    expect((await rejection(fs.rm('absent'))).message).toMatch(/^ENOENT: /)
    await fs.rm('absent', { force: true })
    await fs.rm('folder', { recursive: true })
    await fs.rename('file', 'moved')
    expect(await fs.readdir('.')).toEqual(['moved'])
    expect(await fs.mkdir('one/two', { recursive: true })).toBe(`${workdir}/one`)
  })

  it('keeps every path inside of its folder, also through links', async () => {
    const { fs, directory, mount } = await start()
    const outside = await mkdtemp(join(tmpdir(), 'outside-'))
    cleanups.push(() => rm(outside, { recursive: true }))
    await writeFile(join(outside, 'secret'), 'secret')
    await symlink(outside, join(directory, 'out'))
    await symlink(join(outside, 'new'), join(directory, 'dangling'))
    const refusals = [
      fs.readFile('../../etc/passwd'),
      fs.readFile('out/secret'),
      fs.readdir('out'),
      fs.writeFile('out/other', ''),
      fs.writeFile('dangling', ''),
      fs.rename('out/secret', 'here'),
      mount({ 'a\\..\\..\\b': { file: { contents: '' } } }, { mountPoint: '../up' }),
    ]
    for (const refusal of refusals) expect((await rejection(refusal)).message).toMatch(/^EACCES: /)
    await fs.rm('out')
    expect(await readdir(outside)).toEqual(['secret'])
  })

  it('says of a link that it is neither a file nor a folder', async () => {
    const { fs, mount } = await start()
    await mount({
      file: { file: { contents: 'x' } },
      folder: { directory: {} },
      link: { file: { symlink: 'file' } },
    })
    const entries = await fs.readdir('.', { withFileTypes: true })
    expect(entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory()])).toEqual([
      ['file', true, false],
      ['folder', false, true],
      ['link', false, false],
    ])
    expect(await fs.readFile('link', 'utf-8')).toBe('x')
  })

  it('tells of changes in a watched folder until the watch is closed', async () => {
    const { fs } = await start()
    await fs.mkdir('src/deep', { recursive: true })
    const watcher = await new Promise<{ close(): void }>((resolve, reject) => {
      const started = fs.watch('src', { recursive: true }, (event, name) => {
        if (event === 'rename' && name === join('deep', 'new.ts')) resolve(started)
      })
      fs.writeFile('src/deep/new.ts', '').catch(reject)
    })
    watcher.close()
    expect(() => fs.watch('absent', () => undefined)).toThrow(/^ENOENT: /)
  })
})

describe('the export of a local container', () => {
  const image = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0])
  const tree = {
    'index.html': { file: { contents: '<h1>Grüße</h1>' } },
    assets: {
      directory: { 'logo.png': { file: { contents: image } }, 'alias.png': { file: { symlink: 'logo.png' } } },
    },
    empty: { directory: {} },
  }

  it('gives the mounted tree back as json, with text as strings and the rest as bytes', async () => {
    const container = await start()
    await container.mount({ dist: { directory: tree } })
    const exported = await container.export('dist')
    expect(Object.getPrototypeOf(exported)).toBeNull()
    expect(structuredClone(exported)).toEqual(tree)
    await expect(container.export('dist/index.html')).rejects.toThrow('single file')
  })

  it('packs a zip archive that another reader unpacks', async () => {
    const container = await start()
    await container.mount(tree)
    const files = unzipSync(await container.export('.', { format: 'zip' }))
    expect(Object.keys(files).sort()).toEqual([
      'assets/',
      'assets/alias.png',
      'assets/logo.png',
      'empty/',
      'index.html',
    ])
    expect(files['assets/logo.png']).toEqual(image)
    expect(new TextDecoder().decode(files['index.html'])).toBe('<h1>Grüße</h1>')
  })

  it('mounts what it has exported as binary, under a mount point', async () => {
    const container = await start()
    await container.mount(tree)
    const binary = await container.export('.', { format: 'binary' })
    await container.mount(binary, { mountPoint: 'copy/of' })
    expect(structuredClone(await container.export('copy/of'))).toEqual(tree)
  })

  it('leaves out what is excluded and takes what is included nonetheless', async () => {
    const container = await start()
    await container.mount({
      'a.js': { file: { contents: '' } },
      'a.js.map': { file: { contents: '' } },
      node_modules: {
        directory: {
          one: { directory: { 'index.js': { file: { contents: '' } } } },
          two: { directory: { 'keep.js': { file: { contents: '' } } } },
        },
      },
    })
    const zip = await container.export('.', {
      format: 'zip',
      excludes: ['node_modules', '**/*.map'],
      includes: ['node_modules/two/**'],
    })
    expect(Object.keys(unzipSync(zip)).filter((name) => !name.endsWith('/'))).toEqual([
      'a.js',
      'node_modules/two/keep.js',
    ])
  })
})

describe('the processes of a local container', () => {
  it('runs in the working folder and gives stdout and stderr as one stream in order', async () => {
    const container = await start()
    await container.fs.writeFile('name.txt', 'tabship')
    const code = `const fs = require('fs')
      for (let i = 0; i < 50; i++) fs.writeSync(i % 2 ? 2 : 1, i + ' ')
      fs.writeSync(1, fs.readFileSync('name.txt'))`
    const { code: exit, output } = await finish(await runNode(container, code))
    expect(exit).toBe(0)
    expect(output).toBe(`${Array.from({ length: 50 }, (_, index) => `${index} `).join('')}tabship`)
  })

  it('decodes output chunk by chunk, so that a split character is lost', async () => {
    const container = await start()
    const code = `const [a, b] = Buffer.from('é')
      process.stdout.write(Buffer.from([a]))
      process.stdin.once('data', () => { process.stdout.write(Buffer.from([b])); process.exit() })`
    const process = await runNode(container, code)
    const reader = process.output.getReader()
    expect((await reader.read()).value).toBe('\ufffd')
    await process.input.getWriter().write('go')
    expect((await reader.read()).value).toBe('\ufffd')
    expect(await process.exit).toBe(0)
  })

  it('reports exit codes, 127 for an unknown command, and rejects for an unknown folder', async () => {
    const container = await start()
    expect((await finish(await runNode(container, 'process.exit(3)'))).code).toBe(3)
    expect((await finish(await container.spawn('no-such-command', ['x']))).code).toBe(127)
    const error = await rejection(container.spawn('node', ['-v'], { cwd: 'absent' }))
    expect(error.message).toMatch(/^ENOENT: /)
  })

  it('kills a process and everything that it has started', async () => {
    const container = await start()
    const code = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
      process.on('SIGTERM', () => {})
      setInterval(() => {}, 1000)
      console.log(child.pid)`
    const started = await runNode(container, code)
    const reader = started.output.getReader()
    const grandchild = Number((await reader.read()).value)
    started.kill()
    expect(await started.exit).toBe(128 + 9)
    await expect.poll(() => isRunning(grandchild)).toBe(false)
  })

  it('starts processes with a clean environment, the programs of the project first, and no native addons', async () => {
    process.env.npm_lifecycle_event = 'test'
    const container = await start({ env: { FROM_CONTAINER: '1' } })
    delete process.env.npm_lifecycle_event
    await container.fs.mkdir('node_modules/.bin', { recursive: true })
    const shim = await container.spawn('sh', [
      '-c',
      'printf "#!/bin/sh\\necho shim \\$1" > node_modules/.bin/shim; chmod +x node_modules/.bin/shim',
    ])
    expect(await shim.exit).toBe(0)
    expect((await finish(await container.spawn('shim', ['ran']))).output).toBe('shim ran\n')

    const dump = await container.spawn('node', ['-p', 'JSON.stringify(process.env)'], {
      env: { FROM_SPAWN: 2, NODE_OPTIONS: '--no-warnings' },
    })
    const env = JSON.parse((await finish(dump)).output)
    expect(env).toMatchObject({ FROM_CONTAINER: '1', FROM_SPAWN: '2' })
    expect(env.NODE_OPTIONS).toMatch(/--no-addons.*--no-warnings/)
    expect(env).not.toHaveProperty('npm_lifecycle_event')
    expect(env).not.toHaveProperty('VITEST')
    expect(env.HOME).not.toBe(process.env.HOME)

    const addon = "process.dlopen({ exports: {} }, 'x.node')"
    expect((await finish(await runNode(container, addon))).output).toContain('ERR_DLOPEN_DISABLED')
    const permissive = await start({ addons: true })
    expect((await finish(await runNode(permissive, addon))).output).not.toContain('ERR_DLOPEN_DISABLED')
  })

  it('runs in a terminal of the given size where one is asked for', async ({ skip }) => {
    if (process.platform !== 'linux') skip()
    const container = await start()
    const code = `const show = () => console.log(process.stdout.isTTY + ' ' + process.stdout.columns)
      show()
      process.stdout.on('resize', () => { show(); process.exit(5) })
      setInterval(() => {}, 1000)`
    const started = await container.spawn('node', ['-e', code], { terminal: { cols: 91, rows: 20 } })
    const reader = started.output.getReader()
    expect((await reader.read()).value).toBe('true 91\r\n')
    started.resize({ cols: 60, rows: 20 })
    expect((await reader.read()).value).toBe('true 60\r\n')
    expect(await started.exit).toBe(5)

    const shell = await container.spawn('jsh', { terminal: { cols: 80, rows: 20 } })
    await shell.input.getWriter().write('exit 4\r')
    expect(await shell.exit).toBe(4)

    const endless = await container.spawn('node', ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
      terminal: { cols: 80, rows: 20 },
    })
    await endless.output.getReader().read()
    endless.kill()
    expect(await endless.exit).toBe(128 + 15)
  })

  it('tells when a server listens, where, and when it is gone', async () => {
    const container = await start()
    const events: unknown[] = []
    const ready = new Promise<string>((resolve) => container.on('server-ready', (_port, url) => resolve(url)))
    const closed = new Promise<void>((resolve) =>
      container.on('port', (port, type) => {
        events.push([port, type])
        if (type === 'close') resolve()
      }),
    )
    const server = await runNode(
      container,
      `require('http').createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')`,
    )
    const url = await ready
    const port = Number(new URL(url).port)
    expect(await (await fetch(url)).text()).toBe('hello')
    server.kill()
    await closed
    expect(events).toEqual([
      [port, 'open'],
      [port, 'close'],
    ])
  })
})

describe('the teardown of a local container', () => {
  it('ends its processes, removes its folder, leaves calls in flight unsettled and rejects later ones', async () => {
    const container = await createLocalContainer()
    const started = await runNode(container, 'console.log(process.pid); setInterval(() => {}, 1000)')
    const pid = Number((await started.output.getReader().read()).value)
    let settled = false
    const settle = (): void => {
      settled = true
    }
    started.exit.then(settle, settle)
    container.fs.readdir('.').then(settle, settle)
    await container.teardown()
    await expect.poll(() => isRunning(pid)).toBe(false)
    await expect(container.fs.readFile('a')).rejects.toThrow('Proxy has been released and is not useable')
    await expect(readdir(container.directory)).rejects.toThrow('ENOENT')
    expect(settled).toBe(false)
  })

  it('keeps a folder that the caller has given', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kept-'))
    cleanups.push(() => rm(directory, { recursive: true }))
    const container = await createLocalContainer({ directory })
    await container.fs.writeFile('a', '')
    await container.teardown()
    expect(await readdir(directory)).toEqual(['a'])
  })
})
