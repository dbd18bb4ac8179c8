import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { release as releaseSchema } from '../events/part-schemas.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Environment, Release, Site } from '../spec/release.js'
import type { PublishInput, Target } from '../spec/target.js'
import { nameOf } from '../toolkit/name-of.js'
import { describeBytes, describeCount } from './describe.js'

/** What is published, and how. */
export interface PublishStepOptions {
  readonly target: Target
  readonly environment: Environment
  readonly title: string
  /** Id of the deployment. */
  readonly deployment: string
  /** What is known of the output before the build. */
  readonly known: ArtifactSet | null
  readonly onApproval: PublishInput['onApproval']
}

/**
 * Publishes the output and waits until the provider serves it.
 * @param after What must have ended well before anything goes live.
 */
export function publishStep(
  options: PublishStepOptions,
  needs: { site: Step<Site>; artifacts: Step<ArtifactSet> },
  after: readonly Step<unknown>[],
): Step<Release> {
  const { target, environment, title, deployment, known, onApproval } = options
  const what =
    environment === 'production' ? `publishes ${target.site} to production` : `publishes a preview of ${target.site}`
  const files = known?.artifacts.length ?? null
  return defineStep({
    id: `publish-${target.name}`,
    title: `Publish on ${nameOf(target.name)}`,
    needs,
    after,
    line: {
      description: `${what}${target.note ?? ''}`,
      files,
      bytes: known?.size ?? null,
      requests: target.requests.publish(files),
      duration: 4000 + (files ?? 50) * 20,
    },
    timeLimit: 45 * 60_000,
    checkpoint: target.checkpoint,
    result: jsonResult(releaseSchema),
    async run({ site, artifacts }, context) {
      const { length } = artifacts.artifacts
      context.report({
        type: 'plan-update',
        files: length,
        bytes: artifacts.size,
        requests: target.requests.publish(length),
      })
      const release = await target.publish(
        { site, artifacts, environment, title: subjectOf(title), deployment, onApproval },
        context,
      )
      context.report({ type: 'release-create', release })
      return release
    },
    confirm: (release, { site }, context) => target.confirmRelease(release, site, context),
    summarize: ({ uploaded: { files, bytes } }) => {
      if (files === 0) return 'nothing had to be sent'
      // What travels in a commit is counted, and not weighed.
      return bytes === 0 ? `${describeCount(files)} sent` : `${describeCount(files)} sent, ${describeBytes(bytes)}`
    },
    ...(target.cancel && { cancel: target.cancel.bind(target) }),
  })
}

/** The first line, no longer than a list of deployments can show. */
function subjectOf(message: string): string {
  const line = message.trim().split(/\r?\n/, 1)[0] ?? ''
  return Array.from(line).slice(0, 120).join('')
}
