import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { site as siteSchema } from '../events/part-schemas.js'
import type { Site } from '../spec/release.js'
import type { PrepareInput, Target } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'

/**
 * Finds the site at the provider or creates it.
 * @param input What it is for.
 * @param hold Keeps other tabs away from the site, once it is known by more than the name that the user gave.
 * @param after What must have ended well before anything is created.
 */
export function siteStep(
  target: Target,
  input: PrepareInput,
  hold: (site: Site) => Promise<void>,
  after: readonly Step<unknown>[] = [],
): Step<Site> {
  return defineStep({
    id: `site-${target.name}`,
    title: `Prepare the site on ${nameOf(target.name)}`,
    needs: {},
    after,
    line: {
      description: `finds or creates ${target.site}`,
      files: 0,
      bytes: 0,
      requests: target.requests.prepare,
      duration: 800,
    },
    timeLimit: 5 * 60_000,
    checkpoint: target.checkpoint,
    result: jsonResult(siteSchema),
    async run(_inputs, context) {
      const site = await target.prepare(input, context)
      await hold(site)
      // One that comes with its first release has no address yet; its target tells of it then.
      if (site.url !== '') context.report({ type: 'site-ready', target: target.name, site })
      return site
    },
    async confirm(site, _inputs, context) {
      await hold(site)
      return target.confirmSite(site, context)
    },
    summarize: ({ name, created }) => `${name} ${created ? 'was created' : 'is there'}`,
  })
}
