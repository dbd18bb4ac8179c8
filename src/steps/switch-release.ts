import { defineStep, type Step } from '../engine/step.js'
import type { Release, Site, Verification } from '../spec/release.js'
import type { Target } from '../spec/target.js'
import { noteLive } from '../toolkit/live-history.js'
import { nameOf } from '../toolkit/name-of.js'
import { targetMissing } from '../toolkit/release-problems.js'
import { verifyAddress } from '../verify/verify-address.js'
import { previousRelease } from './previous-release.js'
import { rollBackOnFailure } from './roll-back-on-failure.js'

/**
 * Finds the site, and creates none.
 * @param hold Keeps other tabs away from it.
 */
export function findSiteStep(target: Target, hold: (site: Site) => Promise<void>): Step<Site> {
  return defineStep({
    id: `site-${target.name}`,
    title: `Find the site on ${nameOf(target.name)}`,
    needs: {},
    line: {
      description: `finds ${target.site}`,
      files: 0,
      bytes: 0,
      requests: { least: 1, most: null },
      duration: 500,
    },
    timeLimit: 5 * 60_000,
    async run(_inputs, context) {
      const site = await target.releases?.find(context)
      if (!site) throw targetMissing(target)
      await hold(site)
      context.report({ type: 'site-ready', target: target.name, site })
      return site
    },
    summarize: ({ name }) => `${name} is there`,
  })
}

/** Which release is to be live, and what it was before. */
export interface Switch {
  /** `undefined`: the one that was live before. */
  readonly id: string | undefined
  readonly way: 'promote' | 'restore'
}

/** Leads the address that everyone knows to a release that is there. */
export function switchStep(target: Target, { id, way }: Switch, needs: { site: Step<Site> }): Step<Release> {
  const what = id === undefined ? 'the release that was live before' : `the release ${id}`
  return defineStep({
    id: `publish-${target.name}`,
    title: `${way === 'promote' ? 'Promote' : 'Roll back'} on ${nameOf(target.name)}`,
    needs,
    line: {
      description: `leads ${target.site} to ${what}; nothing is built here, and nothing sent`,
      files: 0,
      bytes: 0,
      requests: { least: 3, most: null },
      duration: 2000,
    },
    timeLimit: 25 * 60_000,
    async run({ site }, context) {
      const { releases } = target
      if (!releases) throw targetMissing(target)
      const wanted = id ?? (await previousRelease(releases, site, context))
      const release = await releases.publish(wanted, site, way, context)
      if (way === 'promote' && release.previous !== undefined) {
        await noteLive(context.cache, site.id, release.id, release.previous)
      }
      context.report({ type: 'release-switch', release, way })
      return release
    },
    summarize: (release) => `${release.id} is live`,
  })
}

/** Proves that the address shows a release whose files are not known here. */
export function verifyAddressStep(
  target: Pick<Target, 'name' | 'advice' | 'releases'>,
  {
    timeLimit,
    rollback = false,
  }: {
    readonly timeLimit: number
    /** Whether what was live before is made live again where the verification fails. @default false */
    readonly rollback?: boolean
  },
  needs: { site: Step<Site>; release: Step<Release> },
): Step<Verification> {
  const { name, advice } = target
  return defineStep({
    id: `verify-${name}`,
    title: `Verify on ${nameOf(name)}`,
    needs,
    line: {
      description: 'fetches the live address and compares it with the address of the release',
      files: null,
      bytes: null,
      requests: { least: 2, most: null },
      duration: 1500,
    },
    timeLimit: timeLimit + 5 * 60_000,
    async run({ site, release }, context) {
      const verify = () => verifyAddress({ release, timeLimit, advice }, context)
      const verification = rollback
        ? await rollBackOnFailure(verify, { target, site, release }, context)
        : await verify()
      context.report({ type: 'release-verify', verification })
      return verification
    },
    summarize: ({ compared }) => (compared > 0 ? 'the page is that of the release' : 'the page is there'),
  })
}
