import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Emulator } from '../../src/emulator/index.js'
import { type ServedModule, serveModule } from '../support/browser-module.js'
import { duplicatesIn, type EndState, endStateOf } from './end-state.js'
import type { Report, Setup } from './lab-page.js'
import { openProfile, type Profile } from './lab-profile.js'
import { changedFiles, files, openEmulator, setupOf } from './lab-setup.js'

/** Milliseconds that one kill may take, with the wait for a browser, on a machine that is busy. */
const timeLimit = 60_000
/** Browsers side by side. */
const browsers = 3

type Which = 'first' | 'second'
const projects = { first: files, second: changedFiles }

const setupFor = (which: Which, emulator: Emulator, options: Partial<Setup> = {}): Setup =>
  setupOf(emulator, { id: which, files: projects[which], start: start[which], ...options })
const start = { first: Date.UTC(2024, 0, 1), second: Date.UTC(2024, 0, 2) }

/** What a deployment comes to in a page that nobody kills. */
interface Reference {
  readonly report: Report
  readonly end: EndState
}

/** An origin of its own for each page that shall begin with nothing stored. */
let origins = 0
function newOrigin(served: ServedModule): string {
  origins += 1
  return served.url.replace('127.0.0.1', `page-${origins}.localhost`)
}

/** Makes both deployments in one page, undisturbed. */
async function recordReferences(): Promise<Record<Which, Reference>> {
  const emulator = await openEmulator()
  const served = await serveModule(new URL('./lab-page.ts', import.meta.url))
  const profile = await openProfile()
  try {
    const page = await profile.open(newOrigin(served))
    const run = async (which: Which): Promise<Reference> => {
      const report = await page.evaluate((setup) => labPage.deploy(setup), setupFor(which, emulator))
      return { report, end: await endStateOf(emulator) }
    }
    return { first: await run('first'), second: await run('second') }
  } finally {
    await profile.close()
    await served.close()
    await emulator.close()
  }
}

const references = await recordReferences()

/** Every write of both deployments, and both sides of it. */
const kills = (['first', 'second'] as const).flatMap((which) =>
  Array.from({ length: references[which].report.writes }, (_, write) =>
    (['before', 'after'] as const).map((when) => ({ which, write, when, how: 'close' as 'close' | 'SIGKILL' })),
  ).flat(),
)
/** Every fourth of the first deployment again, with the process killed. */
const processKills = kills
  .filter(({ which }, index) => which === 'first' && index % 4 === 2)
  .map((kill) => ({ ...kill, how: 'SIGKILL' as const }))

const seconds = (since: number) => Math.round(performance.now() - since)
const table = {
  close: { runs: 0, survived: 0, resumed: 0, anew: 0, ended: 0, rebuilt: 0, duplicates: 0 },
  SIGKILL: { runs: 0, survived: 0, resumed: 0, anew: 0, ended: 0, rebuilt: 0, duplicates: 0 },
}
const spent = { emulator: 0, deploy: 0, restart: 0, resume: 0, look: 0 }

let served: ServedModule
const profiles: Profile[] = []
/** Those that wait for a browser. */
const waiting: ((profile: Profile) => void)[] = []
const free: Profile[] = []

async function withProfile(work: (profile: Profile) => Promise<void>): Promise<void> {
  const profile = free.pop() ?? (await new Promise<Profile>((resolve) => waiting.push(resolve)))
  try {
    await work(profile)
  } finally {
    const next = waiting.shift()
    if (next) next(profile)
    else free.push(profile)
  }
}

beforeAll(async () => {
  served = await serveModule(new URL('./lab-page.ts', import.meta.url))
  for (const _ of Array.from({ length: browsers })) profiles.push(await openProfile())
  free.push(...profiles)
})

afterAll(async () => {
  for (const profile of profiles) await profile.close()
  await served?.close()
  const rows = Object.entries(table).map(([how, row]) => ({ how: how === 'close' ? 'context closed' : how, ...row }))
  process.stdout.write(`${JSON.stringify(rows)}\n${JSON.stringify(spent)}\n`)
})

async function killAndGoOn(
  profile: Profile,
  emulator: Emulator,
  { which, write, when, how }: (typeof kills)[number],
): Promise<void> {
  const row = table[how]
  const origin = newOrigin(served)
  let since = performance.now()
  const page = await profile.open(origin)
  if (which === 'second') await page.evaluate((setup) => labPage.deploy(setup), setupFor('first', emulator))
  const setup = setupFor(which, emulator, { stop: { write, when } })
  const stopped = profile.stoodStill()
  // It is killed with its page.
  const killed = page
    .evaluate((setup) => labPage.deploy(setup), setup)
    .then(
      (report) => `It ended: ${report.outcome}`,
      () => 'killed',
    )
  await Promise.race([stopped, killed])
  spent.deploy += seconds(since)
  since = performance.now()
  await profile.restart(how)
  expect(await killed).toBe('killed')
  spent.restart += seconds(since)
  row.runs += 1

  since = performance.now()
  const next = await profile.open(origin)
  const later = setupFor(which, emulator, { start: start[which] + 60_000 })
  const resumed = await next.evaluate((setup) => labPage.resume(setup), later)
  if ('known' in resumed) {
    const isFirstWrite = write === 0 && when === 'before'
    const isLastWrite = write === references[which].report.writes - 1 && when === 'after'
    expect(resumed.known).toBe(isFirstWrite ? 'nothing' : isLastWrite ? 'success' : 'interrupted')
    if (isFirstWrite) {
      row.anew += 1
      const report = await next.evaluate((setup) => labPage.deploy(setup), setupFor(which, emulator))
      expect(report.error).toBeNull()
    } else row.ended += 1
  } else {
    row.resumed += 1
    if (resumed.needsContainer) row.rebuilt += 1
    expect(resumed.error).toBeNull()
    expect(resumed.events.map(({ sequence }) => sequence)).toEqual(resumed.events.map((_, index) => index))
  }
  spent.resume += seconds(since)
  since = performance.now()
  const end = await endStateOf(emulator)
  row.duplicates += duplicatesIn(end, references[which].end)
  expect(end).toEqual(references[which].end)
  row.survived += 1
  await next.close()
  spent.look += seconds(since)
}

describe('the two deployments that nobody disturbs', () => {
  it.each(['first', 'second'] as const)('ends well and serves what was built: the %s', (which) => {
    const { report, end } = references[which]
    expect(report.error).toBeNull()
    const sources = Object.entries(projects[which]).filter(([path]) => path.startsWith('src/'))
    expect(end.served).toMatchObject(
      Object.fromEntries(sources.map(([path, content]) => [`shop/${path.slice(4)}`, `200 ${content}`])),
    )
    expect(end.sites).toEqual(['shop'])
    expect(end.repositories).toHaveLength(1)
    expect(Object.values(end.uploads).every((count) => count === 1)).toBe(true)
  })
})

describe.concurrent('a page that is killed', () => {
  it.each([...kills, ...processKills])(
    'loses nothing of the $which deployment $when write $write ($how)',
    async (kill) => {
      await withProfile(async (profile) => {
        const since = performance.now()
        const emulator = await openEmulator()
        spent.emulator += seconds(since)
        try {
          await killAndGoOn(profile, emulator, kill)
        } finally {
          await emulator.close()
        }
      })
    },
    timeLimit,
  )
})
