import { randomBytes } from 'node:crypto'
import type { Random } from '../random.js'

/** Makes ids and names in the shapes of Neon's. */
export interface Ids {
  /** `shy-bird-12345678` */
  project(): string
  /** `org-royal-sun-91776391` */
  organization(): string
  /** `br-green-mode-afe3fl9y` */
  branch(): string
  /** `ep-round-unit-afbn7qv4` */
  endpoint(): string
  /** `snap-quiet-meadow-a5b6c7d8` */
  snapshot(): string
  /** 32 hex digits. */
  timeline(): string
  /** Of a database: a positive integer. */
  database(): number
  uuid(): string
  /** `npg_` and twelve letters or digits: always random, whatever everything else is drawn from. */
  password(): string
}

const adjectives =
  'bitter blue bold broad calm cold cool curly damp dark dry falling fancy flat gentle green hidden holy icy late lively long lucky misty muddy noisy old orange patient plain polished proud quiet rapid raspy restless rough round royal shiny shy silent small soft solitary sparkling steep still summer sweet tiny twilight wandering weathered white wild winter wispy withered young'.split(
    ' ',
  )
const nouns =
  'art base bird block boat bonus breeze brook bush butterfly cake cell cherry cloud credit darkness dawn dew disk dream dust feather field fire firefly flower fog forest frog frost glade glitter grass hall hat haze heart hill king lab lake leaf limit math meadow mode moon morning mouse mud night paper pine poetry pond queen rain recipe resonance rice river salad scene sea shadow shape silence sky smoke snow snowflake sound star sun sunset surf term thunder tooth tree truth union unit violet voice water waterfall wave wildflower wind wood'.split(
    ' ',
  )
const digits = '0123456789'
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Makes a source of ids. */
export function createIds(random: Random): Ids {
  const pick = (words: readonly string[]): string => words[Math.floor(random.number() * words.length)] ?? ''
  const words = (): string => `${pick(adjectives)}-${pick(nouns)}`
  const draw = (signs: string, length: number): string => {
    return Array.from({ length }, () => signs[Math.floor(random.number() * signs.length)]).join('')
  }
  // Whatever else an id has, it begins its last part with a letter, as new ones do.
  const short = (prefix: string): string => `${prefix}-${words()}-${draw(letters, 1)}${draw(letters + digits, 7)}`
  return {
    project: () => `${words()}-${draw(digits, 8)}`,
    organization: () => `org-${words()}-${draw(digits, 8)}`,
    branch: () => short('br'),
    endpoint: () => short('ep'),
    snapshot: () => short('snap'),
    timeline: () => random.hex(16),
    database: () => 1_000_000 + Math.floor(random.number() * 9_000_000),
    uuid: () => random.uuid(),
    password: () => `npg_${randomBytes(18).toString('base64').replace(/[+/]/g, 'x').slice(0, 12)}`,
  }
}
