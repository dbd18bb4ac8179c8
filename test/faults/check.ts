import { isDeepStrictEqual } from 'node:util'
import type { LoggedRequest } from '../../src/emulator/index.js'
import { eventSchema, initialState, reduce } from '../../src/events/index.js'
import { type Deployment, type DeploymentEvent, follow } from '../../src/index.js'
import type { EndState, World } from './world.js'

/** What the stream of one deployment, or of one that was resumed, came to. */
export interface Stream {
  readonly events: readonly DeploymentEvent[]
  /** `null` where its tab was gone before its end. */
  readonly end: Extract<DeploymentEvent, { type: 'deployment-end' }> | null
}

/** Reads a deployment to its end, or until its tab is gone. */
export async function readStream(deployment: Deployment, dead: Promise<unknown>): Promise<Stream> {
  const events: DeploymentEvent[] = []
  const reading = (async () => {
    for await (const event of deployment.events) events.push(event)
  })()
  await Promise.race([reading, dead])
  const last = events.at(-1)
  return { events: [...events], end: last?.type === 'deployment-end' ? last : null }
}

/** @returns in what a stream is not as streams are, a line for each. */
export function checkStream(name: string, { events, end }: Stream): string[] {
  const problems: string[] = []
  const gap = events.findIndex((event, index) => event.sequence !== index)
  if (gap >= 0) problems.push(`${name}: event ${gap} has the number ${events[gap]?.sequence}`)
  const ends = events.filter((event) => event.type === 'deployment-end').length
  if (ends > 1 || (ends === 1 && end === null))
    problems.push(`${name}: ${ends} terminal events, or one that is not last`)
  for (const event of events) {
    const { success, error } = eventSchema.safeParse(event)
    if (!success) problems.push(`${name}: the event ${event.type} does not parse: ${error.message}`)
  }
  const { status, steps } = events.reduce(reduce, initialState)
  if (end && status !== end.outcome) problems.push(`${name}: its state is ${status} and its end ${end.outcome}`)
  const open = steps.filter((step) => step.status !== 'done')
  if (end?.outcome === 'success' && open.length > 0)
    problems.push(`${name}: ended well without ${open.map((step) => `${step.id} (${step.status})`).join(', ')}`)
  if (end && end.outcome !== 'success') problems.push(...checkError(name, end.error))
  return problems
}

function checkError(name: string, { code, message, hint }: { code: string; message: string; hint: string }): string[] {
  if (code !== 'unexpected' && message !== '' && hint !== '') return []
  return [`${name}: ended with an error that is not clear: ${code}: ${message} (${hint})`]
}

/** @returns in what the world differs from how it has to be after a deployment that ended well, a line for each. */
export async function checkWorld(
  world: World,
  expected: EndState,
  requests: readonly LoggedRequest[],
): Promise<string[]> {
  const state = await world.endState()
  const problems: string[] = []
  for (const [name, value] of Object.entries(expected)) {
    const found = state[name as keyof EndState]
    if (!isDeepStrictEqual(found, value))
      problems.push(`${name}: ${JSON.stringify(found)} in place of ${JSON.stringify(value)}`)
  }
  return [...problems, ...checkUploads(requests, world.lostUploads()), ...(await checkKept(world))]
}

/** Each file is received once; twice where the answer was lost. */
function checkUploads(requests: readonly LoggedRequest[], unanswered: readonly string[]): string[] {
  const fileOf = (path: string) => /^\/api\/v1\/deploys\/[^/]+\/files\/(.*)$/.exec(path)?.[1]
  const received = new Map<string, LoggedRequest[]>()
  for (const request of requests) {
    const file = fileOf(request.path)
    if (request.method !== 'PUT' || file === undefined || !request.carriedOut) continue
    received.set(file, [...(received.get(file) ?? []), request])
  }
  return [...received].flatMap(([file, uploads]) => {
    const faulty = uploads.filter(({ fault }) => fault !== null && fault !== 'clock-skew').length
    const lost = faulty + unanswered.filter((path) => fileOf(path) === file).length
    return uploads.length > 1 + lost ? [`${file} was received ${uploads.length} times, ${lost} answers were lost`] : []
  })
}

/** What is written down: nothing secret, and the same events as the last stream told. */
async function checkKept({ storage, lab, id }: World): Promise<string[]> {
  const problems: string[] = []
  const { token } = lab.emulator
  const secrets = [token, btoa(`x-access-token:${token}`)]
  for (const key of await storage.journal.keys('')) {
    const text = JSON.stringify(await storage.journal.read(key))
    if (secrets.some((secret) => text.includes(secret))) problems.push(`the token is in the journal, under ${key}`)
  }
  const followed = follow(id, { storage })
  const events: DeploymentEvent[] = []
  for await (const event of followed.events) events.push(event)
  const how = await followed.done
  const end = events.at(-1)
  if (how !== 'ended' || end?.type !== 'deployment-end' || end.outcome !== 'success')
    problems.push(`who follows it is told that it is ${how}, and last of ${end?.type}`)
  const told = JSON.stringify(events)
  if (secrets.some((secret) => told.includes(secret))) problems.push('the token is in an event')
  return problems
}

/** The events that tell of a repetition or of a wait. */
export function repetitionsOf({ events }: Stream): number {
  return events.filter(({ type }) => type === 'request-retry' || type === 'request-wait').length
}
