/**
 * The page behind `/headless`: what the client of `@webcontainer/api` 1.6.4 expects in its iframe. It speaks Comlink to the
 * client and frames (see `wire.ts`) to the server; it holds no state but the calls that are under way. It is written as the
 * browser runs it, so that source and built package serve the same text without a bundler.
 */
export function headlessPage(token: string, nonce: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Tabship container runtime</title>
<script type="module" nonce="${nonce}">
const token = ${JSON.stringify(token)}
${script}
</script>
`
}

const script = `import * as Comlink from '/comlink.mjs'

const coep = new URLSearchParams(location.search).get('coep')

// Every container has a connection of its own: when the page goes away, the connection ends and so does the container.
async function connect() {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/container?token=' + token)
  socket.binaryType = 'arraybuffer'
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = () => reject(new Error('The container runtime cannot be reached'))
  })
  const calls = new Map()
  const listeners = new Map()
  const outputs = new Set()
  let next = 0

  // What the client itself says once its container is gone: those who wait must learn it now, not after their limits.
  const lost = () => new Error('Proxy has been released and is not useable')
  socket.onclose = () => {
    for (const { reject } of calls.values()) reject(lost())
    calls.clear()
    listeners.clear()
    for (const end of outputs) end()
    outputs.clear()
  }

  socket.onmessage = ({ data }) => {
    const end = 4 + new DataView(data).getUint32(0)
    const message = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, end - 4)))
    const bytes = message.hasBytes ? new Uint8Array(data.slice(end)) : undefined
    if (message.listener !== undefined) return listeners.get(message.listener)?.(...message.args, ...(bytes ? [bytes] : []))
    const { resolve, reject } = calls.get(message.call)
    calls.delete(message.call)
    if (message.error !== undefined) reject(new Error(message.error))
    else resolve(bytes ? Comlink.transfer(bytes, [bytes.buffer]) : message.value)
  }

  const call = (method, args, bytes) =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) throw lost()
      const id = next++
      calls.set(id, { resolve, reject })
      const text = new TextEncoder().encode(JSON.stringify({ call: id, method, args, hasBytes: bytes !== undefined }))
      const frame = new Uint8Array(4 + text.length + (bytes?.length ?? 0))
      new DataView(frame.buffer).setUint32(0, text.length)
      frame.set(text, 4)
      if (bytes) frame.set(bytes, 4 + text.length)
      socket.send(frame)
    })
  const listen = (listener) => {
    const id = next++
    listeners.set(id, listener)
    return id
  }
  const unlisten = (id) => listeners.delete(id)
  return { call, listen, unlisten, outputs, close: () => socket.close() }
}

const encode = (text) => new TextEncoder().encode(text)

function fileSystem({ call, listen, unlisten }) {
  return Comlink.proxy({
    readFile: (path, encoding) => call('readFile', [path, encoding]),
    writeFile: (path, data, options) =>
      data instanceof Uint8Array ? call('writeFile', [path, null, options], data) : call('writeFile', [path, data, options]),
    async readdir(path, options) {
      const { withFileTypes, encoding = options } = options ?? {}
      const names = await call('readdir', [path])
      const named = encoding === 'buffer' ? names.map(({ name, type }) => ({ name: encode(name), type })) : names
      if (!withFileTypes) return named.map(({ name }) => name)
      return named.map(({ name, type }) => ({ name, 'Symbol(type)': { file: 1, directory: 2, other: 3 }[type] }))
    },
    mkdir: (path, options) => call('mkdir', [path, options]),
    rm: (path, options) => call('rm', [path, options]),
    rename: (from, to) => call('rename', [from, to]),
    async watch(path, options, listener) {
      const asBuffer = options === 'buffer' || options?.encoding === 'buffer'
      const id = listen((event, name) => listener?.(event, asBuffer ? encode(name) : name))
      await call('watch', [path, typeof options === 'object' ? options : null, id])
      return Comlink.proxy({
        async close() {
          unlisten(id)
          await call('unwatch', [id])
        },
      })
    },
  })
}

async function run({ call, listen, unlisten, outputs }, settings, output) {
  const end = () => {
    unlisten(chunks)
    outputs.delete(end)
    output?.(null)
  }
  const chunks = listen((chunk) => (chunk ? output?.(Comlink.transfer(chunk, [chunk.buffer])) : end()))
  outputs.add(end)
  const id = await call('run', [settings, output ? chunks : null]).catch((error) => {
    outputs.delete(end)
    throw error
  })
  const onExit = call('exit', [id])
  // Whoever asks for it gets the error; nobody may have asked yet.
  onExit.catch(() => undefined)
  return Comlink.proxy({
    onExit,
    write: (data) => call('write', [id, data]),
    resize: (size) => call('resize', [id, size]),
    kill: () => call('kill', [id]),
  })
}

async function build(settings) {
  const server = await connect()
  const { call, listen, unlisten, close } = server
  const runtime = await call('build', [{ ...settings, coep }])
  return Comlink.proxy({
    fs: () => fileSystem(server),
    previewScript: () => '',
    runtimeInfo: () => runtime,
    run: (command, stdout, stderr, output) => run(server, command, output),
    serialize: (path, options) => call('serialize', [path, options]),
    loadFiles: (bytes, options) => call('loadFiles', [options], bytes),
    async on(event, listener) {
      const id = listen(listener)
      await call('on', [event, id])
      return Comlink.proxy(async () => {
        unlisten(id)
        await call('off', [id])
      })
    },
    setPreviewScript: (source, options) => call('setPreviewScript', [source, options]),
    setCredentials() {},
    async teardown() {
      await call('teardown', [])
      close()
    },
  })
}

const { port1, port2 } = new MessageChannel()
Comlink.expose({ build: async (settings) => Comlink.proxy(await build(settings)) }, port1)
// Only pages on loopback can frame this one (frame-ancestors), so that any parent may have the port.
parent.postMessage({ type: 'init' }, '*', [port2])
`
