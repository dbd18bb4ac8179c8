import * as z from 'zod/mini'
import { RequestError } from '../../errors/request-error.js'
import type { Context } from '../../spec/context.js'
import type { PublishedRelease, Release, Site } from '../../spec/release.js'
import type { TargetReleases } from '../../spec/target.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { closed } from '../../toolkit/parse-reply.js'
import { poll } from '../../toolkit/poll.js'
import { nothingToLock, notReady, releaseLive, releaseUnknown, switchTimeout } from '../../toolkit/release-problems.js'
import { deploymentSchema, projectSchema, type VercelApi, type VercelDeployment, type VercelProblem } from './api.js'
import { findMarked, isFailed, readDeployment, waitUntilLive } from './deployments.js'
import { prebuiltFiles } from './prebuilt-files.js'
import { deploymentRefused } from './problems.js'
import { findProject, readAddress } from './projects.js'
import { readPublished } from './published.js'

/** Deployments on one page of a list. */
const pageSize = 100
/** Milliseconds that Vercel may take to lead the domains to a deployment that is there. */
const timeLimit = 60_000

const listSchema = z.object({
  deployments: z.array(
    z.object({
      uid: z.string(),
      url: z.optional(z.nullable(z.string())),
      created: z.optional(z.number()),
      readyState: z.optional(z.string()),
      target: z.optional(z.nullable(z.string())),
      meta: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
      customEnvironment: z.optional(z.nullable(z.object({ slug: z.optional(z.string()) }))),
    }),
  ),
  pagination: z.object({ next: z.optional(z.nullable(z.number())) }),
})

const switchesSchema = z.object({ lastAliasRequest: z.optional(z.unknown()) })

/** What the releases of a project are read and switched with. */
export interface ReleaseAccess {
  readonly api: VercelApi
  /** Name of the target. */
  readonly target: string
  /** The project's name or id. */
  readonly wanted: string
}

/** Lists, promotes, restores, locks and removes the deployments of a project. */
export function vercelReleases({ api, target, wanted }: ReleaseAccess): TargetReleases {
  async function* list(site: Site, context: Context): AsyncIterable<PublishedRelease> {
    const live = await readPublished(api, site, context)
    let until = ''
    for (;;) {
      const path = `/v7/deployments?projectId=${site.id}&limit=${pageSize}${until}`
      const page = await api.json(context, listSchema, `list the deployments of ${site.name}`, 'GET', path)
      for (const { uid, url, created = 0, readyState = '', meta, ...one } of page.deployments) {
        yield {
          ...{ target, id: uid, createdAt: created, live: uid === live },
          ...(uid === live && { url: site.url }),
          environment: one.target === 'production' ? 'production' : 'preview',
          permalink: url ? api.address(url) : null,
          title: titleOf(meta),
          own: typeof meta?.tabship === 'string',
          branch: branchOf(meta, one.customEnvironment?.slug),
          state: readyState === 'READY' ? 'ready' : isFailed(readyState) ? 'failed' : 'pending',
        }
      }
      if (!page.pagination.next) return
      until = `&until=${page.pagination.next}`
    }
  }

  /** Leads the production domains to a deployment that was made for production. */
  async function lead(id: string, site: Site, context: Context): Promise<void> {
    const purpose = `lead ${site.name} to the deployment ${id}`
    // 409: it is there already, or another request is under way; what the project says counts.
    const call = { accept: [400, 409], idempotent: true }
    const path = `/v10/projects/${site.id}/promote/${id}`
    const answer = await api.ask(context, z.unknown(), purpose, 'POST', path, call)
    if ('status' in answer && answer.status === 400) throw promoteRefused(id, answer.problem())
    await poll({
      ...context,
      ask: () => readPublished(api, site, context),
      done: (published) => published === id,
      key: (published) => published ?? '',
      timeLimit,
      expired: () => switchTimeout('Vercel', site.name, id),
    })
  }

  /**
   * Vercel's production leads only to deployments that were made for it: of a preview another one is made, of the same prebuilt files,
   * which Vercel has. What Vercel has built itself it builds again, as for its own CLI.
   */
  async function copy({ id, meta }: VercelDeployment, site: Site, context: Context): Promise<VercelDeployment> {
    const purpose = `promote the deployment ${id}`
    const marker = `promote-${id}`
    const given = { tabship: marker, tabshipTitle: titleOf(meta) ?? `Promote ${id}` }
    const files = await prebuiltFiles(api, id, context)
    const source = files ? { files } : { deploymentId: id }
    const json = { name: site.name, project: site.id, ...source, target: 'production', meta: given }
    const { made } = await createOrAdopt<VercelDeployment>({
      context,
      provider: 'vercel',
      purpose,
      // Promoted before, it need not be made once more.
      again: true,
      async create() {
        const path = `/v13/deployments?${files ? 'prebuilt=1&' : ''}forceNew=1&skipAutoDetectionConfirmation=1`
        const answer = await api.ask(context, deploymentSchema, purpose, 'POST', path, { json, accept: [400] })
        if ('value' in answer) return answer.value
        throw deploymentRefused(answer.problem())
      },
      find: () => findMarked(api, site.id, marker, context),
    })
    return waitUntilLive(api, made.id, target, context)
  }

  return {
    async find(context) {
      const project = await findProject(api, wanted, context)
      if (!project) return undefined
      const { id, name } = project
      return { id, name, url: await readAddress(api, project, context), adminUrl: null, created: false }
    },
    live: (site, context) => readPublished(api, site, context),
    // What was promoted or taken back is told of the last time alone.
    async isOrdered({ id, name }, context) {
      const purpose = `tell what ${name} serves`
      const project = await api.json(context, switchesSchema, purpose, 'GET', `/v9/projects/${id}`)
      return !project.lastAliasRequest
    },
    list,

    async publish(id, site, _way, context): Promise<Release> {
      const wantedOne = await readDeployment(api, id, context)
      if (!wantedOne || (wantedOne.projectId ?? site.id) !== site.id) throw releaseUnknown('Vercel', site.name, id)
      if (wantedOne.readyState !== 'READY') throw notReady('Vercel', id, wantedOne.readyState)
      const previous = await readPublished(api, site, context)
      const deployment = wantedOne.target === 'production' ? wantedOne : await copy(wantedOne, site, context)
      const { id: published, url, readySubstate } = deployment
      // One that was just made for production is led to by Vercel itself, where nothing keeps it from that.
      const isThere = async () => (await readPublished(api, site, context)) === published
      const isNew = deployment !== wantedOne && readySubstate !== 'STAGED'
      if (published !== previous && !(isNew && (await isThere()))) await lead(published, site, context)
      return {
        ...({ target, id: published, environment: 'production', url: site.url } as const),
        permalink: api.address(url),
        uploaded: { files: 0, bytes: 0 },
        previous,
      }
    },

    async lock(locked, site, context) {
      // Vercel would lock it all the same: its first release would be nowhere to be seen.
      if (locked && (await readPublished(api, site, context)) === null) throw nothingToLock('Vercel', site.name)
      const purpose = `${locked ? 'lock' : 'unlock'} ${site.name}`
      const call = { json: { autoAssignCustomDomains: !locked }, idempotent: true }
      await api.json(context, projectSchema, purpose, 'PATCH', `/v9/projects/${site.id}`, call)
    },

    async remove(id, site, context) {
      if ((await readPublished(api, site, context)) === id) throw releaseLive('Vercel', site.name, id)
      const call = { accept: [404] }
      await api.ask(context, z.unknown(), `remove the deployment ${id}`, 'DELETE', `/v13/deployments/${id}`, call)
    },
  }
}

function branchOf(
  meta: Readonly<Record<string, unknown>> | null | undefined,
  environment: string | undefined,
): string | null {
  const ref = [environment, meta?.githubCommitRef].find((text) => typeof text === 'string' && text !== '')
  return ref === undefined ? null : String(ref)
}

function titleOf(meta: Readonly<Record<string, unknown>> | null | undefined): string | null {
  const title = [meta?.tabshipTitle, meta?.githubCommitMessage].find((text) => typeof text === 'string')
  return title === undefined ? null : String(title)
}

function promoteRefused(id: string, { code, message }: VercelProblem): RequestError {
  return new RequestError({
    code: 'release-failed',
    message: `Vercel does not lead the domains to the deployment ${id}: ${closed(message || code)}`,
    hint: 'The message says what it objects to.',
    details: { provider: 'vercel', status: 400, problem: code },
  })
}
