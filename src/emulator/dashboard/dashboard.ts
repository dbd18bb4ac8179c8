import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import type { Handler } from '../serve.js'
import { type AdmissionOptions, isWelcome, letRead, preflight, refuse } from './admission.js'
import { createChangeFeed } from './change-feed.js'
import { createInspect } from './inspect.js'
import { dashboardPage } from './page.js'
import { createRequestReader, type RequestsWanted } from './request-pages.js'
import { sayJson, sayProblem } from './say.js'
import type { DashboardSource } from './source.js'

/** How a dashboard is made. */
export interface DashboardOptions extends AdmissionOptions {
  /** The emulator's time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
}

/** A token for a dashboard. */
export function createDashboardToken(): string {
  return randomBytes(24).toString('base64url')
}

/**
 * The address of a dashboard for people. Its fragment holds the token: it reaches no server, and the page takes it out of the
 * address. A cookie would reach every other server on 127.0.0.1 too, for cookies know no ports.
 */
export function dashboardUrl(origin: string, token: string): string {
  return `${origin}/#token=${token}`
}

/**
 * Makes the one page of an emulator and what it reads: `GET /`, `GET /state` ({@link EmulatorStateView}), `GET /requests`
 * ({@link RequestsView}; `after`, `limit` and `again` in its query), `GET /events` (server-sent events, `change`) and `POST /reset`.
 */
export function createDashboard(source: DashboardSource, options: DashboardOptions): Handler {
  const { token, origins, now = Date.now } = options
  const inspect = createInspect(source, now)
  const read = createRequestReader(source)
  // A repository must not vanish while it is read.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const routes: Readonly<Record<string, (url: URL) => Promise<Response> | Response>> = {
    'GET /state': async () => sayJson(await inTurn(inspect)),
    'GET /requests': ({ searchParams }) => {
      const wanted = readQuery(searchParams)
      return 'problem' in wanted ? sayProblem(400, wanted.problem) : sayJson(read(wanted))
    },
    'GET /events': () => createChangeFeed(source.onRequest),
    'POST /reset': async () => {
      await inTurn(source.reset)
      return new Response(null, { status: 204 })
    },
  }
  return async (request) => {
    const url = new URL(request.url)
    const origin = request.headers.get('Origin')
    if (origin !== null && !isWelcome(origin, request, origins)) {
      return sayProblem(403, `Pages of ${origin} may not look into the emulator.`)
    }
    if (request.method === 'OPTIONS') return letRead(preflight(), origin)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (url.pathname === '/' && method === 'GET') return dashboardPage()
    const refused = refuse(request, token)
    if (refused) return letRead(refused, origin)
    const route = routes[`${method} ${url.pathname}`]
    return letRead(route ? await route(url) : unknown(url.pathname, Object.keys(routes)), origin)
  }
}

function unknown(path: string, routes: readonly string[]): Response {
  const known = ['GET /', ...routes].find((route) => route.split(' ')[1] === path)
  if (!known) return sayProblem(404, `There is nothing at ${path}.`)
  const [allowed = ''] = known.split(' ')
  const problem = sayProblem(405, `Ask for ${path} with ${allowed}.`)
  problem.headers.set('Allow', allowed)
  return problem
}

const count = (least: number, most: number) => z.pipe(z.coerce.number(), z.int().check(z.gte(least), z.lte(most)))
const indices = z.pipe(
  z.string().check(z.regex(/^(?:\d+(?:,\d+)*)?$/, 'must be indices with commas between them'), z.maxLength(2_000)),
  z.transform((text) => (text === '' ? [] : text.split(',').map(Number))),
)
const querySchema = z.object({
  after: z._default(count(-1, Number.MAX_SAFE_INTEGER), -1),
  limit: z._default(count(1, 1_000), 500),
  again: z._default(indices, []),
})

function readQuery(query: URLSearchParams): RequestsWanted | { readonly problem: string } {
  const read = querySchema.safeParse(Object.fromEntries(query))
  return read.success ? read.data : { problem: z.prettifyError(read.error) }
}
