/**
 * The program that runs one function, as text: it is to the function what AWS Lambda is. It is called with the file to load and says its
 * port on the standard output as soon as that is loaded.
 *
 * Archives of Netlify's own tool hold `___netlify-entry-point.mjs` for functions that take a Request: a handler that streams, made by
 * `awslambda.streamifyResponse` (docs of AWS, "Response streaming"). Others export `handler` (docs of Netlify, "Lambda compatibility").
 */
export const launcher = `
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const { file } = JSON.parse(process.argv[2])
const streaming = Symbol('streaming')
globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign((...values) => handler(...values), { [streaming]: true }),
  HttpResponseStream: {
    from: (outgoing, { statusCode, headers = {}, multiValueHeaders = {} }) => {
      outgoing.writeHead(statusCode, { ...headers, ...multiValueHeaders })
      return outgoing
    },
  },
}
const loaded = await import(pathToFileURL(file).href)
const handler = loaded.handler ?? loaded.default?.handler
if (typeof handler !== 'function') {
  console.error('The function exports no handler')
  process.exit(1)
}

async function eventOf(incoming) {
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { host, 'x-forwarded-proto': protocol = 'http', ...headers } = incoming.headers
  const url = new URL(incoming.url, protocol + '://' + host)
  const many = (entries) => {
    const lists = {}
    for (const [name, value] of entries) (lists[name] ??= []).push(value)
    return lists
  }
  const isText = /^(?:text\\/|application\\/(?:json|javascript|xml|x-www-form-urlencoded))/.test(headers['content-type'] ?? 'text/plain')
  return {
    path: url.pathname,
    httpMethod: incoming.method,
    rawUrl: url.href,
    rawQuery: url.search.slice(1),
    headers: { ...headers, host },
    multiValueHeaders: many(Object.entries({ ...headers, host })),
    queryStringParameters: Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters: many(url.searchParams),
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !isText,
    flags: {},
  }
}

const contextOf = () => ({
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  awsRequestId: crypto.randomUUID(),
  clientContext: {},
  getRemainingTimeInMillis: () => 10_000,
})

function buffered(event) {
  return new Promise((resolve, reject) => {
    const returned = handler(event, contextOf(), (error, result) => (error ? reject(error) : resolve(result)))
    if (typeof returned?.then === 'function') returned.then(resolve, reject)
  })
}

const server = createServer(async (incoming, outgoing) => {
  try {
    const event = await eventOf(incoming)
    if (handler[streaming]) {
      await handler(event, outgoing, contextOf())
      if (!outgoing.writableEnded) outgoing.end()
      return
    }
    const { statusCode = 200, headers = {}, multiValueHeaders = {}, body = '', isBase64Encoded } = (await buffered(event)) ?? {}
    outgoing.writeHead(statusCode, { ...headers, ...multiValueHeaders })
    outgoing.end(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'))
  } catch (error) {
    console.error(error)
    if (outgoing.headersSent) return void outgoing.destroy()
    outgoing.writeHead(502, { 'x-emulator-failed': '1' }).end()
  }
})
server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port))
process.stdin.on('end', () => process.exit()).resume()
`
