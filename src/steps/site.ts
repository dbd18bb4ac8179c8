import { defineStep, type Step } from '../engine/step.js'
import type { Environment, Site } from '../spec/release.js'
import type { Target } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'

/** Finds the site at the provider or creates it. */
export function siteStep(target: Target, environment: Environment): Step<Site> {
  return defineStep({
    id: `site-${target.name}`,
    title: `Prepare the site on ${nameOf(target.name)}`,
    needs: {},
    line: {
      description: `finds or creates ${target.site}`,
      files: 0,
      bytes: 0,
      requests: target.requests.prepare,
      duration: 800,
    },
    timeLimit: 5 * 60_000,
    checkpoint: target.checkpoint,
    async run(_inputs, context) {
      const site = await target.prepare({ environment }, context)
      context.report({ type: 'site-ready', target: target.name, site })
      return site
    },
    summarize: ({ name, created }) => `${name} ${created ? 'was created' : 'is there'}`,
  })
}
