import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Emulator } from '../../src/emulator/index.js'
import { type EndState, endStateOf } from './end-state.js'
import type { Report, Resumption, Setup, Stop } from './lab-page.js'
import type { Profile } from './lab-profile.js'
import { changedFiles, files, setupOf } from './lab-setup.js'

/** The first deployment of a project, or one that comes after it, with changed files. */
export type Which = 'first' | 'second'

/** How a page ends. */
export const ways = ['context closed', 'process killed', 'page closed', 'context closed twice'] as const

/** Where and how a page is killed. */
export interface Kill extends Stop {
  readonly which: Which
  readonly way: (typeof ways)[number]
}

/** What a deployment comes to in a page that nobody kills. */
export interface Reference {
  readonly report: Report
  readonly end: EndState
}

/** What came of a kill. */
export interface Survival {
  readonly resumed: boolean
  /** Whether it had to be built again. */
  readonly rebuilt: boolean
  readonly end: EndState
}

const starts = { first: Date.UTC(2024, 0, 1), second: Date.UTC(2024, 0, 2) }

/** The files of each deployment. */
export const projects: Readonly<Record<Which, typeof files>> = { first: files, second: changedFiles }

/** Makes one deployment in a page. */
export function deployIn(page: Page, emulator: Emulator, which: Which, options: Partial<Setup> = {}): Promise<Report> {
  const setup = setupOf(emulator, { id: which, files: projects[which], start: starts[which], ...options })
  return page.evaluate((given) => labPage.deploy(given), setup)
}

function resumeIn(page: Page, emulator: Emulator, which: Which, options: Partial<Setup> = {}): Promise<Resumption> {
  const start = starts[which] + 60_000
  const setup = setupOf(emulator, { id: which, files: projects[which], start, ...options })
  return page.evaluate((given) => labPage.resume(given), setup)
}

/** Deploys until the page stands still, kills it, and goes on in a new one. */
export async function survive(
  kill: Kill,
  reference: Reference,
  { profile, emulator, origin }: { profile: Profile; emulator: Emulator; origin: string },
): Promise<Survival> {
  const { which, write, when, way } = kill
  const page = await profile.open(origin)
  if (which === 'second') expect(await deployIn(page, emulator, 'first')).toMatchObject({ outcome: 'success' })
  const cut = cutShort(profile, deployIn(page, emulator, which, { stop: { write, when } }))
  expect(await cut, 'the page stands still').toBe(true)
  if (way === 'page closed') await page.close()
  else if (way === 'process killed') await profile.killAndRestart()
  else await profile.restart()

  let next = await profile.open(origin)
  let over = write === reference.report.writes - 1 && when === 'after'
  if (way === 'context closed twice') {
    const stopped = await cutShort(profile, resumeIn(next, emulator, which, { stop: { write: 2, when } }))
    over ||= !stopped
    await profile.restart()
    next = await profile.open(origin)
  }
  const begun = way === 'context closed twice' || write > 0 || when === 'after'
  const came = await resumeIn(next, emulator, which)
  if ('known' in came) {
    expect(came.known).toBe(over ? 'success' : begun ? 'interrupted' : 'nothing')
    if (!over) expect(await deployIn(next, emulator, which)).toMatchObject({ outcome: 'success' })
  } else {
    expect(came.error).toBeNull()
    expect(came.events.map(({ sequence }) => sequence)).toEqual(came.events.map((_, index) => index))
  }
  const end = await endStateOf(emulator)
  await next.close()
  return { resumed: !('known' in came), rebuilt: !('known' in came) && came.needsContainer, end }
}

/** Waits until the page stands still. @returns false where what it does came to its end before. */
async function cutShort(profile: Profile, work: Promise<unknown>): Promise<boolean> {
  const ended = work.then(
    () => false,
    () => true, // its page was killed
  )
  return Promise.race([profile.stoodStill().then(() => true), ended])
}
