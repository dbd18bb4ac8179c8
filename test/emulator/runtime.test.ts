import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { WebContainer } from '@webcontainer/api'
import { unzipSync } from 'fflate'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createRuntime, type Runtime } from '../../src/emulator/runtime/runtime.js'
import { type Served, serve } from '../../src/emulator/serve.js'
import { Stage } from '../relay/stage.js'
import { launchBrowser } from '../support/browser.js'
import { isRunning } from '../support/is-running.js'

declare global {
  var container: WebContainer
  var boot: (coep: 'require-corp' | 'credentialless') => Promise<WebContainer>
}

/** The real client as its package ships it, in a cross-origin isolated page. */
const client = new URL('../../node_modules/@webcontainer/api/', import.meta.url)

let browser: Browser
let runtime: Runtime
let site: Served
let page: Page

beforeAll(async () => {
  browser = await launchBrowser('--host-resolver-rules=MAP foreign.example 127.0.0.1')
  runtime = await createRuntime()
  site = await serve(async (asked) => {
    const { pathname, searchParams } = new URL(asked.url)
    const headers = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': searchParams.get('coep') ?? 'require-corp',
    }
    if (pathname.startsWith('/client/')) {
      const source = await readFile(new URL(pathname.slice('/client/'.length), client))
      return new Response(source, { headers: { ...headers, 'content-type': 'text/javascript' } })
    }
    const html = `<!doctype html><body><script type="module">
      import { WebContainer } from '/client/dist/index.js'
      globalThis.WEBCONTAINER_API_IFRAME_URL = ${JSON.stringify(runtime.url)}
      globalThis.boot = (coep) => WebContainer.boot({ coep, forwardPreviewErrors: true })
    </script>`
    return new Response(html, { headers: { ...headers, 'content-type': 'text/html' } })
  })
})

afterAll(async () => {
  await Promise.all([browser?.close(), runtime?.close(), site?.close()])
})

async function openPage(coep: 'require-corp' | 'credentialless' = 'require-corp'): Promise<Page> {
  const opened = await browser.newPage()
  await opened.goto(`${site.url}/?coep=${coep}`)
  await opened.waitForFunction(() => 'boot' in globalThis)
  await opened.evaluate(async (policy) => {
    globalThis.container = await globalThis.boot(policy)
  }, coep)
  return opened
}

beforeEach(async () => {
  page = await openPage()
})

afterEach(async () => {
  await page.close()
})

describe('the files of a container, through the real client', () => {
  it('come back from a mounted tree as the bytes that went in', async () => {
    const result = await page.evaluate(async () => {
      const { fs, mount, workdir } = Object.assign(container, { mount: container.mount.bind(container) })
      const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256)
      await mount({
        'index.html': { file: { contents: '<p>Grüße</p>' } },
        assets: {
          directory: { 'font.woff2': { file: { contents: bytes } }, alias: { file: { symlink: 'font.woff2' } } },
        },
      })
      await fs.writeFile('assets/copy', bytes)
      const entries = await fs.readdir('assets', { withFileTypes: true })
      return {
        isIsolated: crossOriginIsolated,
        workdir,
        text: await fs.readFile(`${workdir}/index.html`, 'utf-8'),
        font: [...(await fs.readFile('/assets/font.woff2'))],
        copy: [...(await fs.readFile('./assets/copy'))],
        names: await fs.readdir('/'),
        buffers: (await fs.readdir('/', 'buffer')).map((name) => new TextDecoder().decode(name)),
        entries: entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory()]),
      }
    })
    const bytes = Array.from({ length: 1024 }, (_, index) => index % 256)
    expect(result).toEqual({
      isIsolated: true,
      workdir: '/home/project',
      text: '<p>Grüße</p>',
      font: bytes,
      copy: bytes,
      names: ['assets', 'index.html'],
      buffers: ['assets', 'index.html'],
      entries: [
        ['alias', false, false],
        ['copy', true, false],
        ['font.woff2', true, false],
      ],
    })
  })

  it('are refused with plain errors, moved, made and removed', async () => {
    const result = await page.evaluate(async () => {
      const { fs } = container
      const reason = (promise: Promise<unknown>): Promise<string> =>
        promise.then(
          () => 'none',
          (error: Error) => `${error.name} ${'code' in error} ${error.message}`,
        )
      const created = await fs.mkdir('a/b', { recursive: true })
      await fs.writeFile('a/b/c', 'text')
      await fs.rename('a/b/c', 'moved')
      const errors = [
        await reason(fs.readFile('absent')),
        await reason(fs.readdir('moved')),
        await reason(fs.mkdir('a')),
        await reason(fs.readFile('../../etc/passwd')),
      ]
      await fs.rm('a', { recursive: true })
      return { created, errors, names: await fs.readdir('.') }
    })
    expect(result.created).toBe('/home/project/a')
    expect(result.errors).toEqual([
      expect.stringMatching(/^Error false ENOENT: .*'\/home\/project\/absent'/),
      expect.stringMatching(/^Error false ENOTDIR: /),
      expect.stringMatching(/^Error false EEXIST: /),
      expect.stringMatching(/^Error false EACCES: /),
    ])
    expect(result.names).toEqual(['moved'])
  })

  it('are exported as json, as a zip archive, and as a snapshot that mounts again', async () => {
    const result = await page.evaluate(async () => {
      await container.mount({
        dist: {
          directory: {
            'a.txt': { file: { contents: 'a' } },
            'b.bin': { file: { contents: Uint8Array.of(255, 0, 254) } },
            'a.map': { file: { contents: 'map' } },
          },
        },
      })
      const zip = await container.export('dist', { format: 'zip', excludes: ['*.map'] })
      await container.mount(await container.export('dist', { format: 'binary' }), { mountPoint: 'copy' })
      return { zip: [...zip], json: await container.export('copy') }
    })
    const files = unzipSync(Uint8Array.from(result.zip))
    expect(Object.keys(files).sort()).toEqual(['a.txt', 'b.bin'])
    expect(files['b.bin']).toEqual(Uint8Array.of(255, 0, 254))
    expect(result.json).toMatchObject({
      'a.txt': { file: { contents: 'a' } },
      'a.map': { file: { contents: 'map' } },
      'b.bin': { file: { contents: new Uint8Array([255, 0, 254]) } },
    })
  })

  it('are watched until the watch is closed', async () => {
    const result = await page.evaluate(async () => {
      await container.fs.mkdir('src')
      const found = new Promise<[string, unknown]>((resolve) => {
        const watcher = container.fs.watch('src', { recursive: true }, (event, name) => {
          watcher.close()
          resolve([event, name])
        })
      })
      // The client doesn't say when a watch has begun: write until it tells of it.
      const timer = setInterval(() => container.fs.writeFile(`src/${Date.now()}.ts`, ''), 20)
      const event = await found
      clearInterval(timer)
      return event
    })
    expect(result).toEqual(['rename', expect.stringMatching(/\.ts$/)])
  })
})

describe('the processes of a container, through the real client', () => {
  it('give output, take input and report exit codes', async () => {
    const result = await page.evaluate(async () => {
      const started = await container.spawn(
        'node',
        ['-e', 'process.stdin.once("data", (data) => { console.log(process.env.NAME + data); process.exit(3) })'],
        { env: { NAME: 'echo ' } },
      )
      const writer = started.input.getWriter()
      await writer.write('typed')
      let output = ''
      for await (const chunk of started.output as unknown as AsyncIterable<string>) output += chunk
      const unknown = await container.spawn('no-such-command')
      return { output, code: await started.exit, unknown: await unknown.exit }
    })
    expect(result).toEqual({ output: 'echo typed\n', code: 3, unknown: 127 })
  })

  it('are killed with what they have started', async () => {
    const result = await page.evaluate(async () => {
      const code = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
        console.log(child.pid)
        setInterval(() => {}, 1000)`
      const started = await container.spawn('node', ['-e', code])
      const { value } = await started.output.getReader().read()
      started.kill()
      return { code: await started.exit, child: Number(value) }
    })
    expect(result.code).toBe(128 + 15)
    await expect.poll(() => isRunning(result.child)).toBe(false)
  })

  it('end when their page goes away', async () => {
    const pid = await page.evaluate(async () => {
      const started = await container.spawn('node', ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'])
      return Number((await started.output.getReader().read()).value)
    })
    expect(isRunning(pid)).toBe(true)
    await page.close()
    await expect.poll(() => isRunning(pid)).toBe(false)
  })
})

const serverCode = `const http = require('http')
const crypto = require('crypto')
const server = http.createServer((request, response) => {
  if (request.url === '/away') return response.writeHead(302, { location: 'http://localhost:' + server.address().port + '/there' }).end()
  response.setHeader('content-type', 'text/html')
  response.end('<html><head></head><body>' + request.url + ' of ' + request.headers.host.replace(/\\d+/, 'N') + '<script>console.error("broken")</script>')
})
server.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
  const accept = crypto.createHash('sha1').update(key).digest('base64')
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n')
  socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]))
})
server.listen(0)`

describe('the preview of a server in a container', () => {
  for (const coep of ['require-corp', 'credentialless'] as const) {
    it(`is framed by a page under ${coep}, answers WebSockets and reports its errors`, async () => {
      await page.close()
      page = await openPage(coep)
      await page.evaluate(async (code) => {
        await container.setPreviewScript('globalThis.injected = "by script"')
        const messages: unknown[] = []
        container.on('preview-message', (message) => messages.push(message))
        const ready = new Promise<string>((resolve) => container.on('server-ready', (_port, url) => resolve(url)))
        await container.spawn('node', ['-e', code])
        const frame = document.createElement('iframe')
        frame.name = 'preview'
        frame.src = `${await ready}/away`
        document.body.append(frame)
        Object.assign(globalThis, { messages, url: frame.src })
      }, serverCode)
      await expect.poll(() => page.frame('preview')?.url()).toMatch(/\/there$/)
      const preview = page.frame('preview')
      expect(
        await preview?.evaluate(() => `${document.body.textContent} ${Reflect.get(globalThis, 'injected')}`),
      ).toMatch(/^\/there of localhost:N.* by script$/)
      const message = await preview?.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const socket = new globalThis.WebSocket(location.origin.replace('http', 'ws'))
            socket.onmessage = ({ data }) => resolve(data)
            socket.onerror = () => reject(new Error('refused'))
          }),
      )
      expect(message).toBe('hello')
      await expect
        .poll(() => page.evaluate(() => Reflect.get(globalThis, 'messages')))
        .toEqual([expect.objectContaining({ type: 'PREVIEW_CONSOLE_ERROR', args: ['broken'], pathname: '/there' })])
    })
  }

  it('is taken back when the server ends', async () => {
    const events = await page.evaluate(async (code) => {
      const seen: unknown[] = []
      const started = await new Promise<{ kill(): void }>((resolve) => {
        let server: Promise<{ kill(): void }>
        container.on('port', async (port, type, url) => {
          seen.push([type, new URL(url).port !== String(port)])
          resolve(await server)
        })
        server = container.spawn('node', ['-e', code])
      })
      const closed = new Promise<void>((resolve) =>
        container.on('port', (_port, type) => {
          if (type === 'close') resolve()
        }),
      )
      started.kill()
      await closed
      return seen
    }, serverCode)
    expect(events).toEqual([
      ['open', true],
      ['close', true],
    ])
  })
})

describe('the life of a container, through the real client', () => {
  it('allows one at a time, and another after teardown', async () => {
    const result = await page.evaluate(async () => {
      const first = container
      await first.fs.writeFile('a', '')
      const second = await boot('require-corp').catch((error: Error) => error.message)
      first.teardown()
      const third = await boot('require-corp')
      const late = await first.fs.readdir('.').catch((error: Error) => error.message)
      return { second, late, names: await third.fs.readdir('.') }
    })
    expect(result).toEqual({
      second: 'Only a single WebContainer instance can be booted',
      late: 'Proxy has been released and is not useable',
      names: [],
    })
  })
})

describe('a runtime that goes away', () => {
  it('fails what waits and whatever is asked later, and ends the output of processes', async () => {
    const mortal = await createRuntime()
    const opened = await browser.newPage()
    const uncaught: string[] = []
    opened.on('pageerror', (error) => uncaught.push(error.message))
    await opened.goto(`${site.url}/?coep=credentialless`)
    await opened.waitForFunction(() => 'boot' in globalThis)
    await opened.evaluate(async (url) => {
      Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: url })
      const lost = await globalThis.boot('credentialless')
      const started = await lost.spawn('node', ['-e', 'console.log("up"); setInterval(() => {}, 1000)'])
      const reader = started.output.getReader()
      await reader.read()
      const reason = (promise: Promise<unknown>): Promise<string> =>
        promise.then(String, (error: Error) => error.message)
      Object.assign(globalThis, {
        outcome: (async () => {
          const exit = await reason(started.exit)
          const { done } = await reader.read()
          return {
            exit,
            done,
            later: await reason(lost.fs.readdir('.')),
            spawn: await reason(lost.spawn('node', ['-v'])),
          }
        })(),
      })
    }, mortal.url)
    await mortal.close()
    const message = 'Proxy has been released and is not useable'
    expect(await opened.evaluate(() => Reflect.get(globalThis, 'outcome'))).toEqual({
      exit: message,
      done: true,
      later: message,
      spawn: message,
    })
    expect(uncaught).toEqual([])
    await opened.close()
  })
})

describe('the guard of the runtime', () => {
  const ask = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(runtime.url + path, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })

  it('serves its page to frames of pages on loopback only', async () => {
    expect(await ask('/headless', { 'sec-fetch-dest': 'iframe' })).toBe(200)
    expect(await ask('/headless', { 'sec-fetch-dest': 'document' })).toBe(403)
    expect(await ask('/headless', { host: 'rebound.example' })).toBe(403)
    const response = await fetch(`${runtime.url}/headless`)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/frame-ancestors http:\/\/localhost:\*/)
    expect(policy).not.toMatch(/frame-ancestors[^;]* (\*|https?:\/\/\*:\*)( |;|$)/)
    await response.text()
  })

  it('takes connections only from its own page and with its token', async () => {
    const connect = (query: string, origin: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${runtime.url.replace('http', 'ws')}/container${query}`, { origin })
        socket.on('open', () => {
          socket.close()
          resolve('open')
        })
        socket.on('error', () => resolve('refused'))
      })
    expect(await connect(`?token=${runtime.token}`, runtime.url)).toBe('open')
    expect(await connect(`?token=${runtime.token}`, site.url)).toBe('refused')
    expect(await connect('?token=wrong', runtime.url)).toBe('refused')
    expect(await connect('', runtime.url)).toBe('refused')
  })

  it('does not let a page of another site frame it', async () => {
    // Not one of the emulator: those answer to no foreign name.
    await using stage = new Stage()
    const frame = `<iframe src="${runtime.url}/headless"></iframe>`
    const framer = await stage.provider((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(frame)
    })
    const framing = await browser.newPage()
    const frameFrom = async (host: string): Promise<void> => {
      await framing.goto(framer.url.replace('127.0.0.1', host))
    }
    const frameUrl = (): string | undefined => framing.frames()[1]?.url()
    for (const host of ['127.0.0.1', 'localhost']) {
      await frameFrom(host)
      await expect.poll(frameUrl).toBe(`${runtime.url}/headless`)
    }
    await frameFrom('foreign.example')
    await expect.poll(frameUrl).toBe('chrome-error://chromewebdata/')
    await framing.close()
  })
})
