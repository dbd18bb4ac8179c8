import { createHash, timingSafeEqual } from 'node:crypto'
import { sayProblem } from './say.js'

/** Who may ask. */
export interface AdmissionOptions {
  /** What everything but the page itself asks for, as `Authorization: Bearer <token>`. */
  readonly token: string
  /** Pages that may ask beside those at `localhost` and `127.0.0.1`, by their origins. @default none */
  readonly origins?: readonly string[]
}

/**
 * Whether a page of this origin may ask at all. Published sites (`*.localhost`) are whatever somebody has deployed, so they may not.
 * Others of this machine, such as a test in a browser, still need the token, which no browser sends by itself.
 */
export function isWelcome(origin: string, request: Request, origins: readonly string[] = []): boolean {
  if (origins.includes(origin) || origin === new URL(request.url).origin) return true
  return URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname)
}

/** Refuses who has not got the token. @returns `undefined` for who has */
export function refuse({ headers }: Request, token: string): Response | undefined {
  const [, given = ''] = /^Bearer (\S+)$/i.exec(headers.get('Authorization') ?? '') ?? []
  if (timingSafeEqual(digest(given), digest(token))) return undefined
  const problem = sayProblem(401, 'Send the token of the address that the emulator printed as `Authorization: Bearer`.')
  problem.headers.set('WWW-Authenticate', 'Bearer realm="Tabship emulator"')
  return problem
}

/** What lets a page of another origin read the answer. */
export function letRead(response: Response, origin: string | null): Response {
  response.headers.append('Vary', 'Origin')
  if (origin !== null) response.headers.set('Access-Control-Allow-Origin', origin)
  return response
}

/** Answers a preflight. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: { 'Access-Control-Allow-Methods': 'GET, POST', 'Access-Control-Allow-Headers': 'Authorization' },
  })
}

// Digests have one length, whatever is given.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
