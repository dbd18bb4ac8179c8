import type { Interceptor } from './watched-fetch.js'

const page = '<!doctype html><title>We are down for maintenance</title>'

/** What may befall one request, by what it is called: `send` carries the request out. */
export const faults: Readonly<Record<string, (send: () => Promise<Response>) => Promise<Response>>> = {
  'is refused by the network': async () => {
    throw new TypeError('Failed to fetch')
  },
  'is carried out, and its answer is lost': async (send) => {
    await (await send()).arrayBuffer()
    throw new TypeError('Failed to fetch')
  },
  'is carried out, and its answer breaks off': async (send) => {
    const { status, headers } = await send()
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) })
    return new Response(body, { status, headers })
  },
  'is carried out, and its answer is half of what it should be': async (send) => {
    const response = await send()
    const bytes = await response.arrayBuffer()
    return new Response(bytes.slice(0, bytes.byteLength / 2 - 1), response)
  },
  'is carried out, and a page answers in its place': async (send) => {
    await (await send()).arrayBuffer()
    return new Response(page, { headers: { 'content-type': 'text/html' } })
  },
  'is answered with a page': async () => new Response(page, { headers: { 'content-type': 'text/html' } }),
  'is answered with broken JSON': async () =>
    new Response('{"id": "1", "na', { headers: { 'content-type': 'application/json' } }),
  'is carried out, and answered with status 502': async (send) => {
    await (await send()).arrayBuffer()
    return new Response(page, { status: 502, headers: { 'content-type': 'text/html' } })
  },
  'is answered with status 503': async () => Response.json({ message: 'Unavailable' }, { status: 503 }),
  'is answered with status 429': async () => Response.json({ message: 'Slow down' }, { status: 429 }),
}

/** Lets a fault befall the request of that index, once. */
export function faultAt(
  index: number,
  fault: keyof typeof faults,
): { intercept: Interceptor; readonly befell: boolean } {
  let count = 0
  const befall = faults[fault]
  if (!befall) throw new Error(`there is no fault ${fault}`)
  return {
    intercept: (_request, send) => (count++ === index ? befall(send) : send()),
    get befell() {
      return count > index
    },
  }
}
