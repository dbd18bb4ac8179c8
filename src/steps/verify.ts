import { defineStep, type Step } from '../engine/step.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Project } from '../spec/project.js'
import type { Release, Verification } from '../spec/release.js'
import type { Target } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'
import { verifyRelease } from '../verify/verify-release.js'
import { describeCount } from './describe.js'

/** Proves that a release is live: its address is fetched and compared with what was built. */
export function verifyStep(
  options: {
    readonly target: Pick<Target, 'name' | 'served' | 'advice'>
    readonly project: Project
    readonly timeLimit: number
  },
  needs: { release: Step<Release>; artifacts: Step<ArtifactSet> },
): Step<Verification> {
  const { target, project, timeLimit } = options
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
    timeLimit: timeLimit + 60_000,
    async run({ release, artifacts }, context) {
      const { routing } = project
      const files = (await target.served?.(artifacts.artifacts)) ?? artifacts.artifacts
      const input = { release, artifacts: files, routing, timeLimit, advice }
      const verification = await verifyRelease(input, context)
      context.report({ type: 'release-verify', verification })
      return verification
    },
    summarize: ({ compared, fallback }) => {
      const unknown = {
        spa: 'unknown paths get the page',
        'not-found-page': 'unknown paths get 404.html',
        host: 'unknown paths get 404',
      }
      return `${describeCount(compared)} compared; ${unknown[fallback]}`
    },
  })
}
