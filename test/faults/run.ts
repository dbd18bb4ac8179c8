import type { Fault, LoggedRequest } from '../../src/emulator/index.js'
import { autoResume } from '../../src/index.js'
import type { Kill, Tab } from '../support/tab.js'
import { checkStream, checkWorld, readStream, repetitionsOf, type Stream } from './check.js'
import type { Scenario } from './scenarios.js'
import type { Bench, EndState, World } from './world.js'

/** What a run came to, as the table counts it. */
export type Outcome = 'survived' | 'retried' | 'resumed' | 'failed, then resumed'

/** One run that was compared with the one without faults. */
export interface Run {
  readonly outcome: Outcome
  /** In what it differs, a line for each; none is as it has to be. */
  readonly problems: readonly string[]
  /** The error that it ended with before it was resumed. */
  readonly error: string | null
  /** What was asked when the fault struck first. */
  readonly hit: string | null
}

/** A run without faults: what all others are compared with. */
export interface Reference {
  readonly scenario: Scenario
  readonly end: EndState
  readonly requests: readonly LoggedRequest[]
  /** Writes of the journal. */
  readonly writes: number
}

/** Runs a scenario without faults. */
export async function refer(bench: Bench, scenario: Scenario): Promise<Reference> {
  const world = await bench.begin(scenario)
  const tab = world.openTab()
  const stream = await readStream(world.deploy(tab), tab.dead)
  const requests = [...world.requests]
  const end = await world.endState()
  const problems = [...checkStream('it', stream), ...(await checkWorld(world, end, requests))]
  if (stream.end?.outcome !== 'success' || problems.length > 0)
    throw new Error(`${scenario.name}, without a fault: ${JSON.stringify(stream.end)} ${problems.join('; ')}`)
  return { scenario, end, requests, writes: tab.writes }
}

/** What a request asks for, without what differs from run to run. */
export function describeRequest({ provider, method, path }: LoggedRequest): string {
  const plain = path
    .replace(/\?.*/, '')
    .replace(/run-\d+/, '…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24}/g, '…')
  return `${provider} ${method} ${plain}`
}

/** Lets a fault strike one request, or that one and all that come after it, and brings the deployment to its end. */
export async function runFault(
  bench: Bench,
  { scenario, end }: Reference,
  { index, fault, lasting, endsAtOnce }: { index: number; fault: Fault; lasting: boolean; endsAtOnce: boolean },
): Promise<Run> {
  const world = await bench.begin(scenario)
  const { faults } = bench.lab.emulator
  faults.add({ at: lasting ? Array.from({ length: 3000 }, (_, more) => index + more) : index, fault })
  const tab = world.openTab()
  const stream = await readStream(world.deploy(tab), tab.dead)
  const hit = world.requests.find((request) => request.fault !== null)
  const problems = checkStream('the deployment', stream)
  const known = { error: null, hit: hit ? describeRequest(hit) : null }
  faults.clear()
  if (stream.end?.outcome === 'success') {
    problems.push(...(await checkWorld(world, end, [...world.requests])))
    return { ...known, outcome: repetitionsOf(stream) > 0 ? 'retried' : 'survived', problems }
  }
  if (!lasting && !endsAtOnce) problems.push(`one fault ended it: ${JSON.stringify(stream.end)}`)
  await bench.lab.clock.calm()
  const before = world.requests.length
  const resumed = await finish(world, await needsContainer(world, stream))
  problems.push(...resumed.problems, ...(await checkWorld(world, end, [...world.requests])))
  if (world.requests.length === before) problems.push('resume asked nobody for anything')
  const error = stream.end && `${stream.end.error.name} ${stream.end.error.code}`
  return { ...known, outcome: 'failed, then resumed', problems, error }
}

/** When a tab is killed. */
export type Death =
  | { readonly write: Kill }
  | { readonly request: number; readonly when: 'before it is sent' | 'after it was carried out' }

/** Kills the tab, and goes on in a new one. */
export async function runKill(bench: Bench, { scenario, end }: Reference, death: Death): Promise<Run> {
  const world = await bench.begin(scenario)
  const killAt = (when: string) => (index: number, tab: Tab) => {
    if ('request' in death && death.when === when && death.request === index) tab.kill()
  }
  const tab = world.openTab({
    ...('write' in death && { kill: death.write }),
    onRequest: killAt('before it is sent'),
    onAnswer: killAt('after it was carried out'),
  })
  const stream = await readStream(world.deploy(tab), tab.dead)
  const problems = checkStream('the deployment', stream)
  await bench.lab.clock.calm()
  const known = { error: null, hit: null }
  const interrupted = await autoResume({ storage: world.storage })
  // Before the first write nothing was begun; with the last one it has ended.
  if (interrupted.length === 0) {
    const record = (await world.storage.journal.keys('')).length > 0
    if (!record) {
      const anew = world.openTab()
      problems.push(...checkStream('the new deployment', await readStream(world.deploy(anew), anew.dead)))
    }
    problems.push(...(await checkWorld(world, end, [...world.requests])))
    return { ...known, outcome: record ? 'survived' : 'resumed', problems }
  }
  const resumed = await finish(world, interrupted[0]?.needsContainer ?? true)
  problems.push(...resumed.problems, ...(await checkWorld(world, end, [...world.requests])))
  return { ...known, outcome: 'resumed', problems }
}

/** Resumes in a new tab, which must end well. */
async function finish(world: World, withContainer: boolean): Promise<{ readonly problems: string[] }> {
  const tab = world.openTab()
  const stream = await readStream(world.resume(tab, { withContainer }), tab.dead)
  const problems = checkStream('the resumed deployment', stream)
  if (stream.end?.outcome !== 'success')
    problems.push(
      `it could not be resumed: ${JSON.stringify(stream.end)}, ${withContainer ? 'with' : 'without'} a container`,
    )
  return { problems }
}

/** A build that had ended need not be run again. */
async function needsContainer(_world: World, { events }: Stream): Promise<boolean> {
  return !events.some((event) => event.type === 'step-end' && event.step === 'collect')
}
