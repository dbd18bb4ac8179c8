import type { Random } from '../random.js'

const qualities =
  'amber brave bright calm clever cosmic dapper eager gentle golden jolly lucky mellow quiet silver sunny'
const things =
  'acorn badger beacon biscuit comet creek dolphin falcon harbor lantern maple meadow otter pebble sparrow starship'

/** A name of the shape that Netlify gives to sites that are created without one: `quiet-harbor-3f9a1c`. */
export function makeSiteName(random: Random): string {
  return `${pick(qualities, random)}-${pick(things, random)}-${random.hex(3)}`
}

function pick(words: string, random: Random): string {
  const list = words.split(' ')
  return list[Math.floor(random.number() * list.length)] ?? ''
}
