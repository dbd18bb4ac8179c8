/**
 * The program that runs one function, as text: it is written beside the function's files and started with their folder, the file to
 * load, and how to call it. It says its port on the standard output as soon as the function is loaded.
 *
 * How functions are called: docs, "Node.js runtime" (a handler with request and response, with helpers; exports named after methods;
 * `fetch`) and "Edge runtime" (`export default` with a request).
 */
export const launcher = `
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { Readable } from 'node:stream'

const { file, edge, helpers } = JSON.parse(process.argv[2])
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const loaded = await import(pathToFileURL(file).href)

function unwrap(module) {
  let current = module
  while (current && typeof current !== 'function' && typeof current.fetch !== 'function' && current.default
    && !methods.some((name) => typeof current[name] === 'function')) current = current.default
  return current
}

const exported = unwrap(loaded)
const named = typeof exported === 'function' ? loaded : exported
const webHandler = edge
  ? (typeof exported === 'function' ? exported : exported?.fetch?.bind(exported))
  : typeof exported === 'function' ? undefined
  : typeof exported?.fetch === 'function' ? exported.fetch.bind(exported)
  : methods.some((name) => typeof named?.[name] === 'function')
    ? (request) => {
        const handle = named[request.method] ?? (request.method === 'HEAD' ? named.GET : undefined)
        return handle ? handle(request) : new Response('Method Not Allowed', { status: 405 })
      }
    : undefined
if (!webHandler && typeof exported !== 'function') {
  console.error('The function exports nothing that can be called')
  process.exit(1)
}

const pending = new Set()
const context = {
  waitUntil: (promise) => {
    pending.add(promise)
    promise.catch((error) => console.error(error)).finally(() => pending.delete(promise))
  },
}

async function send(response, outgoing) {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  if (!response.body) return void outgoing.end()
  for await (const chunk of response.body) outgoing.write(chunk)
  outgoing.end()
}

async function bodyOf(incoming) {
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function help(incoming, outgoing) {
  const body = await bodyOf(incoming)
  const type = (incoming.headers['content-type'] ?? '').split(';')[0]
  const url = new URL(incoming.url, 'http://localhost')
  const query = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length > 1 ? values : values[0]
  }
  const cookies = {}
  for (const pair of (incoming.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0) cookies[pair.slice(0, at).trim()] = decodeURIComponent(pair.slice(at + 1).trim())
  }
  const parsed = () => {
    if (body.length === 0) return undefined
    if (type === 'application/json') return JSON.parse(body.toString())
    if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(body.toString()))
    return type === 'text/plain' ? body.toString() : body
  }
  Object.assign(incoming, { query, cookies })
  Object.defineProperty(incoming, 'body', { get: parsed })
  outgoing.status = (code) => Object.assign(outgoing, { statusCode: code })
  outgoing.json = (value) => {
    if (!outgoing.hasHeader('content-type')) outgoing.setHeader('content-type', 'application/json; charset=utf-8')
    outgoing.end(JSON.stringify(value))
    return outgoing
  }
  outgoing.send = (value) => {
    if (value !== null && typeof value === 'object' && !Buffer.isBuffer(value)) return outgoing.json(value)
    if (!outgoing.hasHeader('content-type')) outgoing.setHeader('content-type', Buffer.isBuffer(value) ? 'application/octet-stream' : 'text/html; charset=utf-8')
    outgoing.end(value ?? '')
    return outgoing
  }
  outgoing.redirect = (status, location) => {
    const [code, to] = typeof status === 'string' ? [307, status] : [status, location]
    outgoing.writeHead(code, { Location: to }).end()
    return outgoing
  }
}

const server = createServer(async (incoming, outgoing) => {
  try {
    if (webHandler) {
      const { headers, method, url } = incoming
      const origin = (headers['x-forwarded-proto'] ?? 'https') + '://' + (headers['x-forwarded-host'] ?? headers.host)
      const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(incoming)
      const request = new Request(new URL(url, origin), { method, headers, body, duplex: 'half' })
      return await send(await webHandler(request, context), outgoing)
    }
    if (helpers) await help(incoming, outgoing)
    const result = await exported(incoming, outgoing)
    if (result instanceof Response) await send(result, outgoing)
  } catch (error) {
    console.error(error)
    if (outgoing.headersSent) return void outgoing.destroy()
    outgoing.writeHead(500, { 'x-emulator-failed': '1' }).end()
  }
})
server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port))
process.stdin.on('end', () => process.exit()).resume()
`
