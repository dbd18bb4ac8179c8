import * as z from 'zod/mini'
import { storageOf } from './default-storage.js'
import { isClock } from './deploy-settings.js'
import { runSteps } from './engine/run-steps.js'
import { outputOf, type Step } from './engine/step.js'
import { holdSite, holdSites } from './locks.js'
import { planOf } from './plan.js'
import { openEnvironment } from './run-environment.js'
import { type Deployment, startSession } from './session.js'
import type { DeploymentResult } from './spec/event.js'
import type { Network } from './spec/network.js'
import type { Verification } from './spec/release.js'
import type { DeploymentStorage } from './spec/storage.js'
import { findSiteStep, switchStep, verifyAddressStep } from './steps/switch-release.js'
import { releasesOf, type TargetOptions, targetFields } from './target-verbs.js'
import { onAbort } from './toolkit/on-abort.js'
import { parseOptions } from './toolkit/parse-options.js'
import { systemClock } from './toolkit/system-clock.js'

/** What {@link promote} and {@link rollback} are told. */
export interface SwitchOptions extends TargetOptions {
  /** `false` trusts the provider; otherwise the address is fetched until it shows the release. */
  readonly verify?: false | { /** Milliseconds. @default 60_000 */ readonly timeLimit?: number }
  /** Where deployments are written down: by it, this tab and others know that the site is being published. @default as for `deploy` */
  readonly storage?: DeploymentStorage
  /** Whether there is a network. @default what the browser says */
  readonly network?: Network
}

/** What {@link promote} is told. */
export interface PromoteOptions extends SwitchOptions {
  /** Id of the release: of a preview, say, as `deploy` has told it, or as `listReleases` does. */
  readonly release: string
}

/** What {@link rollback} is told. */
export interface RollbackOptions extends SwitchOptions {
  /** Id of an earlier release. @default what the site served before the present one */
  readonly release?: string
}

const given = z.optional(z.unknown())
const release = z.string().check(z.minLength(1))
const switchFields = {
  ...targetFields,
  verify: z._default(
    z.union([z.literal(false), z.strictObject({ timeLimit: z._default(z.number().check(z.positive()), 60_000) })]),
    { timeLimit: 60_000 },
  ),
  storage: given,
  network: given,
}

/**
 * Makes a release live that is there already, such as a preview, without building or sending anything, and proves it. Its events and its
 * result are those of a deployment. Nothing is written down, and nothing need be: done twice, it comes to the same.
 *
 * Never throws; the terminal event and `done` tell of an OptionsError `site-missing` or `release-unknown`, a ConflictError
 * `deployment-running` or `release-not-ready`, a VerifyError, and of what requests throw.
 * @example await promote({ target, release: preview.id }).done
 */
export function promote(options: PromoteOptions): Deployment {
  return switchRelease(options, 'promote', z.strictObject({ ...switchFields, release }))
}

/**
 * Makes an earlier release live again: the one that is named, or what the site served before it served the present one for the first time,
 * as this browser remembers, or else as the provider tells; where nobody knows it ends with a ConflictError `release-missing`. Nothing
 * is built or sent, and it is proved. As {@link promote} otherwise.
 * @example await rollback({ target }).done
 * @example await rollback({ target, release: earlier.id }).done
 */
export function rollback(options: RollbackOptions): Deployment {
  return switchRelease(options, 'rollback', z.strictObject({ ...switchFields, release: z.optional(release) }))
}

function switchRelease(
  options: RollbackOptions,
  verb: 'promote' | 'rollback',
  schema: z.ZodMiniType<{
    readonly target: PromoteOptions['target']
    readonly release?: string | undefined
    readonly verify: false | { readonly timeLimit: number }
    readonly relay?: string | undefined
  }>,
): Deployment {
  const clock = isClock(options?.clock) ? options.clock : systemClock
  return startSession(crypto.randomUUID(), clock, async (session): Promise<DeploymentResult> => {
    const { target, release: id, verify, relay } = parseOptions(schema, options, verb)
    releasesOf(target)
    for (const secret of target.secrets?.() ?? []) session.redactor.remember(secret)
    session.emit(null, { type: 'deployment-start', version: 1, targets: [target.name], git: null })
    const { signal, fetch, network, dns } = options
    const stop = signal && onAbort(signal, () => session.cancel('It was aborted by its signal.'))
    const storage = await storageOf({ storage: options.storage }, verb)
    const { environment, close } = openEnvironment(session, { relay, fetch, network, dns }, storage, clock)
    try {
      await holdSites(session, storage, { targets: [target] })
      const site = findSiteStep(target, holdSite(session, storage))
      const way = verb === 'promote' ? 'promote' : 'restore'
      const switched = switchStep(target, { id, way }, { site })
      const verified: Step<Verification>[] =
        verify === false ? [] : [verifyAddressStep(target, verify, { site, release: switched })]
      const steps = [site, switched, ...verified]
      const plan = planOf(steps, [])
      session.emit(null, { type: 'plan-create', plan })
      const outputs = await runSteps(steps, environment)
      const made = outputOf(outputs, switched)
      return {
        ...{ outcome: 'deployed', url: made.url, plan, releases: [made] },
        ...{ commits: [], settings: [], domains: [] },
        verifications: verified.map((step) => outputOf(outputs, step)),
      }
    } finally {
      close()
      stop?.()
    }
  })
}
