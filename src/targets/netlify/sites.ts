import * as z from 'zod/mini'
import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { saidIn } from '../../toolkit/parse-reply.js'
import { poll } from '../../toolkit/poll.js'
import { type NetlifyApi, type NetlifySite, siteSchema } from './api.js'
import { nameRefused, siteMissing, teamMissing } from './problems.js'

/** A site that may have to be made. */
export interface WantedSite {
  /** Its name or its id. */
  readonly site: string
  readonly isId: boolean
  /** Slug of the team to make it in; `undefined`: the team of the token. */
  readonly team: string | undefined
}

/** A site, and whether this deployment made it. */
export interface FoundSite {
  readonly site: NetlifySite
  readonly created: boolean
}

/** Sites on one page of a list, the most that Netlify gives. */
const pageSize = 100

/** Milliseconds until a site that was just made is listed. */
const lateness = 3000

/**
 * Finds the site or creates it.
 * @param intended Whether an earlier run was about to create it.
 * @param intend Called before it is created.
 * @throws OptionsError `site-missing`, `team-missing` or `site-refused`; ConflictError `site-name-taken`
 */
export async function findOrCreateSite(
  api: NetlifyApi,
  wanted: WantedSite,
  { intended, intend }: { readonly intended: boolean; intend(): Promise<void> },
  context: Context,
): Promise<FoundSite> {
  const purpose = `create the site ${wanted.site}`
  const find = async (ours: boolean): Promise<FoundSite | undefined> => {
    const site = await findSite(api, wanted, context)
    // What was just made has published nothing: a site that has was there before, or is somebody else's work.
    return site && { site, created: ours && !site.published_deploy }
  }
  const found = await find(intended)
  if (found) return found
  await intend()
  const { made } = await createOrAdopt<FoundSite>({
    context,
    provider: 'netlify',
    purpose,
    again: intended,
    find: () => find(true),
    async create(uncertain) {
      const path = wanted.team === undefined ? '/sites' : `/${encodeURIComponent(wanted.team)}/sites`
      const call = { json: { name: wanted.site }, accept: wanted.team === undefined ? [422] : [404, 422] }
      const answer = await api.ask(context, siteSchema, purpose, 'POST', path, call)
      if ('value' in answer) return { site: answer.value, created: true }
      if (wanted.team !== undefined && answer.other.status === 404) throw teamMissing(wanted.team)
      const refused = () => nameRefused(wanted.site, saidIn(answer.other.bytes))
      // Another tab may have made it in between, or this one with a request whose answer was lost; the list may be late.
      const made = await poll({
        ...context,
        ask: () => find(uncertain),
        done: (site) => site !== undefined,
        key: () => '',
        timeLimit: uncertain ? lateness : 0,
        expired: refused,
      })
      if (made === undefined) throw refused()
      return made
    },
  })
  return made
}

/**
 * @returns `undefined` where there is no site of that name.
 * @throws OptionsError `site-missing` where there is none of that id.
 */
export async function findSite(
  api: NetlifyApi,
  { site: wanted, isId }: Pick<WantedSite, 'site' | 'isId'>,
  context: Context,
): Promise<NetlifySite | undefined> {
  const purpose = `find the site ${wanted}`
  if (isId) {
    const found = await api.ask(context, siteSchema, purpose, 'GET', `/sites/${wanted}`, { accept: [404] })
    if ('value' in found) return found.value
    throw siteMissing(wanted)
  }
  // Netlify looks for names that contain this one, so the one that is it may stand on a later page.
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({ name: wanted, filter: 'all', per_page: `${pageSize}`, page: `${page}` })
    const sites = await api.json(context, z.array(siteSchema), purpose, 'GET', `/sites?${query}`)
    const found = sites.find((site) => site.name.toLowerCase() === wanted.toLowerCase())
    if (found || sites.length < pageSize) return found
  }
}
