import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type DeploymentEvent, deployments, follow } from '../../src/index.js'
import type { Network } from '../../src/spec/network.js'
import { type Random, seededRandom } from '../support/seeded-random.js'
import type { TabOptions } from '../support/tab.js'
import { checkStream, checkWorld, readStream, repetitionsOf, type Stream } from './check.js'
import { kinds } from './kinds.js'
import type { Outcome, Reference } from './run.js'
import type { Bench, World } from './world.js'

/** What one random run came to. */
export interface Walk {
  readonly scenario: string
  readonly outcome: Outcome
  /** Everything that was done to it, in order. */
  readonly script: readonly string[]
  /** In what its end differs from the one without faults, a line for each. */
  readonly problems: readonly string[]
}

/** Tabs in which a run is troubled before it is left in peace. */
const mostActs = 4
/** Tabs in which it then has to end well. */
const mostPeace = 3
/** Real milliseconds after which a tab is taken to hang. */
const patience = 60_000

/** Makes one run whose troubles follow from the seed and its number alone. */
export async function walk(bench: Bench, references: readonly Reference[], seed: number, run: number): Promise<Walk> {
  const random = seededRandom(seed * 1_000_003 + run)
  const original = Math.random
  // Waits between tries are drawn from it.
  Math.random = random.next
  try {
    return await walkOn(bench, random.pick(references), random)
  } finally {
    Math.random = original
  }
}

async function walkOn(bench: Bench, reference: Reference, random: Random): Promise<Walk> {
  const { scenario, end } = reference
  const world = await bench.begin(scenario)
  const { faults } = bench.lab.emulator
  const script: string[] = []
  const problems: string[] = []
  const streams: Stream[] = []
  const acts = 1 + random.below(mostActs)
  let state = await stateOf(world)
  for (let act = 0; act < acts + mostPeace && state !== 'success'; act += 1) {
    const trouble = act < acts ? drawTrouble(random, reference) : peace
    if (act === acts || random.chance(0.5)) faults.clear()
    for (const { at, kind } of trouble.faults) {
      const fault = kinds[kind]
      if (fault) faults.add({ at, fault })
    }
    script.push(`${state === undefined ? 'deploy' : `resume what is ${state}`}: ${describe(trouble)}`)
    const played = await Promise.race([play(world, state === undefined, trouble), hung()])
    if (played === undefined) {
      problems.push(`tab ${act} neither ended nor died`)
      break
    }
    streams.push(...played.streams)
    problems.push(...played.problems.map((problem) => `tab ${act}: ${problem}`))
    script.push(`  → ${played.streams.map(({ end }) => (end ? outcomeOf(end) : 'gone')).join(', ')}`)
    await bench.lab.clock.calm()
    state = await stateOf(world)
  }
  faults.clear()
  if (state !== 'success') problems.push(`it is ${state} after ${mostPeace} tabs without trouble`)
  const last = streams.findLast(({ end }) => end?.outcome === 'success')
  problems.push(...(await checkWorld(world, end, [...world.requests])))
  const retried = streams.some((stream) => repetitionsOf(stream) > 0)
  const failed = streams.some(({ end }) => end && end.outcome !== 'success')
  const resumed = last?.events.some(({ type }) => type === 'deployment-resume') ?? true
  const outcome = resumed ? (failed ? 'failed, then resumed' : 'resumed') : retried ? 'retried' : 'survived'
  return { scenario: scenario.name, outcome, script, problems }
}

/** What befalls a deployment in one tab. */
interface Trouble {
  readonly faults: readonly { readonly at: readonly number[]; readonly kind: string }[]
  readonly cancelAt?: number
  readonly kill?: NonNullable<TabOptions['kill']>
  readonly killAt?: { readonly request: number; readonly when: 'sent' | 'answered' }
  readonly offline?: { readonly request: number; readonly milliseconds: number }
  /** What another tab does at an event of this number. */
  readonly other?: { readonly event: number; readonly does: (typeof others)[number] }
}

const others = ['deploys', 'follows', 'follows and cancels', 'resumes'] as const
const peace: Trouble = { faults: [] }

function drawTrouble(random: Random, { requests, writes }: Reference): Trouble {
  const index = () => random.below(requests.length + 4)
  const faults = Array.from({ length: random.below(4) }, () => {
    const start = index()
    const length = random.chance(0.25) ? 500 : 1 + random.below(4)
    return { at: Array.from({ length }, (_, more) => start + more), kind: random.pick(Object.keys(kinds)) }
  })
  const event = () => random.below(70)
  return {
    faults,
    ...(random.chance(0.2) && { cancelAt: event() }),
    ...(random.chance(0.3) && {
      kill: { write: random.below(writes), when: random.pick(['before', 'after'] as const) },
    }),
    ...(random.chance(0.3) && {
      killAt: { request: index(), when: random.pick(['sent', 'answered'] as const) },
    }),
    ...(random.chance(0.25) && { offline: { request: index(), milliseconds: 1 + random.below(600_000) } }),
    ...(random.chance(0.4) && { other: { event: event(), does: random.pick(others) } }),
  }
}

function describe({ faults, cancelAt, kill, killAt, offline, other }: Trouble): string {
  const parts = [
    ...faults.map(({ at, kind }) => `${kind} at request ${at[0]}${at.length > 1 ? ` and ${at.length - 1} more` : ''}`),
    cancelAt !== undefined && `cancel at event ${cancelAt}`,
    kill && `kill ${kill.when} write ${kill.write}`,
    killAt && `kill when request ${killAt.request} is ${killAt.when}`,
    offline && `offline from request ${offline.request} on for ${offline.milliseconds} ms`,
    other && `another tab ${other.does} at event ${other.event}`,
  ]
  return parts.filter(Boolean).join('; ') || 'no trouble'
}

/** Runs the deployment in a tab, with its trouble, until it has ended or its tab is gone. */
async function play(
  world: World,
  anew: boolean,
  trouble: Trouble,
): Promise<{ readonly streams: Stream[]; readonly problems: string[] }> {
  const line = lineOf(world)
  const tab = world.openTab({
    fetch: line.fetch,
    ...(trouble.kill && { kill: trouble.kill }),
    onRequest(index, tab) {
      if (trouble.killAt?.when === 'sent' && trouble.killAt.request === index) tab.kill()
      if (trouble.offline?.request === index) line.cut(trouble.offline.milliseconds)
    },
    onAnswer(index, tab) {
      if (trouble.killAt?.when === 'answered' && trouble.killAt.request === index) tab.kill()
    },
  })
  const { network } = line
  if (anew) world.setTime()
  const deployment = anew ? world.deploy(tab, { network }) : world.resume(tab, { network, withContainer: true })
  const beside: Promise<{ stream?: Stream; problems: string[]; followed?: DeploymentEvent[] }>[] = []
  const watching = (async () => {
    for await (const { sequence } of deployment.events) {
      if (sequence === trouble.cancelAt) deployment.cancel('The walk canceled it.')
      if (sequence === trouble.other?.event) beside.push(playOther(world, trouble.other.does))
    }
  })()
  const stream = await readStream(deployment, tab.dead)
  await Promise.race([watching, tab.dead])
  const sides = await Promise.all(beside)
  line.close()
  const problems = [...checkStream('it', stream), ...sides.flatMap((side) => side.problems)]
  for (const { followed } of sides) problems.push(...(followed ? compare(followed, stream) : []))
  return { streams: [stream, ...sides.flatMap((side) => side.stream ?? [])], problems }
}

/** What another tab does meanwhile. */
async function playOther(
  world: World,
  does: (typeof others)[number],
): Promise<{ stream?: Stream; problems: string[]; followed?: DeploymentEvent[] }> {
  const tab = world.openTab()
  if (does === 'deploys') {
    // Where nobody holds the site any more it would be let in; its plan is declined then.
    const deployment = world.deploy(tab, { id: 'another', approve: () => false })
    const { end } = await readStream(deployment, tab.dead)
    const code = end?.outcome === 'success' ? 'none' : end?.error.code
    const isRefused = code === 'deployment-running' || code === 'plan-declined'
    return { problems: isRefused ? [] : [`another deployment was not refused: ${code}`] }
  }
  if (does === 'resumes') {
    const stream = await readStream(world.resume(tab, { withContainer: true }), tab.dead)
    const refused = stream.end !== null && stream.end.outcome !== 'success' && stream.events.length === 1
    return refused
      ? { problems: checkStream('the second tab', stream) }
      : { stream, problems: checkStream('the second tab', stream) }
  }
  const followed = follow(world.id, { storage: tab.storage })
  const events: DeploymentEvent[] = []
  for await (const event of followed.events) {
    events.push(event)
    if (does === 'follows and cancels' && events.length === 20) followed.cancel()
  }
  const gap = events.findIndex((event, index) => event.sequence !== index)
  return {
    followed: events,
    problems: gap < 0 ? [] : [`who follows is told event ${events[gap]?.sequence} as number ${gap}`],
  }
}

/** What both were told must be the same. */
function compare(followed: readonly DeploymentEvent[], { events, end }: Stream): string[] {
  const differs = followed.findIndex(
    (event, index) => index < events.length && !isDeepStrictEqual(event, plain(events[index])),
  )
  if (differs >= 0)
    return [`who follows is told ${JSON.stringify(followed[differs])} and not ${JSON.stringify(events[differs])}`]
  if (end && followed.length > 0 && followed.length < events.length)
    return [`who follows is told ${followed.length} of ${events.length} events`]
  return []
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** A tab's way to the network, which can be cut. */
function lineOf(world: World): {
  readonly fetch: typeof fetch
  readonly network: Network
  cut(milliseconds: number): void
  close(): void
} {
  const { clock, emulator } = world.lab
  const callbacks = new Set<() => void>()
  const closed = new AbortController()
  let online = true
  let gone = new AbortController()
  const turn = (to: boolean) => {
    online = to
    if (!online) gone.abort(new TypeError('Failed to fetch'))
    else gone = new AbortController()
    for (const call of [...callbacks]) call()
  }
  return {
    fetch: (input, init) => {
      const signals = [gone.signal, ...(init?.signal ? [init.signal] : [])]
      return emulator.fetch(input, { ...init, signal: AbortSignal.any(signals) })
    },
    network: {
      get online() {
        return online
      },
      watch(callback) {
        const call = () => callback()
        callbacks.add(call)
        return () => void callbacks.delete(call)
      },
    },
    cut(milliseconds) {
      if (!online) return
      turn(false)
      clock
        .during(() => clock.provider.sleep(milliseconds, closed.signal))
        .then(
          () => turn(true),
          () => undefined, // the tab is closed
        )
    },
    close: () => closed.abort(),
  }
}

function outcomeOf(end: NonNullable<Stream['end']>): string {
  return end.outcome === 'success' ? 'success' : `${end.outcome} (${end.error.code})`
}

async function stateOf({ id, storage }: World): Promise<string | undefined> {
  return (await deployments({ storage })).find((one) => one.id === id)?.state
}

function hung(): Promise<undefined> {
  return sleep(patience, undefined, { ref: false })
}
