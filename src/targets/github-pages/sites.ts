import type { Context } from '../../spec/context.js'
import { createOrAdopt } from '../../toolkit/create-or-adopt.js'
import { parseReply } from '../../toolkit/parse-reply.js'
import { type PagesApi, type PagesSite, refusalSchema, siteSchema } from './api.js'
import { pagesRefused } from './problems.js'

/** Reads the site; `undefined` where there is none. */
export function readSite(api: PagesApi, context: Context): Promise<PagesSite | undefined> {
  return api.read(context, siteSchema, { purpose: 'find the Pages site', method: 'GET', path: '/pages', accept: [404] })
}

/**
 * Finds the site or makes one. One that is new is told to wait for a workflow: a branch to publish from must exist, and nothing is
 * to be published yet.
 *
 * @param intended Whether an earlier run was about to create it.
 * @param intend Called before it is created.
 * @throws OptionsError `site-refused`
 */
export async function findOrCreateSite(
  api: PagesApi,
  fullName: string,
  { intended, intend }: { readonly intended: boolean; intend(): Promise<void> },
  context: Context,
): Promise<{ readonly site: PagesSite; readonly created: boolean }> {
  const purpose = 'create the Pages site'
  const find = () => readSite(api, context)
  const found = await find()
  // One that waits for a workflow has published nothing from a branch yet.
  if (found) return { site: found, created: intended && found.build_type === 'workflow' }
  await intend()
  const { made } = await createOrAdopt<PagesSite>({
    context,
    provider: 'github',
    purpose,
    again: intended,
    find,
    async create() {
      const json = { build_type: 'workflow' }
      const reply = await api.send(context, { purpose, method: 'POST', path: '/pages', json, accept: [409, 422] })
      const refused = () =>
        pagesRefused(fullName, parseReply(reply, refusalSchema, { provider: 'github', purpose }).message)
      if (reply.status === 422) throw refused()
      // 409: somebody else has just made it.
      const site = await find()
      if (!site) throw refused()
      return site
    },
  })
  return { site: made, created: true }
}
