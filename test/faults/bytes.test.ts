import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labFiles } from '../support/lab.js'
import type { Tab } from '../support/tab.js'
import { readStream } from './check.js'
import type { Scenario } from './scenarios.js'
import { type Bench, startBench, type World } from './world.js'

/** Sixty files of all sizes and a large one, all different. */
const scenario: Scenario = {
  name: 'many bytes',
  before: null,
  publishOnly: true,
  files: {
    ...labFiles,
    ...Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `src/files/${index}.txt`,
        `${index}\n`.padEnd(500 + ((index * 7919) % 40_000), `${index} `),
      ]),
    ),
    'src/large.txt': 'large\n'.padEnd(1_200_000, 'large '),
  },
}

/** Bytes that pass in a millisecond, as far as one upload goes. */
const speed = 50

let bench: Bench

beforeAll(async () => {
  bench = await startBench()
})

afterAll(() => bench.close())

/** The line of a tab, with what passes over it. */
interface Line {
  readonly fetch: typeof fetch
  /** Bytes of the files that are on their way. */
  readonly underWay: () => number
  /** Bytes of the files whose arrival was answered. */
  readonly answered: () => number
}

/** Uploads take their time; `onAnswer` is called after each answer to one. */
function lineOf(world: World, onAnswer: () => void = () => undefined): Line {
  let underWay = 0
  let answered = 0
  return {
    underWay: () => underWay,
    answered: () => answered,
    fetch: async (input, init) => {
      const { body } = init ?? {}
      const bytes = init?.method === 'PUT' && body instanceof Uint8Array ? body.byteLength : 0
      underWay += bytes
      if (bytes > 0) await world.lab.clock.sleep(bytes / speed)
      const response = await world.lab.emulator.fetch(input, init)
      underWay -= bytes
      answered += bytes
      if (bytes > 0) onAnswer()
      return response
    },
  }
}

/** Netlify as it is not known to be otherwise: it names all that it required at first until the end. */
function neverShrinking(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  let first: unknown
  return async (input, init) => {
    const response = await fetch(input, init)
    if (!/\/deploys(?:\/[^/]+)?(?:\?.*)?$/.test(String(input)) || !response.ok) return response
    const body = await response.json()
    if (Array.isArray(body)) return Response.json(body)
    first ??= body.required
    return Response.json({ ...body, required: first })
  }
}

/** Bytes of files that arrived since a request. */
function received(world: World, since = 0): number {
  return world.requests
    .slice(since)
    .reduce((sum, { method, bytes, carriedOut }) => sum + (method === 'PUT' && carriedOut ? bytes : 0), 0)
}

describe.each([
  ['names only what it still lacks', (fetch: typeof globalThis.fetch) => fetch],
  ['names all that it lacked at first', neverShrinking],
])('after a kill, where the host %s', (_, hosted) => {
  it.each([10, 25, 50, 75, 90])(
    'at %i percent of the bytes, no more than the others and those under way are sent',
    async (share) => {
      const world = await bench.begin(scenario)
      const size = Object.entries(scenario.files).reduce(
        (sum, [path, content]) => sum + (path.startsWith('src/') ? content.length : 0),
        0,
      )
      let tab: Tab | undefined
      let underWay = 0
      const line = lineOf(world, () => {
        if (line.answered() < (share / 100) * size) return
        underWay ||= line.underWay()
        tab?.kill()
      })
      const fetch = hosted(line.fetch)
      tab = world.openTab({ fetch })
      await readStream(world.deploy(tab), tab.dead)
      await world.lab.clock.calm()
      const arrived = line.answered()
      const killed = world.requests.length
      const next = world.openTab({ fetch: hosted === neverShrinking ? fetch : lineOf(world).fetch })
      const { end } = await readStream(world.resume(next), next.dead)
      expect(end?.outcome).toBe('success')
      const after = received(world, killed)
      expect(after, `${arrived} of ${size} bytes were answered, ${underWay} were under way`).toBeLessThanOrEqual(
        size * (1 - share / 100) + underWay,
      )
      const { sites, deploys } = await world.endState()
      expect({ sites, deploys }).toEqual({ sites: 1, deploys: { ready: 1, unfinished: 0 } })
    },
  )
})
