import { defineStep, type Step } from '../engine/step.js'
import { ConflictError } from '../errors/conflict-error.js'
import type { Context } from '../spec/context.js'
import type { PublishedRelease, Release, Site, Verification } from '../spec/release.js'
import type { Target, TargetReleases } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'
import { targetMissing } from '../toolkit/release-problems.js'
import { verifyAddress } from '../verify/verify-address.js'

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
      description: `leads ${target.site} to ${what}; nothing is built or sent`,
      files: 0,
      bytes: 0,
      requests: { least: 3, most: null },
      duration: 2000,
    },
    timeLimit: 25 * 60_000,
    async run({ site }, context) {
      const { releases } = target
      if (!releases) throw targetMissing(target)
      const wanted = id ?? (await previousOf(releases, site, context)).id
      const release = await releases.publish(wanted, site, way, context)
      context.report({ type: 'release-switch', release, way })
      return release
    },
    summarize: (release) => `${release.id} is live`,
  })
}

/** Proves that the address shows a release whose files are not known here. */
export function verifyAddressStep(
  { name, advice }: Pick<Target, 'name' | 'advice'>,
  { timeLimit }: { readonly timeLimit: number },
  needs: { release: Step<Release> },
): Step<Verification> {
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
    timeLimit: timeLimit + 60_000,
    async run({ release }, context) {
      const verification = await verifyAddress({ release, timeLimit, advice }, context)
      context.report({ type: 'release-verify', verification })
      return verification
    },
    summarize: ({ compared }) => (compared > 0 ? 'the page is that of the release' : 'the page is there'),
  })
}

/** The release that was live before the one that is: the latest that is ready, was made for production and is older. */
async function previousOf(releases: TargetReleases, site: Site, context: Context): Promise<PublishedRelease> {
  let passed = false
  for await (const release of releases.list(site, context)) {
    if (release.live) passed = true
    else if (passed && release.environment === 'production' && release.state === 'ready') return release
  }
  throw new ConflictError({
    code: 'release-missing',
    message: passed ? `Before what it serves now, ${site.name} has published nothing.` : `${site.name} serves nothing.`,
    hint: 'There is nothing to roll back to. Choose a release by its id from listReleases().',
    details: { site: site.name },
  })
}
