import * as z from 'zod/mini'
import { isClock } from './deploy-settings.js'
import { createContext } from './engine/step-context.js'
import { OptionsError } from './errors/options-error.js'
import type { Clock, Context } from './spec/context.js'
import type { DnsSource } from './spec/dns.js'
import type { PublishedRelease, Site } from './spec/release.js'
import type { Target, TargetReleases } from './spec/target.js'
import { dnsSource } from './toolkit/dns-source.js'
import { nameOf } from './toolkit/name-of.js'
import { parseOptions } from './toolkit/parse-options.js'
import { createRedactor } from './toolkit/redactor.js'
import { targetMissing } from './toolkit/release-problems.js'
import { createRequests } from './toolkit/request.js'
import { systemClock } from './toolkit/system-clock.js'

/** What the verbs on a site that is there already are told. */
export interface TargetOptions {
  /** The same as for `deploy`: `netlify({ … })`. */
  readonly target: Target
  /** Address of a relay, as for `deploy`. */
  readonly relay?: string
  readonly signal?: AbortSignal
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
  /** How the DNS of domains is asked, as for `deploy`. @default 'https://cloudflare-dns.com/dns-query' */
  readonly dns?: DnsSource
  /** @default the real time */
  readonly clock?: Clock
}

const given: z.ZodMiniOptional<z.ZodMiniUnknown> = z.optional(z.unknown())

/** The fields of {@link TargetOptions}, for the options of a verb. */
export const targetFields: {
  readonly target: z.ZodMiniType<Target>
  readonly relay: z.ZodMiniOptional<z.ZodMiniType<string>>
  readonly signal: typeof given
  readonly fetch: typeof given
  readonly dns: z.ZodMiniOptional<z.ZodMiniType<DnsSource>>
  readonly clock: typeof given
} = {
  target: z.custom<Target>((value) => typeof value?.publish === 'function', 'a target, such as netlify({ … })'),
  relay: z.optional(z.url({ protocol: /^https?$/ })),
  signal: given,
  fetch: given,
  dns: z.optional(dnsSource),
  clock: given,
}

/** What a verb works with that asks a target outside of a deployment: no journal, no steps, nothing reported. */
export interface TargetAccess {
  readonly target: Target
  readonly context: Context
}

/**
 * @param verb Whose options they are, for messages.
 * @throws OptionsError `options-invalid`
 */
export function accessTarget(options: TargetOptions, verb: string): TargetAccess {
  const { target, relay, dns } = parseOptions(z.object(targetFields), options, verb)
  const clock = isClock(options.clock) ? options.clock : systemClock
  const redactor = createRedactor()
  for (const secret of target.secrets?.() ?? []) redactor.remember(secret)
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const requestsFor = createRequests({ fetch, relay, clock, redactor })
  const signal = options.signal ?? new AbortController().signal
  const report = () => undefined
  const tools = { clock, signal, requestsFor, dns, relay: relay !== undefined }
  const environment = { ...tools, emit: report, finished: new Map() }
  return { target, context: createContext(environment, { signal, report }) }
}

/** @throws OptionsError `releases-unsupported` */
export function releasesOf(target: Target): TargetReleases {
  if (target.releases) return target.releases
  throw new OptionsError({
    code: 'releases-unsupported',
    message: `${nameOf(target.name)} keeps no releases of ${target.site} that could be listed or published again.`,
    hint: 'To go back there, deploy the earlier state of the project.',
    details: { target: target.name },
  })
}

/** @throws OptionsError `site-missing` */
export async function siteOf(target: Target, context: Context): Promise<Site> {
  const site = await releasesOf(target).find(context)
  if (site) return site
  throw targetMissing(target)
}

/**
 * Lists the releases of a site, the latest first, asking for more as they are read.
 * @throws OptionsError `options-invalid`, `releases-unsupported` or `site-missing`, and what requests throw
 * @example for await (const release of listReleases({ target })) if (release.live) break
 */
export async function* listReleases(options: TargetOptions): AsyncGenerator<PublishedRelease, void, undefined> {
  const { target, context } = accessTarget(options, 'listReleases')
  yield* releasesOf(target).list(await siteOf(target, context), context)
}

/**
 * Keeps the address of a site at what it serves, whatever is published afterwards: deployments to production then end with a
 * ConflictError `site-locked`. Twice is the same as once.
 * @throws OptionsError as {@link listReleases}; ConflictError `release-missing` where nothing is published
 */
export async function lockSite(options: TargetOptions): Promise<void> {
  const { target, context } = accessTarget(options, 'lockSite')
  await releasesOf(target).lock(true, await siteOf(target, context), context)
}

/** Lets the address of a site follow what is published again. @throws as {@link lockSite} */
export async function unlockSite(options: TargetOptions): Promise<void> {
  const { target, context } = accessTarget(options, 'unlockSite')
  await releasesOf(target).lock(false, await siteOf(target, context), context)
}

/** What {@link removePreviews} is told. */
export interface RemovePreviewsOptions extends TargetOptions {
  /** How many of the latest previews stay. @default 0 */
  readonly keep?: number
  /** Only previews older than so many milliseconds go. @default 0 */
  readonly olderThan?: number
}

const count = z._default(z.int().check(z.nonnegative()), 0)

/**
 * Removes old previews that deployments of Tabship made. What is live, what was made for production, what is under way, and the latest
 * of each branch, alias and environment, to which their address leads, stays.
 * @returns those that were removed.
 * @throws OptionsError as {@link listReleases}
 * @example await removePreviews({ target, keep: 5 })
 */
export async function removePreviews(options: RemovePreviewsOptions): Promise<readonly PublishedRelease[]> {
  const schema = z.strictObject({ ...targetFields, keep: count, olderThan: count })
  const { keep, olderThan } = parseOptions(schema, options, 'removePreviews')
  const { target, context } = accessTarget(options, 'removePreviews')
  const site = await siteOf(target, context)
  const { clock } = context
  const before = (clock.time?.() ?? clock.now()) - olderThan
  const previews: PublishedRelease[] = []
  const branches = new Set<string>()
  // Listed whole before the first goes: pages shift while they are read.
  for await (const release of releasesOf(target).list(site, context)) {
    const { branch, own, live, state, environment } = release
    const isLed = branch !== null && !branches.has(branch)
    if (branch !== null && state === 'ready') branches.add(branch)
    if (environment === 'preview' && own && !live && !isLed && state !== 'pending') previews.push(release)
  }
  const old = previews.slice(keep).filter(({ createdAt }) => createdAt <= before)
  for (const { id } of old) await releasesOf(target).remove(id, site, context)
  return old
}
