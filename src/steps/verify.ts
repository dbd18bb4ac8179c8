import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Project } from '../spec/project.js'
import type { Release, Site, Verification } from '../spec/release.js'
import type { HostFiles } from '../spec/rules.js'
import type { Target } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'
import { verifyRelease } from '../verify/verify-release.js'
import { describeCount } from './describe.js'
import { rollBackOnFailure } from './roll-back-on-failure.js'
import { withForeseen } from './rules.js'

/** Proves that a release is live: its address is fetched and compared with what was built. */
export function verifyStep(
  options: {
    readonly target: Pick<Target, 'name' | 'served' | 'renders' | 'advice' | 'releases' | 'rules'>
    /** What the configuration files of hosts say. @default nothing */
    readonly hosts?: HostFiles | undefined
    readonly project: Project
    readonly timeLimit: number
    /** Whether what was live before is made live again where the verification fails. */
    readonly rollback: boolean
  },
  needs: { site: Step<Site>; release: Step<Release>; artifacts: Step<ArtifactSet> },
): Step<Verification> {
  const { target, project, timeLimit, rollback, hosts } = options
  const { name, advice } = target
  return defineStep({
    id: `verify-${name}`,
    title: `Verify on ${nameOf(name)}`,
    needs,
    line: {
      description: 'fetches the live address and compares it, byte for byte',
      files: null,
      bytes: null,
      requests: { least: 2, most: null },
      duration: 2000,
    },
    timeLimit: timeLimit + 5 * 60_000,
    async run({ site, release, artifacts }, context) {
      const { routing } = project
      const files = await withForeseen(
        (await target.served?.(artifacts.artifacts, artifacts)) ?? artifacts.artifacts,
        target,
        hosts,
      )
      const renders = await target.renders?.(artifacts)
      const input = { release, artifacts: files, routing, renders, timeLimit, advice }
      const verify = () => verifyRelease(input, context)
      const verification = rollback
        ? await rollBackOnFailure(verify, { target, site, release }, context)
        : await verify()
      context.report({ type: 'release-verify', verification })
      return verification
    },
    summarize: ({ compared, fallback }) => {
      // Nothing is known of a release that its host hides, not even what unknown paths get.
      if (compared === 0 && fallback === 'host') return 'not compared: it is shown only to those who are signed in'
      const unknown = {
        spa: 'unknown paths get the page',
        'not-found-page': 'unknown paths get 404.html',
        host: 'unknown paths get 404',
        server: 'other pages are rendered',
      }
      return `${describeCount(compared)} compared; ${unknown[fallback]}`
    },
  })
}
