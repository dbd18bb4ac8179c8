import { defineStep, type Step } from '../engine/step.js'
import { jsonResult } from '../engine/step-record.js'
import { release as releaseSchema } from '../events/part-schemas.js'
import type { ArtifactSet } from '../spec/artifact.js'
import type { Commit, Repository } from '../spec/git-host.js'
import type { Environment, Release, Site } from '../spec/release.js'
import type { ProviderBuild, PublishEstimate, PublishInput, Target } from '../spec/target.js'
import { noteLive } from '../toolkit/live-history.js'
import { nameOf } from '../toolkit/name-of.js'
import { describeBytes, describeCount } from './describe.js'
import { uploadWarnings } from './limits.js'
import { rulesFor } from './rules.js'

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
  /** What the project's files and the options say of redirects and headers. */
  readonly rules: Parameters<typeof rulesFor>[2]
  /** What the provider builds; `undefined`: it was built here. */
  readonly build?: Omit<ProviderBuild, 'source'> | undefined
  /** Whether the plan says that the provider compresses by itself. @default false */
  readonly compresses?: boolean | undefined
}

/** What is published where; the repository and the commit, where a provider may build them. */
type PublishNeeds = {
  readonly site: Step<Site>
  readonly artifacts: Step<ArtifactSet>
  readonly repository?: Step<Repository>
  readonly commit?: Step<Commit>
}

/**
 * Publishes the output and waits until the provider serves it.
 * @param after What must have ended well before anything goes live.
 */
export function publishStep(
  options: PublishStepOptions,
  needs: PublishNeeds,
  after: readonly Step<unknown>[],
): Step<Release> {
  const { target, environment, title, deployment, known, onApproval, build } = options
  const what =
    environment === 'production' ? `publishes ${target.site} to production` : `publishes a preview of ${target.site}`
  const files = known?.artifacts.length ?? null
  const compressed = options.compresses ? `, where ${nameOf(target.name)} compresses by itself` : ''
  const built = build ? `lets ${target.builds?.name ?? nameOf(target.name)} build the project, and ` : ''
  return defineStep<PublishNeeds & Record<string, Step<unknown>>, Release, unknown>({
    id: `publish-${target.name}`,
    title: `Publish on ${nameOf(target.name)}`,
    needs,
    after,
    line: {
      description: `${built}${what}${target.note ?? ''}${compressed}${build ? '' : headersNote(options.rules.headers)}`,
      files,
      bytes: known?.size ?? null,
      requests: target.requests.publish(files),
      duration: 4000 + (files ?? 50) * 20 + (build ? 60_000 : 0),
      ...(known && !build && lineOf(target.estimate?.({ artifacts: known, environment }))),
    },
    timeLimit: (build ? 120 : 45) * 60_000,
    checkpoint: target.checkpoint,
    result: jsonResult(releaseSchema),
    async run({ site, artifacts, repository, commit }, context) {
      const { length } = artifacts.artifacts
      const provided = build ? undefined : await target.known?.(site, context)
      const estimate = build ? undefined : target.estimate?.({ artifacts, environment, known: provided })
      context.report({
        type: 'plan-update',
        files: length,
        bytes: artifacts.size,
        requests: target.requests.publish(length),
        ...lineOf(estimate),
      })
      const usage = estimate && (await target.usage?.(context))
      for (const warning of usage ? uploadWarnings(target, usage, estimate.uploads) : []) {
        context.report({ type: 'warning', ...warning })
      }
      const rules = build ? undefined : await rulesFor(artifacts, target, options.rules, context)
      const source = repository && commit ? { repository, commit } : null
      const building = build && { build: { ...build, source } }
      const release = await target.publish(
        {
          site,
          artifacts,
          environment,
          title: subjectOf(title),
          deployment,
          onApproval,
          known: provided,
          rules,
          ...building,
        },
        context,
      )
      if (environment === 'production' && release.previous !== undefined) {
        await noteLive(context.cache, site.id, release.id, release.previous)
      }
      // The link is a secret of the user's, and is told with the result alone.
      context.report({ type: 'release-create', release: release.claim ? { ...release, claim: undefined } : release })
      return release
    },
    confirm: (release, { site }, context) => target.confirmRelease(release, site, context),
    summarize: ({ uploaded: { files, bytes } }) => {
      if (files === 0) return build ? 'built by the provider' : 'nothing had to be sent'
      // What travels in a commit is counted, and not weighed.
      return bytes === 0 ? `${describeCount(files)} sent` : `${describeCount(files)} sent, ${describeBytes(bytes)}`
    },
    ...(target.cancel && { cancel: target.cancel.bind(target) }),
  })
}

function headersNote({ security, rules, contentSecurityPolicy }: PublishStepOptions['rules']['headers']): string {
  const asked = [
    ...(security === 'none' ? [] : [`${security} security headers`]),
    ...(contentSecurityPolicy === undefined ? [] : ['a content security policy']),
    ...(rules.length === 0 ? [] : [`headers of ${rules.length === 1 ? '1 rule' : `${rules.length} rules`}`]),
  ]
  return asked.length === 0 ? '' : `, with ${asked.join(' and ')}`
}

function lineOf(
  estimate: PublishEstimate | undefined,
): Pick<PublishEstimate, 'way' | 'requests' | 'duration'> | undefined {
  if (!estimate) return undefined
  const { way, requests, duration } = estimate
  return { way, requests, duration }
}

/** The first line, no longer than a list of deployments can show. */
function subjectOf(message: string): string {
  const line = message.trim().split(/\r?\n/, 1)[0] ?? ''
  return Array.from(line).slice(0, 120).join('')
}
