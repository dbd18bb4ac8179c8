import type { DeploymentEvent } from '../spec/event.js'
import type { Release } from '../spec/release.js'
import type { Seal } from '../toolkit/seal.js'

/** Opens the seal of this browser where there is a claim to close or to open: most deployments have none. */
export type GetSeal = () => Promise<Seal>

const mark = 'sealed:'

/** What a claim is a secret of, as the journal keeps it. @param release Without its claim, or with what redaction left of it. */
async function close(release: Release, { claim }: Release, seal: GetSeal): Promise<Release> {
  return claim ? { ...release, claim: { ...claim, url: mark + (await (await seal()).close(claim.url)) } } : release
}

/** @returns `undefined` where the claim can't be read any more. */
async function open(release: Release, seal: GetSeal): Promise<Release | undefined> {
  const { claim } = release
  if (!claim?.url.startsWith(mark)) return release
  const url = await (await seal()).open(claim.url.slice(mark.length))
  return url === undefined ? undefined : { ...release, claim: { ...claim, url } }
}

/** The last event with the claims that redaction took out of it: the result is the one place that shows them. */
export function withClaims(event: DeploymentEvent, releases: readonly Release[]): DeploymentEvent {
  if (event.type !== 'deployment-end' || event.outcome !== 'success' || !releases.some(({ claim }) => claim))
    return event
  const told = event.result.releases.map((release, index) => ({ ...release, claim: releases[index]?.claim }))
  return { ...event, result: { ...event.result, releases: told } }
}

/** An event as it is written down. */
export async function sealEvent(event: DeploymentEvent, seal: GetSeal): Promise<DeploymentEvent> {
  if (event.type !== 'deployment-end' || event.outcome !== 'success') return event
  const releases = await Promise.all(event.result.releases.map((release) => close(release, release, seal)))
  return { ...event, result: { ...event.result, releases } }
}

/** An event that was read back; a claim that can't be read is left out. */
export async function openEvent(event: DeploymentEvent, seal: GetSeal): Promise<DeploymentEvent> {
  if (event.type !== 'deployment-end' || event.outcome !== 'success') return event
  const opened = async (release: Release) => (await open(release, seal)) ?? { ...release, claim: undefined }
  const releases = await Promise.all(event.result.releases.map(opened))
  return { ...event, result: { ...event.result, releases } }
}

/** The result of a step, redacted, with the claim that redaction took out of it sealed. */
export async function sealResult(redacted: unknown, result: unknown, seal: GetSeal): Promise<unknown> {
  return isRelease(redacted) && isRelease(result) ? close(redacted, result, seal) : redacted
}

/** @returns `undefined` for a release whose claim can't be read: the step has to give it anew. */
export async function openResult(result: unknown, seal: GetSeal): Promise<unknown> {
  return isRelease(result) ? open(result, seal) : result
}

function isRelease(value: unknown): value is Release {
  const { claim } = (value ?? {}) as { readonly claim?: { readonly url?: unknown } | null }
  return typeof claim?.url === 'string'
}
