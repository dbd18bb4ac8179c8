import type { Random } from '../random.js'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789'
const hostDigits = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A new id in the shape of Vercel's, for example `prj_` and 28 letters or digits. */
export function createId(random: Random, prefix = '', length = 28): string {
  return prefix + draw(random, letters, length)
}

/** The part of a deployment's host that makes it unique. */
export function createHash9(random: Random): string {
  return draw(random, hostDigits, 9)
}

/** The id of a request as the header `X-Vercel-Id` tells it: where it came in, letters, the time, hex digits. */
export function createRequestId(random: Random, now: number): string {
  return `iad1::${draw(random, hostDigits, 5)}-${now}-${random.hex(6)}`
}

function draw(random: Random, from: string, length: number): string {
  return [...random.bytes(length)].map((byte) => from[byte % from.length]).join('')
}
