import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedModule, serveModule } from '../support/browser-module.js'
import { duplicatesIn, endStateOf } from './end-state.js'
import { deployIn, type Kill, projects, type Reference, survive, type Which, ways } from './kill.js'
import { openProfile, type Profile } from './lab-profile.js'
import { openEmulator } from './lab-setup.js'

/** Milliseconds that one kill may take, with the wait for a browser, on a machine that is busy. */
const timeLimit = 120_000
/** Browsers side by side. */
const browsers = 3

const bundle = (): Promise<ServedModule> => serveModule(new URL('./lab-page.ts', import.meta.url), { minify: true })

/** An origin of its own, with nothing stored, for each kill. */
let origins = 0
function newOrigin({ url }: ServedModule): string {
  origins += 1
  return url.replace('127.0.0.1', `page-${origins}.localhost`)
}

/** Makes both deployments in one page, undisturbed. */
async function recordReferences(): Promise<Record<Which, Reference>> {
  const emulator = await openEmulator()
  const module = await bundle()
  const profile = await openProfile()
  try {
    const page = await profile.open(newOrigin(module))
    const run = async (which: Which): Promise<Reference> => {
      const report = await deployIn(page, emulator, which)
      return { report, end: await endStateOf(emulator) }
    }
    return { first: await run('first'), second: await run('second') }
  } finally {
    await profile.close()
    await module.close()
    await emulator.close()
  }
}

const references = await recordReferences()

/** Both sides of every write of the first deployment, and the one side of the second's that loses most: done, and not yet written down. */
const everywhere = (['first', 'second'] as const).flatMap((which) =>
  Array.from({ length: references[which].report.writes * 2 }, (_, index): Kill => {
    return { which, write: index >> 1, when: index % 2 === 0 ? 'before' : 'after', way: 'context closed' }
  }).filter(({ when }) => which === 'first' || when === 'before'),
)
/** All of them by closing the context, and some of them again in each of the other ways. */
const kills = ways.flatMap((way, offset) =>
  everywhere.filter((_, index) => offset === 0 || index % 32 === offset * 3).map((kill) => ({ ...kill, way })),
)

const columns = ['runs', 'survived', 'resumed', 'built again', 'duplicates'] as const
const table = new Map(ways.map((way) => [way, new Map<(typeof columns)[number], number>()]))

function count({ way }: Kill, column: (typeof columns)[number], number = 1): void {
  const row = table.get(way)
  row?.set(column, (row.get(column) ?? 0) + number)
}

function printed(): string {
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(24), ...cells.map((cell, index) => cell.padStart(columns[index]?.length ?? 0))].join('  ')
  const rows = [...table].map(([way, row]) =>
    line(
      way,
      columns.map((column) => String(row.get(column) ?? 0)),
    ),
  )
  return `\n${[line('Chromium', columns), ...rows].join('\n')}\n`
}

let module: ServedModule
const profiles: Profile[] = []
const free: Profile[] = []
/** Those that wait for a browser. */
const waiting: ((profile: Profile) => void)[] = []

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
  module = await bundle()
  for (let index = 0; index < browsers; index += 1) profiles.push(await openProfile())
  free.push(...profiles)
})

afterAll(async () => {
  process.stdout.write(printed())
  for (const profile of profiles) await profile.close()
  await module?.close()
})

describe('two deployments that nobody disturbs', () => {
  it.each(['first', 'second'] as const)('serve what was built, and send each file once: the %s', (which) => {
    const { report, end } = references[which]
    expect(report.error).toBeNull()
    const sources = Object.entries(projects[which]).filter(([path]) => path.startsWith('src/'))
    expect(end.served).toEqual({
      ...Object.fromEntries(sources.map(([path, content]) => [`shop/${path.slice(4)}`, `200 ${content}`])),
      'shop/not-there': expect.stringMatching(/^404 /),
    })
    expect(end.sites).toEqual(['shop'])
    expect(end.repositories).toHaveLength(1)
    expect(end.deploys).toHaveLength(which === 'first' ? 1 : 2)
    expect(end.commits).toHaveLength(which === 'first' ? 1 : 2)
    expect(new Set(Object.values(end.uploads))).toEqual(new Set([1]))
  })

  it('are killed often enough to prove something', () => {
    expect(everywhere.length).toBeGreaterThanOrEqual(60)
  })
})

describe.concurrent('a page that is killed', () => {
  it.each(kills.map((kill) => [kill.which, kill.when, kill.write, kill.way, kill] as const))(
    'in the %s deployment, %s write %i of the journal (%s), leaves what an undisturbed one leaves',
    async (which, _when, _write, _way, kill) => {
      await withProfile(async (profile) => {
        const emulator = await openEmulator()
        try {
          const reference = references[which]
          count(kill, 'runs')
          const { resumed, rebuilt, end } = await survive(kill, reference, {
            profile,
            emulator,
            origin: newOrigin(module),
          })
          if (resumed) count(kill, 'resumed')
          if (rebuilt) count(kill, 'built again')
          count(kill, 'duplicates', duplicatesIn(end, reference.end))
          expect(end).toEqual(reference.end)
          count(kill, 'survived')
        } finally {
          await emulator.close()
        }
      })
    },
    timeLimit,
  )
})
